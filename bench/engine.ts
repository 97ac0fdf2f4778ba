/**
 * The engine on full grids: seconds of a training step (forward and backward) and of a forward pass, and peak memory; with --peer the
 * same of PyTorch on the very same network in the same run. Each measurement is a process of its own. Ratios are for the reader; nothing
 * passes or fails by them, save that loss and gradients agree with PyTorch's.
 *
 *   npm run bench:engine -- [--json] [--peer] [--preset NAME …] [--grid 1059x1799] [--threads 2] [--steps 2] [--recompute none|activations|blocks]
 * @module
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchNetwork, presetNames } from "./engine-network.ts";
import { largestDifference, PEER_MODES, type PeerReport, runPeer, writeTape } from "./engine-peer.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    peer: { type: "boolean", default: false },
    preset: { type: "string", multiple: true, default: ["small"] },
    grid: { type: "string", default: "1059x1799" },
    threads: { type: "string", default: "2" },
    steps: { type: "string", default: "2" },
    recompute: { type: "string", default: "none" },
    mode: { type: "string", multiple: true, default: [...PEER_MODES] },
  },
});
for (const preset of values.preset) {
  if (!presetNames.includes(preset)) throw new RangeError(`--preset: one of ${presetNames.join(", ")}, got ${preset}`);
}
const { grid, threads, steps } = values;
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-engine-"));

function measure(...request: readonly string[]): Record<string, number> {
  const script = join(import.meta.dirname, "engine-measure.ts");
  return JSON.parse(
    execFileSync(process.execPath, ["--import", "tsx", script, ...request], { encoding: "utf8" }),
  ) as Record<string, number>;
}

/** The fastest of PyTorch's ways for each number, and how far its loss and gradients are from ours. */
function measurePeer(preset: string, ours: { loss: number; gradients: string }): Record<string, unknown> {
  const [ny, nx] = grid.split("x").map(Number);
  const network = benchNetwork(preset, ny, nx);
  const tape = join(folder, preset);
  writeTape(tape, network, Number(threads));
  const reports = values.mode.map((mode) => runPeer(tape, mode, Number(steps), join(folder, mode)));
  const best = (key: "forwardSeconds" | "trainStepSeconds"): PeerReport =>
    reports.toSorted((a, b) => a[key] - b[key])[0];
  const [train, forward] = [best("trainStepSeconds"), best("forwardSeconds")];
  return {
    torch: train.torch,
    trainStepSeconds: train.trainStepSeconds,
    trainMode: train.mode,
    forwardSeconds: forward.forwardSeconds,
    forwardMode: forward.mode,
    peakRssMb: train.peakRssMb,
    lossDifference: Math.abs(train.loss - ours.loss) / train.loss,
    gradientDifference: largestDifference(ours.gradients, join(folder, train.mode), network.weights.keys()),
    modes: reports,
  };
}

try {
  const ceiling = measure("ceiling", threads, "3") as unknown as number;
  const rows = values.preset.map((preset) => {
    const gradients = join(folder, `${preset} gradients`);
    const train = measure("train", preset, grid, threads, steps, values.recompute, gradients);
    const forward = measure("forward", preset, grid, threads, steps);
    const peer = values.peer ? { peer: measurePeer(preset, { loss: train.loss, gradients }) } : {};
    return {
      preset,
      grid,
      device: "cpu",
      threads: Number(threads),
      recompute: values.recompute,
      parameters: train.parameters,
      trainStepSeconds: train.seconds,
      forwardSeconds: forward.seconds,
      peakRssMb: train.peakRssMb,
      forwardPeakRssMb: forward.peakRssMb,
      forwardGflop: forward.forwardGflop,
      ceilingGflops: ceiling,
      forwardOfCeiling: forward.forwardGflop / forward.seconds / ceiling,
      ...peer,
    };
  });
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${rows.map(describe).join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function describe(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(([key, value]) => `${key.padEnd(18)} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
}

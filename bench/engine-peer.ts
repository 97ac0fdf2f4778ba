/**
 * The same network in PyTorch: writes the tape of a prediction and its leaves to a folder, for `peers/torch_replay.py`.
 * @module
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchNetwork } from "./engine-network.ts";
import { tapeOf, torchPython } from "./peer-tape.ts";

const HERE = import.meta.dirname;

export const PEER_MODES = ["eager", "eager-channels-last", "compiled", "compiled-channels-last"] as const;

export interface PeerReport {
  readonly torch: string;
  readonly mode: string;
  readonly loss: number;
  readonly forwardSeconds: number;
  readonly trainStepSeconds: number;
  readonly peakRssMb: number;
}

/** tape.json, and the leaves beside it as little-endian float32. */
export function writeTape(folder: string, network: BenchNetwork, threads: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tape.json"), tapeOf(network.prediction, threads));
  for (const [name, values] of [...network.weights, ...Object.entries(network.feeds)]) {
    writeFileSync(fileOf(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
}

/** Runs one mode; gradients of every parameter are left in `gradients`. */
export function runPeer(folder: string, mode: string, steps: number, gradients: string): PeerReport {
  if (!existsSync(torchPython)) {
    throw new Error(`no ${torchPython}: install peers/requirements-torch.txt there, or set UPDRAFT_TORCH_PYTHON`);
  }
  mkdirSync(gradients, { recursive: true });
  const script = join(HERE, "../peers/torch_replay.py");
  const said = execFileSync(torchPython, [script, folder, mode, String(steps), gradients], { encoding: "utf8" });
  return JSON.parse(said.trimEnd().split("\n").at(-1)!) as PeerReport;
}

/** max over parameters of  max |a − b| / max |b|. */
export function largestDifference(folder: string, other: string, names: Iterable<string>): number {
  let largest = 0;
  for (const name of names) {
    const [a, b] = [folder, other].map((place) => {
      const bytes = readFileSync(fileOf(place, name));
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    });
    let [difference, scale] = [0, 0];
    for (let i = 0; i < b.length; i++) {
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
      scale = Math.max(scale, Math.abs(b[i]));
    }
    largest = Math.max(largest, difference / scale);
  }
  return largest;
}

export function fileOf(folder: string, name: string): string {
  return join(folder, `${name.replaceAll("/", "_")}.f32`);
}

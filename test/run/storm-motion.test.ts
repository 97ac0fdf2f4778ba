/** The first guess that follows storms: what it makes of frames, what a network is given of it, and a forecast that goes along it. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Archive, globalNormalizer, pairsAt } from "../../src/archive/index.ts";
import { cellCount, type InitTime, type State, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import { makeForecast, openForecast, openRun } from "../../src/forecast/index.ts";
import {
  firstGuessMaker,
  type NormalizedState,
  type RunDescription,
  runCodec,
  stormMotion,
} from "../../src/run/index.ts";
import { sandboxSpace } from "../../src/sandbox/index.ts";
import { askable } from "../../src/train/askable.ts";
import { describeRun } from "../../src/train/begin-run.ts";
import { parseTrainConfig, train } from "../../src/train/index.ts";
import { pairStream } from "../../src/train/objectives/samples.ts";
import { motionReader, stateReader } from "../../src/train/states.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { memoryArchive } from "../memory-archive.ts";

const { grid } = sandboxSpace({ nx: 72, ny: 60 });
const { nx, ny } = grid;
const cells = cellCount(grid);
const FLOOR = -10;
const START = utcSeconds(2024, 5, 6) as ValidTime;
const STEP = 600;
const [RIGHT, UP] = [2, 1];

/** Three storms that move by two cells east and one north a frame, in clear air; beside them a temperature that stays. */
function stateAt(time: ValidTime): State {
  const frame = (time - START) / STEP;
  const out = new Float32Array(2 * cells);
  for (let j = 0, at = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, at++) {
      out[at] = FLOOR;
      for (const [x, y, size] of [
        [14, 12, 5],
        [30, 34, 7],
        [46, 16, 6],
      ]) {
        const squared = ((i - x - RIGHT * frame) ** 2 + (j - y - UP * frame) ** 2) / size ** 2;
        out[at] = Math.max(out[at], squared < 2 ? 50 - 20 * squared : FLOOR);
      }
      out[cells + at] = 290 + Math.sin(i / 9) + Math.cos(j / 7);
    }
  }
  return out;
}

const times = Array.from({ length: 12 }, (_, k) => (START + k * STEP) as ValidTime);
const LAST_TRAINING = 6;
const linear = { transform: "linear", count: cells, min: 0, max: 0 } as const;
const archive: Archive = {
  ...memoryArchive(),
  grid,
  channels: ["refc", "t2m"],
  times,
  stepHours: STEP / 3600,
  splits: [
    { split: "train", first: times[0], last: times[LAST_TRAINING] },
    { split: "validation", first: times[LAST_TRAINING + 1], last: times[11] },
  ],
  statistics: [
    { ...linear, channel: "refc", mean: -5, std: 12, physicalMin: -10, physicalMax: 50, physicalMean: -5 },
    { ...linear, channel: "t2m", mean: 290, std: 1, physicalMin: 288, physicalMax: 292, physicalMean: 290 },
  ],
  quality: () => new Uint16Array(2),
  isWhole: (time) => times.includes(time),
  readState: async (time) => stateAt(time),
  readField: async (time, channel) => stateAt(time).subarray(...(channel === "refc" ? [0, cells] : [cells, 2 * cells])),
};
const CONFIG = `{ method: deterministic, stepHours: ${STEP / 3600}, forcings: [], firstGuess: motion,
  forecaster: { network: { patch: 1, widths: [8], blocksPerLevel: 1 }, epochs: 1, stepsPerEpoch: 1, batch: 1, learningRate: 1.0e-9 } }`;

/** Where both have echo or none, how far apart; and how many cells of the truth's echo the guess has. */
function compare(guess: State, truth: State): { rmse: number; sharedEcho: number } {
  let [squares, shared, echoes] = [0, 0, 0];
  for (let i = 0; i < cells; i++) {
    squares += (guess[i] - truth[i]) ** 2;
    if (truth[i] <= FLOOR) continue;
    echoes++;
    if (guess[i] > FLOOR) shared++;
  }
  return { rmse: Math.sqrt(squares / cells), sharedEcho: shared / echoes };
}

const seenAt = async (time: ValidTime, run: RunDescription): Promise<NormalizedState> => ({
  ...runCodec(run).encode(stateAt(time)),
  motion: await stormMotion(archive, time, STEP / 3600),
});

describe("the first guess by motion", () => {
  it("carries storms on, one step and two, and leaves the other fields where they are", async () => {
    const run = await describeRun(archive, parseTrainConfig(CONFIG, "c.yaml"));
    const guess = firstGuessMaker(run);
    const normalizer = globalNormalizer(run.statistics, run.channels, cells);
    const now = await seenAt(times[4], run);
    for (const steps of [1, 2]) {
      const made = normalizer.decode(guess(now, steps));
      const [ahead, still] = [stateAt(times[4 + steps]), stateAt(times[4])];
      expect(compare(made, ahead).rmse, `${steps} steps`).toBeLessThan(0.3 * compare(still, ahead).rmse);
      expect(compare(made, ahead).sharedEcho, `${steps} steps`).toBeGreaterThan(0.95);
      for (let i = cells; i < 2 * cells; i++) expect(made[i]).toBeCloseTo(still[i], 4);
    }
  });

  it("is a number everywhere, over the edge too, and no echo stays no echo", async () => {
    const run = await describeRun(archive, parseTrainConfig(CONFIG, "c.yaml"));
    const now = await seenAt(times[4], run);
    const made = firstGuessMaker(run)(now, 3);
    expect(made.every(Number.isFinite)).toBe(true);
    const clear = now.values[0];
    let silent = 0;
    for (let i = 0; i < cells; i++) if (made[i] === clear) silent++;
    expect(silent).toBeGreaterThan(0.5 * cells);
  });

  it("asks for the frame before: pairs without one are not learnt from, and no forecast starts there", async () => {
    const admits = askable({ archive, run: await describeRun(archive, parseTrainConfig(CONFIG, "c.yaml")) });
    expect(pairsAt(archive, "train", STEP / 3600, admits)).toEqual(times.slice(1, LAST_TRAINING));
    // The frame before the first of a split may lie in another: it is looked at, not learnt.
    expect(pairsAt(archive, "validation", STEP / 3600, admits)[0]).toBe(times[LAST_TRAINING + 1]);
    await expect(stormMotion(archive, times[0], STEP / 3600)).rejects.toThrow(
      "expected the state at 2024-05-05 23:50Z",
    );
  });

  it("is refused without reflectivity, and where the grid closes on itself", async () => {
    const run = await describeRun(archive, parseTrainConfig(CONFIG, "c.yaml"));
    expect(() => firstGuessMaker({ ...run, channels: ["t2m"] })).toThrow("firstGuess: expected channel refc");
    expect(() => firstGuessMaker({ ...run, periodic: true })).toThrow("got refc,t2m on a periodic grid");
  });
});

describe("a run whose first guess is motion", () => {
  it("forecasts Lagrangian persistence before it has learnt anything", async () => {
    const folder = scratchFolder("storm-motion");
    const [run, out] = [join(folder, "run"), join(folder, "f.zarr")];
    const config = parseTrainConfig(CONFIG, "c.yaml");
    await train({ archive, config, run, resume: false, threads: 1, report: () => {} });
    const method = await openRun(run, { seed: 1 }, 1);
    try {
      const request = { initTime: times[5] as number as InitTime, members: 1, lastLeadHours: 0.5, out, seed: 1 };
      await makeForecast(method, archive, request, () => {});
    } finally {
      await method.close();
    }
    const forecast = await openForecast(out);
    expect(forecast.leadHours).toHaveLength(3);
    const last = await forecast.readMember(0, forecast.leadHours[2], "refc");
    const [truth, still] = [stateAt(times[8]), stateAt(times[5])];
    // Three times between cells wears edges down.
    expect(compare(last, truth).rmse).toBeLessThan(0.4 * compare(still, truth).rmse);
  });
});

describe("members whose motion errs", () => {
  const crps = CONFIG.replace("deterministic", "crps").replace("forecaster:", "motionSpread: 1, generator:");
  const folder = scratchFolder("erring-motion");

  it("are each shown storms in another place while they learn, the same places again for the same case", async () => {
    const config = parseTrainConfig(crps, "c.yaml");
    const run = await describeRun(archive, config);
    const [readState, readMotion] = [stateReader(archive, run), motionReader(archive, run)];
    const data = { archive, run, statics: {}, seed: 1, readState, readMotion };
    const stream = pairStream(data, { split: "train", batch: 1, members: 3, purpose: "test" });
    const { seen } = await stream.at(2);
    const size = 2 * cells;
    const guesses = [0, 1, 2].map((k) => seen["surroundings"].slice(k * size, (k + 1) * size));
    expect(guesses[0]).not.toEqual(guesses[1]);
    expect(guesses[1]).not.toEqual(guesses[2]);
    const states = [0, 1, 2].map((k) => seen["state"].slice(k * size, (k + 1) * size));
    expect(states[1]).toEqual(states[0]);
    expect((await stream.at(2)).seen).toEqual(seen);
  });

  it("go on along their own ways, the same for one member or three", async () => {
    const run = join(folder, "run");
    const config = parseTrainConfig(crps, "c.yaml");
    await train({ archive, config, run, resume: false, threads: 1, report: () => {} });
    const made = async (out: string, members: number): Promise<Float32Array[]> => {
      // Without noise inside the network, what differs is the motion.
      const method = await openRun(run, { seed: 1, noiseScale: 0 }, 1);
      try {
        const initTime = times[5] as number as InitTime;
        const request = { initTime, members, lastLeadHours: 0.5, out: join(folder, out), seed: 1 };
        await makeForecast(method, archive, request, () => {});
      } finally {
        await method.close();
      }
      const forecast = await openForecast(join(folder, out));
      const lead = forecast.leadHours[2];
      return Promise.all(Array.from({ length: members }, (_, member) => forecast.readMember(member, lead, "refc")));
    };
    const three = await made("three.zarr", 3);
    expect(compare(three[0], three[1]).rmse).toBeGreaterThan(0.5);
    expect((await made("one.zarr", 1))[0]).toEqual(three[0]);
  });

  it("are refused where members are not learnt side by side, or nothing moves", () => {
    expect(() => parseTrainConfig("{ method: crps, motionSpread: 1 }", "c.yaml")).toThrow(
      "c.yaml motionSpread: expected 0, or method crps with firstGuess motion, got 1 with crps and none",
    );
    expect(() => parseTrainConfig("{ method: ddpm, firstGuess: motion, motionSpread: 1 }", "c.yaml")).toThrow(
      "got 1 with ddpm and motion",
    );
  });
});

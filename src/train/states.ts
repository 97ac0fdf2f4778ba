/**
 * Normalised states of an archive by valid time, the recent ones kept in memory: a small archive is read once, a large one streams.
 *
 * ONNX Runtime computes with the calling thread held fast, so a large state asked for ahead of time is read and normalised on a thread
 * of its own (`state-worker.ts`), and so is the motion of its storms: they lie ready when the step is done. Small states are quicker read than sent.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Archive } from "../archive/index.ts";
import { cellCount, DecodeError, RequestError, type ValidTime } from "../core/index.ts";
import type { Displacement } from "../motion/index.ts";
import {
  type NormalizedState,
  type RunCodec,
  type RunDescription,
  readFilled,
  remembered,
  runCodec,
  stormMotion,
} from "../run/index.ts";
import type { Outcome } from "./state-worker.ts";

const CACHE_BYTES = 2 ** 30;

export type StateReader = (time: ValidTime) => Promise<NormalizedState>;

/** How storms moved up to a time, in cells a step of the run. */
export type MotionReader = (time: ValidTime) => Promise<Displacement>;

/** Reads the channels of a run, in its order, whatever others the archive holds, normalised. `read`: how, unless here. Errors as `readChannels`. */
export function stateReader(
  archive: Archive,
  run: RunDescription,
  read: StateReader = reading(archive, run),
): StateReader {
  return remembered(read, { size: cellCount(run.grid) * run.channels.length, bytes: CACHE_BYTES });
}

/** The motion of a run whose first guess asks for it; `undefined` for others. `read` as above. Errors as `stormMotion`. */
export function motionReader(
  archive: Archive,
  run: RunDescription,
  read: MotionReader = (time) => stormMotion(archive, time, run.stepHours),
): MotionReader | undefined {
  if (run.firstGuess !== "motion") return undefined;
  return remembered(read, { size: 2 * cellCount(run.grid), bytes: CACHE_BYTES });
}

function reading(archive: Archive, run: RunDescription): StateReader {
  const codec = runCodec(run);
  return (time) => readNormalized(archive, run, codec, time);
}

/** A state as the networks see it, with what of it was filled. Errors as `readChannels`. */
export async function readNormalized(
  archive: Archive,
  { channels }: RunDescription,
  codec: RunCodec,
  time: ValidTime,
): Promise<NormalizedState> {
  const { state, gaps } = await readFilled(archive, channels, time);
  return { ...codec.encode(state), ...(gaps.length > 0 && { gaps }) };
}

/** Values of a state above which a thread is worth its start. */
const LARGE = 2 ** 20;

export interface StateThread {
  readonly read: StateReader;
  readonly readMotion: MotionReader;
  close(): Promise<void>;
}

/** A thread that reads states of a run, normalised, and motions; `undefined` where they are small, or the archive is not on disk. */
export function stateThread(archive: Archive, run: RunDescription): StateThread | undefined {
  const file = workerFile();
  const large = cellCount(run.grid) * run.channels.length >= LARGE;
  if (!large || file === undefined || !existsSync(archive.path)) return undefined;
  const thread = new Piscina({
    filename: file,
    minThreads: 1,
    maxThreads: 1,
    // All states of a batch are handed over before the step begins; one at a time, the second would wait for its end.
    concurrentTasksPerWorker: 8,
    idleTimeout: Number.POSITIVE_INFINITY,
    workerData: { path: archive.path, identity: archive.identity, run },
  });
  /** A worker's function by its name, so that a new one there is a new one here. */
  const ask = async <T>(name: keyof typeof import("./state-worker.ts"), time: ValidTime): Promise<T> => {
    const outcome = (await thread.run(time, { name })) as Outcome<T>;
    if (outcome.kind === "done") return outcome.value;
    throw outcome.error === "DecodeError" ? new DecodeError(outcome.complaint) : new RequestError(outcome.complaint);
  };
  return {
    read: (time) => ask("readState", time),
    readMotion: (time) => ask("readMotion", time),
    close: () => thread.destroy(),
  };
}

/** The compiled worker: beside this file, or in `dist/` where the sources themselves run, as in tests. */
function workerFile(): string | undefined {
  return [new URL("./state-worker.js", import.meta.url), new URL("../../dist/train/state-worker.js", import.meta.url)]
    .map((place) => fileURLToPath(place))
    .find((place) => existsSync(place));
}

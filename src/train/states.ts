/**
 * Normalised states of an archive by valid time, the recent ones kept in memory: a small archive is read once, a large one streams.
 *
 * ONNX Runtime computes with the calling thread held fast, so a large state asked for ahead of time is read and normalised on a thread
 * of its own (`state-worker.ts`): it lies ready when the step is done. Small states are quicker read than sent.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Archive } from "../archive/index.ts";
import { cellCount, DecodeError, RequestError, type ValidTime } from "../core/index.ts";
import { type NormalizedState, type RunDescription, readNormalized } from "../run/index.ts";
import type { StateOutcome, StateTask } from "./state-worker.ts";

const CACHE_BYTES = 2 ** 30;

export type StateReader = (time: ValidTime) => Promise<NormalizedState>;

/** Reads the states of a run as `readNormalized` does, which is how one is `read` unless on a thread. */
export function stateReader(
  archive: Archive,
  run: RunDescription,
  read: StateReader = readNormalized(archive, run),
): StateReader {
  const planes = run.channels.length + (run.firstGuess === "motion" ? 2 : 0);
  const capacity = Math.max(2, Math.floor(CACHE_BYTES / (4 * cellCount(archive.grid) * planes)));
  const cache = new Map<ValidTime, Promise<NormalizedState>>();
  return (time) => {
    const held = cache.get(time);
    if (held !== undefined) return held;
    const reading = read(time);
    // Maps keep the order of insertion, so the first key is the oldest.
    if (cache.size >= capacity) cache.delete(cache.keys().next().value as ValidTime);
    cache.set(time, reading);
    // What failed is tried again by whoever asks again; until then nobody may be listening.
    reading.catch(() => cache.delete(time));
    return reading;
  };
}

/** The worker's function. */
const WORK: keyof typeof import("./state-worker.ts") = "readState";

/** Values of a state above which a thread is worth its start. */
const LARGE = 2 ** 20;

export interface StateThread {
  /** Errors as `readNormalized`. */
  readonly read: StateReader;
  close(): Promise<void>;
}

/** A thread that reads and normalises states of a run; `undefined` where they are small, or the archive is not on disk. */
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
    workerData: { path: archive.path, run },
  });
  return {
    read: async (time) => {
      const outcome = (await thread.run({ time } satisfies StateTask, { name: WORK })) as StateOutcome;
      if (outcome.kind === "done") return outcome.state;
      throw outcome.error === "DecodeError" ? new DecodeError(outcome.complaint) : new RequestError(outcome.complaint);
    },
    close: () => thread.destroy(),
  };
}

/** The compiled worker: beside this file, or in `dist/` where the sources themselves run, as in tests. */
function workerFile(): string | undefined {
  return [new URL("./state-worker.js", import.meta.url), new URL("../../dist/train/state-worker.js", import.meta.url)]
    .map((place) => fileURLToPath(place))
    .find((place) => existsSync(place));
}

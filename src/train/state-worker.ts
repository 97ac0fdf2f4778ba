/**
 * What the thread of `states.ts` does: one state of one archive, normalised for one run, or the motion of its storms; their memory handed
 * over.
 * @module
 */
import { move, transferableSymbol, valueSymbol, workerData } from "piscina";
import { type Archive, openArchive } from "../archive/index.ts";
import { type TravellingError, travelling, type ValidTime } from "../core/index.ts";
import { type RunDescription, runCodec, stormMotion } from "../run/index.ts";
import { readNormalized } from "./states.ts";

export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | ({ readonly kind: "refused" } & TravellingError);

const { path, identity, run } = workerData as { path: string; identity?: string; run: RunDescription };
const codec = runCodec(run);
let archive: Promise<Archive> | undefined;

/** The pool calls it by name. */
export function readState(time: ValidTime): Promise<unknown> {
  return outcomeOf(async (from) => {
    const state = await readNormalized(from, run, codec, time);
    return { value: state, memory: [state.values] };
  });
}

/** The pool calls it by name. */
export function readMotion(time: ValidTime): Promise<unknown> {
  return outcomeOf(async (from) => {
    const motion = await stormMotion(from, time, run.stepHours);
    return { value: motion, memory: [motion.dx, motion.dy] };
  });
}

async function outcomeOf(
  work: (from: Archive) => Promise<{ readonly value: unknown; readonly memory: readonly Float32Array[] }>,
): Promise<unknown> {
  try {
    archive ??= openArchive(path, identity);
    const { value, memory } = await work(await archive);
    return move({
      get [transferableSymbol](): ArrayBuffer[] {
        return memory.map(({ buffer }) => buffer as ArrayBuffer);
      },
      get [valueSymbol](): Outcome<unknown> {
        return { kind: "done", value };
      },
    });
  } catch (error) {
    const told = travelling(error, path);
    if (told === undefined) throw error;
    return { kind: "refused", ...told } satisfies Outcome<unknown>;
  }
}

/** What the thread of `states.ts` does: one state of one archive, normalised for one run, its memory handed over. @module */
import { move, transferableSymbol, valueSymbol, workerData } from "piscina";
import { openArchive } from "../archive/index.ts";
import { type Complaint, isUpdraftError, type ValidTime } from "../core/index.ts";
import { type NormalizedState, type RunDescription, readNormalized } from "../run/index.ts";

export interface StateTask {
  readonly time: ValidTime;
}

export type StateOutcome =
  | { readonly kind: "done"; readonly state: NormalizedState }
  | { readonly kind: "refused"; readonly error: string; readonly complaint: Complaint };

const { path, run } = workerData as { path: string; run: RunDescription };
let read: Promise<ReturnType<typeof readNormalized>> | undefined;

/** The pool calls it by name. */
export async function readState({ time }: StateTask): Promise<unknown> {
  try {
    read ??= openArchive(path).then((archive) => readNormalized(archive, run));
    return moved({ kind: "done", state: await (await read)(time) });
  } catch (error) {
    if (!isUpdraftError(error)) throw error;
    const { place, expected, got, remedy } = error;
    const complaint = { place, expected, got, ...(remedy !== undefined && { remedy }) };
    return { kind: "refused", error: error.name, complaint } satisfies StateOutcome;
  }
}

function moved(outcome: Extract<StateOutcome, { kind: "done" }>): unknown {
  return move({
    get [transferableSymbol](): ArrayBuffer[] {
      const { values, motion } = outcome.state;
      return [values, ...(motion ? [motion.dx, motion.dy] : [])].map(({ buffer }) => buffer as ArrayBuffer);
    },
    get [valueSymbol](): StateOutcome {
      return outcome;
    },
  });
}

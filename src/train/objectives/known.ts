/**
 * What a loss leaves out: values of the truth that are not truth, since their cells dropped out and were filled for the networks' sake
 * (`run/gaps.ts`).
 *
 *   loss = Σ known · error / Σ known,    known 1 where the truth has a value of its own, 0 where it was filled
 *
 * Archives without such cells have no such input, and their graphs are as they were.
 * @module
 */
import { input, type Tensor } from "../../graph/index.ts";
import type { NormalizedState } from "../../run/index.ts";
import type { TrainingData } from "./samples.ts";

/** Whether some whole hour of the archive lacks a cell of a channel of the run. */
export function lacksCells({ archive, run: { channels } }: Pick<TrainingData, "archive" | "run">): boolean {
  const wanted = channels.map((channel) => archive.channels.indexOf(channel));
  return archive.times.some((time) => {
    if (!archive.isWhole(time)) return false;
    const voided = archive.voidedCells(time);
    return wanted.some((at) => voided[at] > 0);
  });
}

/** The weights of a truth of that shape, as an input; `undefined` where every cell is known. */
export function knownInput(
  data: Pick<TrainingData, "archive" | "run">,
  name: string,
  shape: readonly number[],
): Tensor | undefined {
  return lacksCells(data) ? input(name, shape) : undefined;
}

/** 1 and 0, one behind the other for all states. `size`: of one state. */
export function knownOf(states: readonly Pick<NormalizedState, "gaps">[], size: number): Float32Array {
  const known = new Float32Array(states.length * size).fill(1);
  for (const [at, { gaps = [] }] of states.entries()) for (const gap of gaps) known[at * size + gap] = 0;
  return known;
}

/**
 * The tape: every tensor that some results are made of, each once, after everything it is made of.
 * @module
 */
import type { Tensor } from "./tensor.ts";

/** Depth first, inputs in order, without recursion: a deep network does not overflow the stack. */
export function topologicalOrder(results: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const pending: { readonly x: Tensor; next: number }[] = [];
  const visit = (x: Tensor): void => {
    if (seen.has(x)) return;
    seen.add(x);
    pending.push({ x, next: 0 });
  };
  for (const result of results) {
    visit(result);
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      if (top.next < top.x.inputs.length) visit(top.x.inputs[top.next++]);
      else order.push(pending.pop()!.x);
    }
  }
  return order;
}

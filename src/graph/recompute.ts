/**
 * Recomputation (gradient checkpointing), as a transformation of the graph: what the backward pass would have to remember of the forward
 * pass is computed again, from what is kept, when the backward pass comes by.
 *
 *   forward   k₀ → a → b → k₁ → … → loss         kept: k₀, k₁;  a and b are forgotten once k₁ is known
 *   backward  … → k̄₁ → [a′ → b′ from k₀] → k̄₀      a′, b′: clones that wait for k̄₁
 *
 * Clones compute what the originals did. Gradients are equal to rounding only, because ONNX Runtime fuses a convolution with what follows
 * it where nobody else asks for its result, and not where the backward pass does.
 * Source: Chen et al. (2016), Training deep nets with sublinear memory cost, arXiv:1604.06174.
 * @module
 */
import { onceKnown } from "./ops/checkpoint.ts";
import { topologicalOrder } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/**
 * What of the forward pass is computed again: `activations`, all but the results of convolutions and matrix products, which costs little;
 * or `blocks`, everything between the tensors marked with `checkpoint`, which costs about a forward pass.
 */
export type Recomputation = "activations" | "blocks";

const KEPT: Readonly<Record<Recomputation, ReadonlySet<string>>> = {
  activations: new Set(["conv2d", "matmul"]),
  blocks: new Set(["checkpoint"]),
};

export interface BackwardPass {
  /** The forward pass in order, the loss last. */
  readonly forward: readonly Tensor[];
  /** Of each tensor of the forward pass that has one, the derivative of the loss. */
  readonly cotangents: ReadonlyMap<Tensor, Tensor>;
}

/** `results` of the backward pass, made to remember only what `what` keeps. */
export function recompute(
  results: readonly Tensor[],
  { forward, cotangents }: BackwardPass,
  what: Recomputation,
): Tensor[] {
  const kept = (x: Tensor): boolean => x.inputs.length === 0 || KEPT[what].has(x.kind);
  const ends = endsOfStretches(forward, kept);
  const rewritten = new Map<Tensor, Tensor>(forward.map((x) => [x, x]));
  const clones = new Map<Tensor, Map<Tensor, Tensor>>();

  /** A tensor of the forward pass as the backward pass is to see it: a clone that waits for its stretch's end to be left behind. */
  const remembered = (x: Tensor): Tensor => {
    const end = kept(x) ? undefined : ends.get(x);
    const signal = end === undefined ? undefined : cotangents.get(end);
    if (signal === undefined) return x;
    const ofStretch = clones.get(end!) ?? new Map<Tensor, Tensor>();
    clones.set(end!, ofStretch);
    return cloneOf(x, rewritten.get(signal)!, ofStretch);
  };
  const cloneOf = (x: Tensor, signal: Tensor, ofStretch: Map<Tensor, Tensor>): Tensor => {
    if (x.inputs.length === 0) return x;
    const known = ofStretch.get(x);
    if (known !== undefined) return known;
    const clone = kept(x)
      ? onceKnown(x, signal)
      : { ...x, inputs: x.inputs.map((source) => cloneOf(source, signal, ofStretch)) };
    ofStretch.set(x, clone);
    return clone;
  };

  // Signals first, in the order in which the backward pass comes by: each stands on those before it.
  const isForward = new Set(forward);
  const last = new Set(ends.values());
  const signals = forward.toReversed().flatMap((x) => (last.has(x) ? (cotangents.get(x) ?? []) : []));
  for (const root of [...signals, ...results]) {
    for (const x of topologicalOrder([root])) {
      if (rewritten.has(x)) continue;
      const inputs = x.inputs.map((source) => (isForward.has(source) ? remembered(source) : rewritten.get(source)!));
      rewritten.set(x, inputs.every((source, k) => source === x.inputs[k]) ? x : { ...x, inputs });
    }
  }
  return results.map((x) => rewritten.get(x)!);
}

/**
 * Of each tensor that is not kept, the kept one it leads to; of several the last, whose cotangent is known first. Those that lead to the
 * loss alone have none: the backward pass begins with them.
 */
function endsOfStretches(forward: readonly Tensor[], kept: (x: Tensor) => boolean): ReadonlyMap<Tensor, Tensor> {
  const place = new Map(forward.map((x, at) => [x, at]));
  const ends = new Map<Tensor, Tensor>();
  const loss = forward.at(-1)!;
  for (const x of forward.toReversed()) {
    const end = kept(x) || x === loss ? x : ends.get(x);
    if (end === undefined) continue;
    for (const source of x.inputs) {
      const known = ends.get(source);
      if (known === undefined || place.get(known)! < place.get(end)!) ends.set(source, end);
    }
  }
  for (const [x, end] of ends) if (end === loss) ends.delete(x);
  return ends;
}

/**
 * A network of ours as PyTorch can replay it (`peers/torch_tape.py`): its tape, operation by operation, as JSON.
 * @module
 */
import { join } from "node:path";
import type { Tensor } from "../src/graph/index.ts";

/** The Python that has peers/requirements-torch.txt, if there is one. */
export const torchPython: string =
  process.env.UPDRAFT_TORCH_PYTHON ?? join(import.meta.dirname, "../peers/.venv-torch/bin/python");

/** Everything `result` is computed from, in order, and `result` last; inputs of an operation are places in that order. */
export function tapeOf(result: Tensor, threads: number): string {
  const order: Tensor[] = [];
  const place = new Map<Tensor, number>();
  const visit = (x: Tensor): number => {
    const known = place.get(x);
    if (known !== undefined) return known;
    for (const source of replayed(x)) visit(source);
    place.set(x, order.length);
    return order.push(x) - 1;
  };
  visit(result);
  const nodes = order.map((x) => ({
    kind: x.kind,
    shape: x.shape,
    inputs: replayed(x).map((source) => place.get(source)!),
    attributes: x.attributes,
    ...(x.name === undefined ? {} : { name: x.name }),
    ...(x.values === undefined ? {} : { values: [...x.values] }),
  }));
  return JSON.stringify({ threads, nodes });
}

/** PyTorch standardizes by itself within a group normalization, and does not ask what a convolution's patches were cut from. */
function replayed({ kind, inputs }: Tensor): readonly Tensor[] {
  return kind === "groupNorm" || kind === "conv2d" ? inputs.slice(0, 3) : inputs;
}

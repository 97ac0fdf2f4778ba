/**
 * A tensor that has a shape and a history, but no values yet.
 *
 * Every operation is one function that checks shapes and returns `tensor({ … })`, stating side by side
 *   - `shape`: what comes out,
 *   - `emit`: the ONNX nodes that compute it,
 *   - `derivatives`: for each input, the vector–Jacobian product  v̄ ↦ v̄ᵀ ∂y/∂x  as more tensors.
 * The history is the tape that `autodiff.ts` walks backwards and `emit.ts` walks forwards.
 * @module
 */
import type { OnnxAttribute } from "../onnx/index.ts";
import type { OptionalKernel } from "./kernels.ts";
import { formatShape, sizeOf } from "./shape.ts";

/** `bool` appears only between a comparison and `where`. */
export type DType = "float32" | "bool";

/** The settings of an operation, plain so that another interpreter can read the tape. */
export type Attributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

/**
 * Given the cotangent v̄ of `result` (same shape), the cotangent of one input (that input's shape).
 * `result` spares recomputing what the forward pass has.
 */
export type Derivative = (upstream: Tensor, result: Tensor) => Tensor;

/** Where an operation writes its ONNX nodes. Identical nodes are written once. */
export interface Emitter {
  /** Whether the readers of the model have this kernel. */
  has(kernel: OptionalKernel): boolean;
  /** Whether this is the name of a weight that the model carries, in a model for inference. */
  carries(name: string): boolean;
  /** Channels that lie side by side in convolutions of weights that the model is fed; 1: none. */
  readonly channelBlock: number;
  /** Adds a node with one output, and names that output. The domain "" is the ONNX standard. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
  ): string;
  /** A list of integers as an initializer: shapes, axes, starts. */
  integers(values: readonly number[]): string;
  floats(values: Float32Array, shape: readonly number[]): string;
}

/** A value of the model being written. */
export interface NamedValue {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Name of the operation, or `input`, `parameter`, `constant` for a leaf. */
  readonly kind: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  /** Of inputs and parameters: what the feed or the weight is called. */
  readonly name?: string;
  /** Of constants, row-major. */
  readonly values?: Float32Array;
  readonly emit: (emitter: Emitter, inputs: readonly string[]) => string;
  /** One per input; `undefined` where no derivative flows. */
  readonly derivatives: readonly (Derivative | undefined)[];
}

/** What an operation must state; the rest has defaults. */
export type Definition = Pick<Tensor, "kind" | "shape" | "inputs" | "emit" | "derivatives"> &
  Partial<Pick<Tensor, "dtype" | "attributes">>;

export function tensor(definition: Definition): Tensor {
  return { dtype: "float32", attributes: {}, ...definition };
}

/** A leaf fed at each run. */
export function input(name: string, shape: readonly number[]): Tensor {
  return namedLeaf("input", name, shape);
}

/** A leaf that is fed like an input, or becomes an initializer when its weight is known at emission. */
export function parameter(name: string, shape: readonly number[]): Tensor {
  return namedLeaf("parameter", name, shape);
}

/**
 * Known numbers. A single number fills `shape` (default: a scalar); an array is row-major and copied.
 * @throws RangeError when the array does not hold as many numbers as the shape needs.
 */
export function constant(values: number | Float32Array, shape?: readonly number[]): Tensor {
  if (typeof values === "number") {
    const target = checkedShape("constant", shape ?? []);
    return constant(new Float32Array(sizeOf(target)).fill(values), target);
  }
  const target = checkedShape("constant", shape ?? [values.length]);
  if (sizeOf(target) !== values.length) {
    throw new RangeError(`constant: shape ${formatShape(target)} needs ${sizeOf(target)} values, got ${values.length}`);
  }
  const copy = Float32Array.from(values);
  return {
    ...tensor({ kind: "constant", shape: target, inputs: [], derivatives: [], emit: (to) => to.floats(copy, target) }),
    values: copy,
  };
}

/** The value of a constant with one element; `undefined` for everything else. */
export function scalarValue(x: Tensor): number | undefined {
  return x.values?.length === 1 ? x.values[0] : undefined;
}

function namedLeaf(kind: "input" | "parameter", name: string, shape: readonly number[]): Tensor {
  if (name === "") throw new RangeError(`${kind}: a name is needed`);
  const target = checkedShape(`${kind} "${name}"`, shape);
  return { ...tensor({ kind, shape: target, inputs: [], derivatives: [], emit: () => name }), name };
}

function checkedShape(place: string, shape: readonly number[]): readonly number[] {
  if (!shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new RangeError(`${place}: a shape needs positive whole lengths, got ${formatShape(shape)}`);
  }
  return [...shape];
}

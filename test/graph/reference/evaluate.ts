/**
 * The slow truth: another interpreter of the same tape, in float64, written from the definitions and sharing no code
 * with the emission. Any graph that `emitModel` can write, gradients included, can be evaluated here.
 * @module
 */
import type { Tensor } from "../../../src/graph/index.ts";
import { convolve, convolveInputGradient, convolveWeightGradient } from "./convolution.ts";
import { errorFunction } from "./error-function.ts";

export type Values = Float64Array;
/** Leaves by name. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/** The values of each tensor, row-major. Constants are the float32 numbers they hold. */
export function evaluate(results: readonly Tensor[], feeds: Feeds): Values[] {
  const known = new Map<Tensor, Values>();
  const valueOf = (x: Tensor): Values => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const values = compute(x, x.inputs.map(valueOf), feeds);
    if (values.length !== sizeOf(x.shape)) throw new Error(`reference ${x.kind} has a wrong size`);
    known.set(x, values);
    return values;
  };
  return results.map(valueOf);
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  negate: (x) => -x,
  abs: Math.abs,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  erf: errorFunction,
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  minimum: Math.min,
  maximum: Math.max,
  greater: (a, b) => (a > b ? 1 : 0),
};

/** Operations that only move values: for each element of the result, which element of the one input it is. */
const GATHER: Readonly<Record<string, (at: number[], x: Tensor) => number[] | undefined>> = {
  transpose: (at, { attributes }) => {
    const from: number[] = [];
    (attributes.permutation as readonly number[]).forEach((axis, k) => {
      from[axis] = at[k];
    });
    return from;
  },
  broadcastTo: (at, { inputs: [source] }) => alignTo(source.shape, at),
  slice: (at, { attributes: { axis, start } }) => at.with(axis as number, at[axis as number] + (start as number)),
  pad: (at, { attributes: { axis, before, mode }, inputs: [source] }) => {
    const along = axis as number;
    const i = at[along] - (before as number);
    const last = source.shape[along] - 1;
    if (mode === "zero" && (i < 0 || i > last)) return undefined;
    return at.with(along, Math.min(Math.max(i, 0), last));
  },
  pad2d: ([n, c, y, x], { attributes: { top, left, mode }, inputs: [source] }) => {
    const [i, j] = [y - (top as number), x - (left as number)];
    const [rows, columns] = source.shape.slice(2);
    const within = i >= 0 && i < rows && j >= 0 && j < columns;
    if (mode === "zero" && !within) return undefined;
    return [n, c, Math.min(Math.max(i, 0), rows - 1), Math.min(Math.max(j, 0), columns - 1)];
  },
  crop2d: ([n, c, y, x], { attributes: { top, left } }) => [n, c, y + (top as number), x + (left as number)],
  spaceToDepth: ([n, c, y, x], { attributes, inputs: [source] }) => {
    const block = attributes.block as number;
    const tap = Math.floor(c / source.shape[1]);
    return [n, c % source.shape[1], y * block + Math.floor(tap / block), x * block + (tap % block)];
  },
  depthToSpace: ([n, c, y, x], { attributes, shape }) => {
    const block = attributes.block as number;
    const tap = (y % block) * block + (x % block);
    return [n, tap * shape[1] + c, Math.floor(y / block), Math.floor(x / block)];
  },
  upsampleNearest: ([n, c, y, x], { attributes }) => {
    const factor = attributes.factor as number;
    return [n, c, Math.floor(y / factor), Math.floor(x / factor)];
  },
};

function compute(x: Tensor, inputs: readonly Values[], feeds: Feeds): Values {
  const { kind, shape, attributes } = x;
  const [a, b] = inputs;
  const shapes = x.inputs.map((source) => source.shape);
  if (kind in UNARY) return a.map((value) => UNARY[kind](value));
  if (kind in BINARY) {
    return generate(shape, (at) =>
      BINARY[kind](a[offset(alignTo(shapes[0], at), shapes[0])], b[offset(alignTo(shapes[1], at), shapes[1])]),
    );
  }
  if (kind in GATHER) {
    return generate(shape, (at) => {
      const from = GATHER[kind](at, x);
      return from === undefined ? 0 : a[offset(from, shapes[0])];
    });
  }
  switch (kind) {
    case "input":
    case "parameter":
      return Float64Array.from(feeds[x.name!]);
    case "constant":
      return Float64Array.from(x.values!);
    case "reshape":
    case "checkpoint":
    case "onceKnown": // of a signal that decides only when
      return a;
    case "power":
      return a.map((value) => value ** (attributes.exponent as number));
    case "where": {
      const pick = (k: number, at: number[]): number => inputs[k][offset(alignTo(shapes[k], at), shapes[k])];
      return generate(shape, (at) => (pick(0, at) === 1 ? pick(1, at) : pick(2, at)));
    }
    case "concat": {
      const along = attributes.axis as number;
      return generate(shape, (at) => {
        let [part, i] = [0, at[along]];
        while (i >= shapes[part][along]) i -= shapes[part++][along];
        return inputs[part][offset(at.with(along, i), shapes[part])];
      });
    }
    case "reduceSum":
      return scatterSum(a, shapes[0], shape, (at) => alignTo(shape, at));
    case "averagePool": {
      const factor = attributes.factor as number;
      const sums = scatterSum(a, shapes[0], shape, ([n, c, i, j]) => [
        n,
        c,
        Math.floor(i / factor),
        Math.floor(j / factor),
      ]);
      return sums.map((sum) => sum / factor ** 2);
    }
    case "matmul":
      return generate(shape, (at) => {
        const [row, column] = at.slice(-2);
        const lead = at.slice(0, -2);
        const depth = shapes[0].at(attributes.transposeA === true ? -2 : -1)!;
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const left = attributes.transposeA === true ? [k, row] : [row, k];
          const right = attributes.transposeB === true ? [column, k] : [k, column];
          const from = (source: readonly number[], last: number[]): number =>
            offset([...alignTo(source.slice(0, -2), lead), ...last], source);
          sum += a[from(shapes[0], left)] * b[from(shapes[1], right)];
        }
        return sum;
      });
    case "softmax":
      return byRow(a, shape.at(-1)!, (row) => {
        const exponentials = row.map((value) => Math.exp(value - Math.max(...row)));
        const total = exponentials.reduce((sum, value) => sum + value, 0);
        return exponentials.map((value) => value / total);
      });
    case "standardize":
      return byRow(a, shape[2], (row) => standardizeRow(row, attributes.eps as number));
    case "channelProducts": {
      const cells = a.length / sizeOf(shape);
      const sums = new Float64Array(sizeOf(shape));
      for (let at = 0; at < a.length; at++) sums[Math.floor(at / cells)] += a[at] * b[at];
      return sums;
    }
    case "channelAffine": {
      const [, channels, h, w] = shape;
      const scales = sizeOf(shapes[1]);
      return a.map((value, at) => {
        const channel = Math.floor(at / (h * w)) % (shapes[1][0] === 1 ? channels : scales);
        return value * b[channel] + inputs[2][channel];
      });
    }
    case "groupNorm": {
      const [, channels, h, w] = shape;
      const length = (channels / (attributes.groups as number)) * h * w;
      const unit = byRow(a, length, (row) => standardizeRow(row, attributes.eps as number));
      return unit.map((value, at) => {
        const channel = Math.floor(at / (h * w)) % channels;
        return value * b[channel] + inputs[2][channel];
      });
    }
    case "conv2d": {
      const y = convolve(a, b, windowOf(x, shapes[0], shapes[1], shape));
      if (inputs.length < 3) return y;
      return y.map((value, at) => value + inputs[2][Math.floor(at / (shape[2] * shape[3])) % shape[1]]);
    }
    case "convInputGradient":
      return convolveInputGradient(a, b, windowOf(x, shape, shapes[1], shapes[0]));
    case "convWeightGradient":
      return convolveWeightGradient(a, b, windowOf(x, shapes[0], shape, shapes[1]));
    default:
      throw new Error(`the reference does not know ${kind}`);
  }
}

function windowOf(
  { attributes }: Tensor,
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
): Parameters<typeof convolve>[2] {
  return { x, weight, y, stride: attributes.stride as number, padding: attributes.padding as number };
}

function standardizeRow(row: Values, eps: number): Values {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  return row.map((value) => (value - mean) / Math.sqrt(variance + eps));
}

function byRow(values: Values, length: number, apply: (row: Values) => Values): Values {
  const out = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += length) {
    out.set(apply(values.slice(start, start + length)), start);
  }
  return out;
}

/** Element by element, in row-major order. */
function generate(shape: readonly number[], value: (at: number[]) => number): Values {
  const out = new Float64Array(sizeOf(shape));
  for (let k = 0; k < out.length; k++) out[k] = value(positionOf(k, shape));
  return out;
}

/** Adds every element of `values` to the place in `target` that `destination` names. */
function scatterSum(
  values: Values,
  shape: readonly number[],
  target: readonly number[],
  destination: (at: number[]) => number[],
): Values {
  const out = new Float64Array(sizeOf(target));
  for (let k = 0; k < values.length; k++) out[offset(destination(positionOf(k, shape)), target)] += values[k];
  return out;
}

/** Where position `at` of a broadcast result lies in an operand: leading axes dropped, axes of length 1 at 0. */
function alignTo(shape: readonly number[], at: readonly number[]): number[] {
  return shape.map((length, axis) => (length === 1 ? 0 : at[at.length - shape.length + axis]));
}

function positionOf(index: number, shape: readonly number[]): number[] {
  const at: number[] = [];
  for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

function offset(at: readonly number[], shape: readonly number[]): number {
  return at.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

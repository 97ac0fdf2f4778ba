/** Signatures of the graph room while its files are being written. */
export type DType = "float32" | "bool";
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
}
const unbuilt = (): never => {
  throw new Error("this part of the graph room is not built yet");
};
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;
/** Named leaves: an input is fed at each run, a parameter is fed or bound as an initializer at emission. */
export const input: (name: string, shape: readonly number[]) => Tensor = unbuilt;
export const parameter: (name: string, shape: readonly number[]) => Tensor = unbuilt;
export const constant: (values: number | Float32Array, shape?: readonly number[]) => Tensor = unbuilt;
export const add: Binary = unbuilt;
export const subtract: Binary = unbuilt;
export const multiply: Binary = unbuilt;
export const divide: Binary = unbuilt;
export const minimum: Binary = unbuilt;
export const maximum: Binary = unbuilt;
export const power: (x: Tensor, exponent: number) => Tensor = unbuilt;
export const negate: Unary = unbuilt;
export const square: Unary = unbuilt;
export const sqrt: Unary = unbuilt;
export const exp: Unary = unbuilt;
export const log: Unary = unbuilt;
export const sin: Unary = unbuilt;
export const cos: Unary = unbuilt;
export const abs: Unary = unbuilt;
export const sigmoid: Unary = unbuilt;
export const tanh: Unary = unbuilt;
export const silu: Unary = unbuilt;
export const gelu: Unary = unbuilt;
/** 1 where a > b, as a bool tensor; `where` chooses by it. */
export const greater: Binary = unbuilt;
export const where: (condition: Tensor, whenTrue: Tensor | number, whenFalse: Tensor | number) => Tensor = unbuilt;
/** a [..., m, k] x b [..., k, n] -> [..., m, n]; leading axes broadcast. */
export const matmul: (a: Tensor, b: Tensor) => Tensor = unbuilt;
/** x [..., in], weight [out, in], bias [out] -> [..., out]. */
export const linear: (x: Tensor, weight: Tensor, bias?: Tensor) => Tensor = unbuilt;
/** Over the last axis. */
export const softmax: Unary = unbuilt;
export interface ConvOptions {
  readonly bias?: Tensor;
  readonly stride?: 1 | 2;
  /** Rows and columns of zeros on every side; default 0. */
  readonly padding?: number;
}
/** x [n, in, h, w], weight [out, in, kh, kw] -> [n, out, h', w']. */
export const conv2d: (x: Tensor, weight: Tensor, options?: ConvOptions) => Tensor = unbuilt;
/** x [n, c, h, w], gamma and beta [c]. */
export const groupNorm: (x: Tensor, groups: number, gamma: Tensor, beta: Tensor, eps?: number) => Tensor = unbuilt;
/** Over the last axis; gamma and beta [last]. */
export const layerNorm: (x: Tensor, gamma: Tensor, beta: Tensor, eps?: number) => Tensor = unbuilt;
export const reshape: (x: Tensor, shape: readonly number[]) => Tensor = unbuilt;
export const transpose: (x: Tensor, permutation: readonly number[]) => Tensor = unbuilt;
export const concat: (xs: readonly Tensor[], axis: number) => Tensor = unbuilt;
export const slice: (x: Tensor, axis: number, start: number, end: number) => Tensor = unbuilt;
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
export const pad2d: (x: Tensor, margins: Margins, mode: "zero" | "edge") => Tensor = unbuilt;
export const broadcastTo: (x: Tensor, shape: readonly number[]) => Tensor = unbuilt;
/** [n, c, h, w] -> [n, c block^2, h / block, w / block]. */
export const spaceToDepth: (x: Tensor, block: number) => Tensor = unbuilt;
export const depthToSpace: (x: Tensor, block: number) => Tensor = unbuilt;
export const upsampleNearest: (x: Tensor, factor: number) => Tensor = unbuilt;
export interface ReduceOptions {
  readonly keepDims?: boolean;
}
/** Axes default to all. */
export const reduceSum: (x: Tensor, axes?: readonly number[], options?: ReduceOptions) => Tensor = unbuilt;
export const reduceMean: (x: Tensor, axes?: readonly number[], options?: ReduceOptions) => Tensor = unbuilt;
/** mean of (a - b)^2, or sum(mask (a - b)^2) / sum(mask broadcast to a). Scalar. */
export const meanSquaredError: (a: Tensor, b: Tensor, mask?: Tensor) => Tensor = unbuilt;
/** d loss / d each of wrt; loss must be a scalar. Tensors without a path to the loss get zeros. */
export const gradients: (loss: Tensor, wrt: readonly Tensor[]) => Tensor[] = unbuilt;
export interface EmissionRequest {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Parameters named here become initializers; the others are fed. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  readonly name?: string;
  /** Only operators of the ONNX standard, for models that leave this program. */
  readonly portable?: boolean;
}
export const emitModel: (request: EmissionRequest) => Uint8Array = unbuilt;
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}
export interface SessionOptions {
  readonly device?: string;
  readonly threads?: number;
}
export const createSession: (model: Uint8Array, options?: SessionOptions) => Promise<Session> = unbuilt;

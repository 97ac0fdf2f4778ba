/**
 * From the tape to an ONNX model.
 *
 * Nodes are value-numbered: an operator with the same inputs and settings as an earlier one is not written again, so
 * the backward pass shares what the forward pass has computed, and building a term twice costs nothing.
 * Names follow from the walk alone: the same graph always gives the same bytes.
 * @module
 */
import { RequestError, ShapeError } from "../core/index.ts";
import { encodeModel, type OnnxInitializer, type OnnxNode, type OnnxValue } from "../onnx/index.ts";
import { emitMixed, type Precision } from "./half-precision.ts";
import { kernelsFor } from "./kernels.ts";
import { BLOCKS_DOMAIN } from "./ops/blocked-convolution.ts";
import type { Device } from "./session.ts";
import { formatShape, sizeOf } from "./shape.ts";
import { topologicalOrder } from "./tape.ts";
import type { Emitter, Tensor } from "./tensor.ts";

/** The oldest in which every reduction takes its axes as an input: many readers know it. */
const OPSET = 18;

export interface EmissionRequest {
  /** What the model gives, by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Parameters named here become initializers; the others are fed. Names that no parameter has are ignored. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  readonly name?: string;
  /** Where it will run, and so which kernels it may use; default "cpu". */
  readonly device?: Device;
  /** Of the CPU it will run on (`channel-block.ts`), for convolutions of weights that are fed; default 1, as anywhere. */
  readonly channelBlock?: number;
  /** Use only operators of the ONNX standard, for a model that leaves this program and runs anywhere; default false. */
  readonly portable?: boolean;
  /** "mixed" computes the products that cost most in half precision (`half-precision.ts`); default "float32". */
  readonly precision?: Precision;
  /** Free text that travels with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The bytes of the `.onnx` file that computes `outputs`. Inputs and parameters are found by walking.
 * @throws RequestError when two different leaves, or a leaf and an output, have one name.
 * @throws ShapeError when a weight does not have as many numbers as its parameter.
 */
export function emitModel({
  outputs,
  weights,
  name = "graph",
  device = "cpu",
  channelBlock = 1,
  portable = false,
  precision = "float32",
  metadata,
}: EmissionRequest): Uint8Array {
  const results = Object.entries(outputs);
  const order = topologicalOrder(results.map(([, x]) => x));
  const leaves = namedLeaves(order, new Set(Object.keys(outputs)));
  const bound = leaves.flatMap((leaf) => boundWeight(leaf, weights));
  const boundNames = new Set(bound.map((weight) => weight.name));
  const kernels = kernelsFor(device, portable);
  const writer = nodeWriter({
    has: (kernel) => kernels.has(kernel),
    carries: (leaf) => boundNames.has(leaf),
    channelBlock: portable ? 1 : channelBlock,
  });
  const { emitter } = writer;
  const names = new Map<Tensor, string>();
  for (const x of order) {
    const inputs = x.inputs.map((source) => names.get(source)!);
    names.set(x, precision === "mixed" ? emitMixed(emitter, device, x, inputs) : x.emit(emitter, inputs));
  }
  const nameOf = (x: Tensor): string => names.get(x)!;
  const nodes = [...writer.nodes, ...results.map(([outputName, x]) => alias(nameOf(x), outputName))];
  return encodeModel({
    name,
    opsets: {
      "": OPSET,
      ...(portable ? {} : { "com.microsoft": 1 }),
      // Known only where there are blocks.
      ...(emitter.channelBlock > 1 ? { [BLOCKS_DOMAIN]: 1 } : {}),
    },
    ...asked({ nodes, initializers: [...bound, ...writer.initializers] }, Object.keys(outputs)),
    inputs: leaves.filter((leaf) => !boundNames.has(leaf.name!)).map((leaf) => valueOf(leaf.name!, leaf)),
    outputs: results.map(([outputName, x]) => valueOf(outputName, x)),
    ...(metadata === undefined ? {} : { metadata }),
  });
}

interface Written {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
}

/** What leads to an output: an operation may be emitted without the result of an earlier one that is on its tape. */
function asked({ nodes, initializers }: Written, outputs: readonly string[]): Written {
  const needed = new Set(outputs);
  const kept = nodes.toReversed().filter((node) => {
    const used = node.outputs.some((name) => needed.has(name));
    if (used) for (const name of node.inputs) needed.add(name);
    return used;
  });
  return { nodes: kept.toReversed(), initializers: initializers.filter(({ name }) => needed.has(name)) };
}

interface NodeWriter extends Written {
  readonly emitter: Emitter;
}

function nodeWriter(target: Pick<Emitter, "has" | "carries" | "channelBlock">): NodeWriter {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const written = new Map<string, string>();
  // Slashes keep our names apart from those of inputs, parameters and outputs, which may not hold "//".
  const once = (key: string, stem: string, write: (name: string) => void): string => {
    const known = written.get(key);
    if (known !== undefined) return known;
    const name = `//${stem}${written.size}`;
    written.set(key, name);
    write(name);
    return name;
  };
  const emitter: Emitter = {
    ...target,
    node: (operator, inputs, attributes = {}, domain = "") =>
      once(JSON.stringify([domain, operator, inputs, attributes]), operator, (name) => {
        nodes.push({ operator, domain, inputs, outputs: [name], attributes });
      }),
    integers: (values) =>
      once(`integers ${values.join()}`, "integers", (name) => {
        initializers.push({ name, shape: [values.length], values: BigInt64Array.from(values, BigInt) });
      }),
    floats: (values, shape) =>
      once(`floats ${formatShape(shape)} ${bitPattern(values)}`, "floats", (name) => {
        initializers.push({ name, shape, values });
      }),
  };
  return { emitter, nodes, initializers };
}

/** Tells constants apart exactly, -0 from 0 too. */
function bitPattern(values: Float32Array): string {
  return new Uint32Array(values.buffer, values.byteOffset, values.length).join();
}

/** Inputs and parameters, each name once. */
function namedLeaves(order: readonly Tensor[], outputNames: ReadonlySet<string>): Tensor[] {
  const leaves = order.filter((x) => x.name !== undefined);
  const seen = new Map<string, Tensor>();
  for (const leaf of leaves) {
    const name = leaf.name!;
    if (seen.has(name) || outputNames.has(name) || name.startsWith("//")) {
      throw new RequestError({
        place: `${leaf.kind} "${name}"`,
        expected: "a name no other leaf or output of the model has, not beginning with //",
        got: seen.has(name)
          ? "two different tensors of that name"
          : outputNames.has(name)
            ? "an output of that name"
            : name,
        remedy: "make each leaf once and share the tensor",
      });
    }
    seen.set(name, leaf);
  }
  return leaves;
}

function boundWeight(leaf: Tensor, weights: ReadonlyMap<string, Float32Array> | undefined): OnnxInitializer[] {
  const values = leaf.kind === "parameter" ? weights?.get(leaf.name!) : undefined;
  if (values === undefined) return [];
  if (values.length !== sizeOf(leaf.shape)) {
    throw new ShapeError({
      place: `parameter "${leaf.name}"`,
      expected: `${sizeOf(leaf.shape)} values for ${formatShape(leaf.shape)}`,
      got: `${values.length}`,
    });
  }
  return [{ name: leaf.name!, shape: leaf.shape, values }];
}

function alias(from: string, to: string): OnnxNode {
  return { operator: "Identity", domain: "", inputs: [from], outputs: [to], attributes: {} };
}

function valueOf(name: string, { shape, dtype }: Tensor): OnnxValue {
  return { name, elementType: dtype, shape };
}

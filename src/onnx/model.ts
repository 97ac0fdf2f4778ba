/**
 * Writes an ONNX model: a list of nodes over named values, with the shapes of what goes in and comes out.
 * Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), named beside each.
 * @module
 */
import {
  byteLength,
  bytesField,
  type Chunks,
  floatField,
  integerField,
  joinChunks,
  messageField,
  RequestError,
  textField,
} from "../core/index.ts";

/** What a node's attribute may hold. A number is written as an integer; wrap a float as `{ float }`. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly operator: string;
  /** "" is the ONNX standard. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export type OnnxElementType = "float32" | "int64" | "bool";

/** A value that crosses the boundary of the model. */
export interface OnnxValue {
  readonly name: string;
  readonly elementType: OnnxElementType;
  readonly shape: readonly number[];
}

/** A value known when the model is written: weights and the integer arguments of operators. */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export interface OnnxModel {
  readonly name: string;
  /** Version of each operator domain used; "" is the ONNX standard. */
  readonly opsets: Readonly<Record<string, number>>;
  /** In an order in which every input is known before it is used. */
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Free text that travels with the model. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The version of the file format that came with operator set 18; newer readers accept it. */
const IR_VERSION = 8;
const ELEMENT_CODE: Readonly<Record<OnnxElementType, number>> = { float32: 1, int64: 7, bool: 9 };
/** Protocol Buffers readers refuse a message of 2 GiB or more. */
const LARGEST_MODEL_BYTES = 2 ** 31 - 1;

/**
 * The model as the bytes of a `.onnx` file. The same model always gives the same bytes.
 * @throws RequestError when it would reach 2 GiB, which no reader accepts.
 */
export function encodeModel(model: OnnxModel): Uint8Array {
  const fields: Chunks[] = [
    integerField(1, IR_VERSION), // ir_version
    textField(2, "updraft"), // producer_name
    messageField(7, ...graphFields(model)), // graph
    ...Object.entries(model.opsets).map(([domain, version]) =>
      messageField(8, textField(1, domain), integerField(2, version)),
    ), // opset_import
    ...Object.entries(model.metadata ?? {}).map(([key, value]) =>
      messageField(14, textField(1, key), textField(2, value)),
    ), // metadata_props
  ];
  const size = byteLength(fields.flat());
  if (size > LARGEST_MODEL_BYTES) {
    throw new RequestError({
      place: `ONNX model ${model.name}`,
      expected: "less than 2 GiB",
      got: `${size} bytes`,
      remedy: "feed the weights as inputs instead of storing them in the model",
    });
  }
  return joinChunks(...fields);
}

function graphFields({ name, nodes, initializers, inputs, outputs }: OnnxModel): Chunks[] {
  return [
    ...nodes.map((node) => messageField(1, ...nodeFields(node))), // node
    textField(2, name), // name
    ...initializers.map((initializer) => messageField(5, ...tensorFields(initializer))), // initializer
    ...inputs.map((value) => messageField(11, ...valueFields(value))), // input
    ...outputs.map((value) => messageField(12, ...valueFields(value))), // output
  ];
}

function nodeFields({ operator, domain, inputs, outputs, attributes }: OnnxNode): Chunks[] {
  return [
    ...inputs.map((name) => textField(1, name)), // input
    ...outputs.map((name) => textField(2, name)), // output
    textField(3, outputs[0]), // name
    textField(4, operator), // op_type
    ...Object.entries(attributes).map(([name, value]) => messageField(5, ...attributeFields(name, value))), // attribute
    ...(domain === "" ? [] : [textField(7, domain)]), // domain
  ];
}

/** AttributeProto: name 1, then the value in the field of its type, and the type's code in 20. */
function attributeFields(name: string, value: OnnxAttribute): Chunks[] {
  const named = textField(1, name);
  if (typeof value === "number") return [named, integerField(3, value), integerField(20, 2)];
  if (typeof value === "string") return [named, textField(4, value), integerField(20, 3)];
  if ("float" in value) return [named, floatField(2, value.float), integerField(20, 1)];
  return [named, ...value.map((item) => integerField(8, item)), integerField(20, 7)];
}

function tensorFields({ name, shape, values }: OnnxInitializer): Chunks[] {
  const elementType = values instanceof Float32Array ? "float32" : "int64";
  return [
    ...shape.map((length) => integerField(1, length)), // dims
    integerField(2, ELEMENT_CODE[elementType]), // data_type
    textField(8, name), // name
    // raw_data is little-endian, as is every machine Node runs on.
    bytesField(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}

/** ValueInfoProto: name 1, type 2 = TypeProto { tensor_type 1 = { elem_type 1, shape 2 = { dim 1 = { dim_value 1 } } } }. */
function valueFields({ name, elementType, shape }: OnnxValue): Chunks[] {
  const dimensions = messageField(2, ...shape.map((length) => messageField(1, integerField(1, length))));
  const tensorType = messageField(1, integerField(1, ELEMENT_CODE[elementType]), dimensions);
  return [textField(1, name), messageField(2, tensorType)];
}

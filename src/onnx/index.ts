/** ONNX files, written. @module */

export type { OnnxAttribute, OnnxElementType, OnnxInitializer, OnnxModel, OnnxNode, OnnxValue } from "./model.ts";
export { encodeModel } from "./model.ts";

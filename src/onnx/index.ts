/** ONNX files, written. @module */

export { replaceWeights } from "./initializers.ts";
export type { OnnxAttribute, OnnxElementType, OnnxInitializer, OnnxModel, OnnxNode, OnnxValue } from "./model.ts";
export { encodeModel } from "./model.ts";

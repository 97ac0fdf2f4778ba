/** Safetensors: named float32 tensors in one file that any framework can open. */
export { decodeSafetensors, decodeShapes, headerEnd } from "./decode.ts";
export { encodeSafetensors } from "./encode.ts";
export { PREFIX_BYTES, type SafetensorsFile, type StoredTensor } from "./file.ts";

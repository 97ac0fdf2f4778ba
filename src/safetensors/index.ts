/** Safetensors: named float32 tensors in one file that any framework can open. */
export { decodeSafetensors } from "./decode.ts";
export { encodeSafetensors } from "./encode.ts";
export type { SafetensorsFile, StoredTensor } from "./file.ts";

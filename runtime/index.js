/**
 * ONNX Runtime, from this folder's own node_modules: it is installed without its install step and travels in the package, so that no host
 * but a package registry is ever asked (docs/design/0042-what-travels.md).
 */
export * from "onnxruntime-node";

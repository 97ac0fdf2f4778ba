export * from "onnxruntime-node";

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Two cores: one fork each; ONNX Runtime sessions inside a test choose their own thread count.
    pool: "forks",
    maxWorkers: 2,
    // A hang, not slowness: a busy machine takes several times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

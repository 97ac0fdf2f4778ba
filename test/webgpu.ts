/**
 * WebGPU without a GPU, for agreement only: SwiftShader, which Debian's `chromium` brings along (`apt-get install chromium libvulkan1`).
 * @module
 */
import { existsSync } from "node:fs";
import { describe } from "vitest";
import { InferenceSession } from "#onnxruntime";
import { chooseDevice } from "../src/graph/index.ts";
import { skippedSuite } from "./skipped-suite.ts";

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** A suite that needs WebGPU: a real one, else SwiftShader's. Skips loudly, by name, where there is neither. */
export async function describeWithWebgpu(name: string, suite: () => void): Promise<void> {
  if (existsSync(SWIFTSHADER)) process.env["VK_ICD_FILENAMES"] ??= SWIFTSHADER;
  process.env["XDG_RUNTIME_DIR"] ??= "/tmp";
  try {
    await chooseDevice("webgpu");
    describe(name, suite);
  } catch {
    skippedSuite(name, "WebGPU (test/webgpu.ts)");
  }
}

/** Opens a model on WebGPU, where not a single node may be left to the CPU. Throws ONNX Runtime's complaint where one is. */
export async function openOnWebgpuAlone(model: Uint8Array): Promise<void> {
  const session = await InferenceSession.create(model, {
    executionProviders: ["webgpu"],
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: "1" } },
  });
  await session.release();
}

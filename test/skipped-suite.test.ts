/** A clone without shared data, Python and WebGPU beside it still has its suites read: their bodies must not run. */
import { expect, it, vi } from "vitest";

const skipped: string[] = [];
const bodiesRun: string[] = [];
vi.stubEnv("UPDRAFT_DATA", "/no/real/data");
vi.stubEnv("UPDRAFT_PYTHON", "/no/python");
vi.resetModules();
vi.doMock("../src/graph/index.ts", () => ({ chooseDevice: () => Promise.reject(new Error("no WebGPU")) }));
vi.doMock("./skipped-suite.ts", () => ({ skippedSuite: (name: string) => skipped.push(name) }));
const { describeWithData } = await import("./shared-data.ts");
const { describeWithPeer } = await import("./peer.ts");
const { describeWithWebgpu } = await import("./webgpu.ts");
describeWithData("data", () => void bodiesRun.push("data"));
describeWithPeer("peer", () => void bodiesRun.push("peer"));
await describeWithWebgpu("webgpu", () => void bodiesRun.push("webgpu"));

it("suites that are skipped are named, and their bodies do not run", () => {
  expect(skipped).toEqual(["data", "peer", "webgpu"]);
  expect(bodiesRun).toEqual([]);
});

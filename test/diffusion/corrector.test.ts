import { expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { standardizePlanes } from "../../src/diffusion/index.ts";

it("brings every plane to mean 0 and standard deviation 1, each by itself", () => {
  const cells = 500;
  const state = normals({ seed: 1, purpose: "test" }, 2 * cells).map((z, i) => (i < cells ? 3 + 2 * z : -7 + 0.1 * z));
  standardizePlanes(state, cells);
  for (const plane of [state.subarray(0, cells), state.subarray(cells)]) {
    const mean = plane.reduce((sum, x) => sum + x, 0) / cells;
    const variance = plane.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (cells - 1);
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 5);
  }
});

it("turns a constant field into zeros, not into NaN", () => {
  const state = new Float32Array(6).fill(-10);
  standardizePlanes(state, 3);
  expect([...state]).toEqual([0, 0, 0, 0, 0, 0]);
});

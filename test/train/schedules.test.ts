import { describe, expect, it } from "vitest";
import { learningRateFactor } from "../../src/train/index.ts";

describe("learning rate schedules", () => {
  it("onecycle starts at 1/25, peaks at 10 % and ends at 1/25e4, as torch's OneCycleLR does", () => {
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=100, pct_start=0.1, div_factor=25, final_div_factor=1e4)
    const factor = (step: number): number => learningRateFactor("onecycle", step, { total: 100, warmupSteps: 0 });
    expect(factor(0)).toBeCloseTo(0.04, 12);
    expect(factor(9)).toBeCloseTo(1, 12);
    expect(factor(99)).toBeCloseTo(4e-6, 12);
    expect(factor(54)).toBeCloseTo((1 + 4e-6) / 2, 12);
  });

  it("cosine and constant warm up linearly", () => {
    const at = (schedule: "cosine" | "constant", step: number): number =>
      learningRateFactor(schedule, step, { total: 110, warmupSteps: 10 });
    expect(at("cosine", 0)).toBeCloseTo(0.1, 12);
    expect(at("constant", 4)).toBeCloseTo(0.5, 12);
    expect(at("constant", 100)).toBe(1);
    expect(at("cosine", 60)).toBeCloseTo(0.5, 12);
  });
});

import { describe, expect, it } from "vitest";
import { constant, createSession, emitModel, reshape } from "../../src/graph/index.ts";
import { almostFairCrps } from "../../src/train/objectives/crps.ts";

async function score(members: number[], truth: number, fairness: number): Promise<number> {
  const forecasts = constant(Float32Array.from(members), [members.length, 1, 1, 1]);
  const truths = constant(Float32Array.of(truth), [1, 1, 1, 1]);
  const out = reshape(almostFairCrps(forecasts, truths, { members: members.length, fairness }), [1]);
  const session = await createSession(emitModel({ outputs: { out } }), { threads: 1 });
  const { out: value } = await session.run({});
  await session.close();
  return value[0];
}

describe("the almost fair CRPS", () => {
  // (1/M) sum |x - y| = 10/4 for members 0, 4, 3, 7 and truth 2; sum over pairs |x - x'| = 4 + 3 + 7 + 1 + 3 + 4 = 22
  it("is the fair score at 1 and the plain one at 0, as the scores of verification have them", async () => {
    expect(await score([0, 4, 3, 7], 2, 1)).toBeCloseTo(10 / 4 - 22 / 12, 5);
    expect(await score([0, 4, 3, 7], 2, 0)).toBeCloseTo(10 / 4 - 22 / 16, 5);
  });

  it("lies between them at 0.95: e = 0.05/4", async () => {
    expect(await score([0, 4, 3, 7], 2, 0.95)).toBeCloseTo(10 / 4 - ((1 - 0.05 / 4) * 22) / 12, 5);
  });

  it("does not reward members that run away together but one, as the fair score of two does", async () => {
    // Fair, two members: |x1 - y|/2 + |x2 - y|/2 - |x1 - x2|/2 is the same for any x2 beyond y: a member may go anywhere.
    expect(await score([0, 5], 0, 1)).toBeCloseTo(await score([0, 500], 0, 1), 4);
    expect(await score([0, 500], 0, 0.95)).toBeGreaterThan((await score([0, 5], 0, 0.95)) + 1);
  });
});

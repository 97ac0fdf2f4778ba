import { describe, expect, it } from "vitest";
import { constant, createSession, emitModel, input, reshape } from "../../src/graph/index.ts";
import { almostFairCrps } from "../../src/train/objectives/crps.ts";
import { checkExpression, expectClose, F32, randomFeeds, run } from "../graph/compare.ts";

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

describe("the almost fair CRPS of several cases", () => {
  const forecasts = input("forecasts", [6, 2, 2, 1]);
  const truths = input("truths", [2, 2, 2, 1]);
  const loss = almostFairCrps(forecasts, truths, { members: 3, fairness: 0.95 });

  it("has the gradients of float64 and of central differences", async () => {
    await checkExpression(loss, [forecasts, truths]);
  });

  it("takes the members of a case as neighbors in the batch: the formula in two plain loops", async () => {
    const feeds = randomFeeds([forecasts, truths]);
    const { loss: got } = await run({ loss }, feeds);
    const expected = Array.from({ length: 8 }, (_, at) => {
      const [place, cell] = [Math.floor(at / 4), at % 4];
      const x = [0, 1, 2].map((m) => feeds.forecasts[(3 * place + m) * 4 + cell]);
      const toTruth = x.reduce((sum, value) => sum + Math.abs(value - feeds.truths[at]), 0);
      const apart = x.reduce((sum, a) => sum + x.reduce((part, b) => part + Math.abs(a - b), 0), 0);
      return toTruth / 3 - ((1 - 0.05 / 3) * apart) / (2 * 3 * 2);
    });
    expectClose(got, expected, F32, "afCRPS");
  });
});

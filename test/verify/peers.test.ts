/** Our scores against those of two established libraries, on random cases with ties and missing data. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { normals, uniforms } from "../../src/core/index.ts";
import { brier, completeCells, gatherEnsembleScores, gatherMeanError } from "../../src/verify/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

/** Both sides compute in float64 from the same float32 values; only the order of summation differs. */
const PEER = 1e-10;

interface Case {
  readonly members: Float32Array[];
  readonly truth: Float32Array;
  readonly threshold: number;
}

/** Values rounded to halves and held above a floor, so that members tie with one another and with the truth. */
function randomCase(index: number): Case {
  const cells = 200;
  const draw = (member: number): Float32Array => {
    const key = { seed: 17, purpose: "peer-cases", member, index };
    const missing = uniforms(key, cells);
    return normals(key, cells).map((value, cell) =>
      missing[cell] < 0.02 ? Number.NaN : Math.max(-1, Math.round(4 * value) / 2),
    );
  };
  const memberCount = 2 + (index % 9);
  return { members: Array.from({ length: memberCount }, (_, at) => draw(at + 1)), truth: draw(0), threshold: 0.5 };
}

describeWithPeer("our scores against scores and properscoring", () => {
  it("agree to 1e-10 on random cases with ties and missing data", () => {
    const cases = Array.from({ length: 18 }, (_, index) => randomCase(index));
    const folder = mkdtempSync(join(tmpdir(), "updraft-"));
    const file = join(folder, "cases.json");
    const plain = (values: Float32Array): (number | string)[] =>
      Array.from(values, (value) => (Number.isNaN(value) ? "nan" : value));
    writeFileSync(
      file,
      JSON.stringify(
        cases.map((one) => ({ ...one, members: one.members.map((each) => plain(each)), truth: plain(one.truth) })),
      ),
    );
    const judged = JSON.parse(runPeer("verify_scores.py", [file])) as Record<string, number>[];
    rmSync(folder, { recursive: true });
    for (const [at, { members, truth, threshold }] of cases.entries()) {
      const gatherer = gatherEnsembleScores(members.length);
      gatherer.add({ members, truth, tieKey: { seed: 0, purpose: "test-ties" } });
      const scores = gatherer.scores();
      const first = gatherMeanError();
      first.add(members[0], truth, completeCells([truth, ...members]));
      const meanBrier = (estimator: "fair" | "ecdf"): number => {
        const all = Array.from(truth, (y, cell) =>
          brier(
            members.map((member) => member[cell]),
            y,
            { threshold, estimator },
          ),
        ).filter((score) => !Number.isNaN(score));
        return all.reduce((sum, score) => sum + score, 0) / all.length;
      };
      const ours: Record<string, number> = {
        cells: scores.cells,
        crpsFair: scores.crps,
        crpsEcdf: scores.crpsEcdf,
        crpsProperscoring: scores.crpsEcdf,
        brierFair: meanBrier("fair"),
        brierPlain: meanBrier("ecdf"),
        rmse: scores.rmse,
        bias: scores.bias,
        mae: first.scores().mae,
        spread: scores.spread,
      };
      expect(Object.keys(ours)).toEqual(Object.keys(judged[at]));
      for (const [name, value] of Object.entries(ours)) {
        expect(Math.abs(value - judged[at][name]), `${name} of case ${at}`).toBeLessThan(PEER);
      }
      expect(scores.missingCells).toBeGreaterThan(0);
    }
  });
});

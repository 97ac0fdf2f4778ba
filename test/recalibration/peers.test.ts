/** Our calibrations against scikit-learn's, on random tallies. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { integers, uniforms } from "../../src/core/index.ts";
import { fitBeta, isotonicRegression } from "../../src/recalibration/index.ts";
import { brierScores, logScore, reissued } from "../../src/verify/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

/** Both sum the same float64 numbers, in another order. */
const ISOTONIC = 1e-12;
const SCORE = 1e-12;
/** scikit-learn stops where the largest slope of its loss is below 1e-12; curvature of 1e-4 and more makes that 1e-8 of a parameter. */
const PARAMETER = 1e-7;

interface Tallied {
  readonly probability: number[];
  readonly count: number[];
  readonly events: number[];
}

function randomTally(index: number): Tallied {
  const key = { seed: 5, purpose: "peer-tallies", index };
  const size = 4 + (index % 17);
  const [chance, counts] = [uniforms(key, size), integers({ ...key, member: 1 }, size, 400)];
  const count = Array.from(counts, (n) => 20 + n);
  return {
    probability: count.map((_, i) => (i + 0.5) / size),
    count,
    // Half of them bent enough to need pools; a slope of some would be negative.
    events: count.map((n, i) => 1 + Math.floor((n - 2) * (index % 2 === 0 ? chance[i] : (i + chance[i]) / (size + 1)))),
  };
}

describeWithPeer("our calibrations against scikit-learn", () => {
  it("agree on isotonic values and beta parameters, and on Brier and logarithmic scores of what was issued", () => {
    const cases = Array.from({ length: 40 }, (_, index) => randomTally(index));
    const folder = mkdtempSync(join(tmpdir(), "updraft-"));
    writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
    const theirs = JSON.parse(runPeer("calibrate_probabilities.py", [join(folder, "cases.json")])) as {
      isotonic: number[];
      a: number;
      b: number;
      c: number;
      brier: number;
      log: number;
    }[];
    rmSync(folder, { recursive: true });
    let held = 0;
    for (const [at, { probability, count, events }] of cases.entries()) {
      const frequencies = events.map((e, i) => e / count[i]);
      for (const [i, value] of isotonicRegression(frequencies, count).entries()) {
        expect(Math.abs(value - theirs[at].isotonic[i])).toBeLessThan(ISOTONIC);
      }
      const ours = fitBeta(probability.map((p, i) => ({ probability: p, count: count[i], events: events[i] })));
      for (const name of ["a", "b", "c"] as const) {
        expect(Math.abs(ours[name] - theirs[at][name]), `${name} of case ${at}`).toBeLessThan(PARAMETER);
      }
      const table = reissued(
        { count, events, probability: [], probabilitySquare: [], probabilityOfEvents: [], missingCells: 0 },
        probability,
      );
      expect(Math.abs(brierScores(table).brier - theirs[at].brier)).toBeLessThan(SCORE);
      expect(Math.abs(logScore(table) - theirs[at].log)).toBeLessThan(SCORE);
      if (ours.a === 0 || ours.b === 0) held++;
    }
    expect(held).toBeGreaterThan(5);
  });
});

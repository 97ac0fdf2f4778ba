/** Our scores against those of five established libraries, on random cases with ties and missing data. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { normals, uniforms } from "../../src/core/index.ts";
import {
  brierScores,
  completeCells,
  contingency,
  contingencyScores,
  cosineTransform2d,
  energyScore,
  ensembleScores,
  ensembleTally,
  fractionsOf,
  fractionsSkill,
  fractionsTally,
  meanError,
  meanErrorTally,
  rankFlatness,
  reliabilityPoints,
  rocArea,
  tabulate,
  thresholdWeightedCrps,
  variogramScore,
  type Window,
} from "../../src/verify/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

/** Both sides compute in float64 from the same float32 values; only the order of summation differs. */
const PEER = 1e-10;

interface Case {
  readonly ny: number;
  readonly nx: number;
  readonly members: Float32Array[];
  readonly truth: Float32Array;
  readonly threshold: number;
  readonly window: number;
}

/** Values rounded to halves and held above a floor, so that members tie with one another and with the truth. */
function randomCase(index: number): Case {
  const [ny, nx] = [10 + (index % 3), 20];
  const draw = (member: number): Float32Array => {
    const key = { seed: 17, purpose: "peer-cases", member, index };
    const missing = uniforms(key, ny * nx);
    return normals(key, ny * nx).map((value, cell) =>
      missing[cell] < 0.02 ? Number.NaN : Math.max(-1, Math.round(4 * value) / 2),
    );
  };
  const members = Array.from({ length: 2 + (index % 9) }, (_, at) => draw(at + 1));
  return { ny, nx, members, truth: draw(0), threshold: 0.5, window: [1, 3, 5][index % 3] };
}

const cases = Array.from({ length: 18 }, (_, index) => randomCase(index));
type Judged = Record<string, number | (number | null)[]>;

function judgedBy(script: string): Judged[] {
  const folder = mkdtempSync(join(tmpdir(), "updraft-"));
  const file = join(folder, "cases.json");
  const plain = (values: Float32Array): (number | string)[] =>
    Array.from(values, (value) => (Number.isNaN(value) ? "nan" : value));
  const written = cases.map((one) => ({ ...one, members: one.members.map(plain), truth: plain(one.truth) }));
  writeFileSync(file, JSON.stringify(written));
  try {
    return JSON.parse(runPeer(script, [file])) as Judged[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(ours: Judged, theirs: Judged, at: number): void {
  expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
  for (const [name, value] of Object.entries(ours)) {
    const [left, right] = [value, theirs[name]].map((side) => [side].flat());
    expect(left, `${name} of case ${at}`).toHaveLength(right.length);
    for (const [index, number] of left.entries()) {
      const difference = Math.abs((number ?? 0) - (right[index] ?? 0));
      expect(difference, `${name}[${index}] of case ${at}: ${number} and ${right[index]}`).toBeLessThan(PEER);
    }
  }
}

const tieKey = { seed: 0, purpose: "test-ties" };
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describeWithPeer("our scores against scores and properscoring", () => {
  it("agree to 1e-10 on random cases with ties and missing data", () => {
    const judged = judgedBy("verify_scores.py");
    for (const [at, { members, truth }] of cases.entries()) {
      const scores = ensembleScores(ensembleTally({ members, truth, tieKey }));
      const complete = completeCells([truth, ...members]);
      const first = meanErrorTally(members[0], truth, complete);
      const { fairBrier, brier } = brierScores(tableOf(cases[at]), members.length);
      const ours = {
        cells: scores.cells,
        crpsFair: scores.crps,
        crpsEcdf: scores.crpsEcdf,
        crpsProperscoring: scores.crpsEcdf,
        brierFair: fairBrier,
        brierPlain: brier,
        rmse: scores.rmse,
        bias: scores.bias,
        mae: meanError(first).mae,
        spread: scores.spread,
      };
      compare(ours, judged[at], at);
      expect(scores.missingCells).toBeGreaterThan(0);
    }
  });
});

/** The cells that are whole, and the probability and outcome of each. */
function wholeCells({ members, truth, threshold }: Case): {
  values: number[][];
  observed: number[];
  probability: number[];
  happened: number[];
} {
  const kept = [...truth.keys()].filter((cell) => completeCells([truth, ...members])[cell] === 1);
  const values = members.map((member) => kept.map((cell) => member[cell]));
  const observed = kept.map((cell) => truth[cell]);
  return {
    values,
    observed,
    probability: kept.map((_, k) => meanOf(values.map((member) => Number(member[k] >= threshold)))),
    happened: observed.map((value) => Number(value >= threshold)),
  };
}

function tableOf(one: Case): ReturnType<typeof tabulate> {
  const { probability, happened } = wholeCells(one);
  return tabulate(probability, happened, one.members.length);
}

describeWithPeer("our scores against xskillscore, scoringrules, pysteps and scipy", () => {
  it("agree to 1e-10 on random fields with ties and missing data", () => {
    const judged = judgedBy("verify_fields.py");
    for (const [at, one] of cases.entries()) {
      const { members, truth, threshold, window, ny, nx } = one;
      const scores = ensembleScores(ensembleTally({ members, truth, tieKey, tails: [threshold] }));
      const { values, observed } = wholeCells(one);
      const cellMembers = observed.map((_, k) => values.map((member) => member[k]));
      const tail = (estimator: "fair" | "ecdf"): number =>
        meanOf(observed.map((y, k) => thresholdWeightedCrps(cellMembers[k], y, { threshold, estimator })));
      // In float64, as there: the step that moves members apart is lost in no rounding.
      const counts = Array.from({ length: members.length + 1 }, () => 0);
      for (const [k, y] of observed.entries()) {
        counts[cellMembers[k].filter((value, member) => value + 1e-3 * (member + 1) < y).length]++;
      }
      const table = tableOf(one);
      const { brier, fairBrier } = brierScores(table, members.length);
      const points = reliabilityPoints(table);
      const yesNo = contingencyScores(contingency(Float32Array.from(values[0]), Float32Array.from(observed), one));
      const events = (field: Float32Array): Float32Array => field.map((value) => Number(value >= threshold));
      const fss = (shape: Window): number => {
        const [f, o] = [members[0], truth].map((field) => fractionsOf(events(field), { ny, nx }));
        return fractionsSkill(fractionsTally(f, o, shape)).skill;
      };
      const cosine = cosineTransform2d(
        truth.map((value) => (Number.isNaN(value) ? 0 : value)),
        { ny, nx },
      );
      const [vectors, vector] = [values.map((member) => member.slice(0, 12)), observed.slice(0, 12)];
      const plain = { estimator: "ecdf" } as const;
      const ours: Judged = {
        crpsXskillscore: scores.crpsEcdf,
        crpsScoringrulesFair: scores.crps,
        tailCrpsFair: tail("fair"),
        tailCrpsEcdf: tail("ecdf"),
        tailCrpsScoringrules: scores.tailCrps[0],
        ranks: counts,
        flatnessP: rankFlatness(counts).chiSquared.p,
        brier,
        brierFair: fairBrier,
        rocArea: rocArea(table),
        reliability: table.count.map((count, bin) => (count === 0 ? null : table.events[bin] / count)),
        samples: [...table.count],
        csi: yesNo.criticalSuccessIndex,
        ets: yesNo.equitableThreatScore,
        sedi: yesNo.extremalDependence,
        pystepsPOD: yesNo.probabilityOfDetection,
        pystepsFAR: yesNo.falseAlarmRatio,
        pystepsFA: yesNo.falseAlarmRate,
        pystepsACC: yesNo.accuracy,
        pystepsCSI: yesNo.criticalSuccessIndex,
        pystepsBIAS: yesNo.frequencyBias,
        pystepsHSS: yesNo.heidkeSkillScore,
        pystepsHK: yesNo.hanssenKuipers,
        pystepsGSS: yesNo.equitableThreatScore,
        pystepsSEDI: yesNo.extremalDependence,
        pystepsMCC: yesNo.matthewsCorrelation,
        pystepsF1: yesNo.f1,
        fssPysteps: fss({ ny: window, nx: window, edge: "zero" }),
        fssScoresInterior: fss({ ny: window, nx: window + 1, edge: "interior" }),
        fssScoresPadded: fss({ ny: window + 1, nx: window + 1, edge: "zero" }),
        cosine: [...cosine].filter((_, index) => index % Math.max(1, Math.floor(cosine.length / 40)) === 0),
        energy: energyScore(vectors, vector, plain),
        energyFair: energyScore(vectors, vector),
        "variogram0.5": variogramScore(vectors, vector, plain),
        "variogram0.5Fair": variogramScore(vectors, vector),
        "variogram1.0": variogramScore(vectors, vector, { ...plain, order: 1 }),
        "variogram1.0Fair": variogramScore(vectors, vector, { order: 1 }),
      };
      compare(ours, judged[at], at);
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(observed.length);
    }
  });
});

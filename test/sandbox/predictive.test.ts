import { describe, expect, it } from "vitest";
import {
  initFromAnalysis,
  utcSeconds,
  VARIABLE_NAMES,
  type ValidTime,
  type VariableName,
  validTime,
} from "../../src/core/index.ts";
import { sandboxHours, sandboxWorld, truePredictive } from "../../src/sandbox/index.ts";
import { crps, ensembleScores, ensembleTally, rankFlatness, rankOf, sumTallies } from "../../src/verify/index.ts";

/** Five standard errors of the estimate at hand, with fixed seeds. */
const STAT = 5;

const start = utcSeconds(2024, 5, 1) as ValidTime;
const later = (hours: number): ValidTime => validTime(initFromAnalysis(start), hours);
const NX = 12;
const NY = 8;
const CELLS = NX * NY;
const size = { start, nx: NX, ny: NY };

/** One channel of a state. */
function channelOf(state: Float32Array, channel: VariableName): Float32Array {
  const at = VARIABLE_NAMES.indexOf(channel);
  return state.subarray(at * CELLS, (at + 1) * CELLS);
}

/** Mean and standard error of independent numbers. */
function meanOf(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

describe("truePredictive, against what many draws show", () => {
  const draws = 400;
  const world = sandboxWorld({ ...size, seed: 5 });
  const predictive = truePredictive(world, later(2), 3);
  const members = Array.from({ length: draws }, (_, member) => predictive.sample(member));

  it("states the mean and variance of the latent field at every cell", () => {
    const mean = predictive.latentMean("t2m");
    const variance = predictive.latentVariance("t2m");
    expect(variance).toBeGreaterThan(0.1);
    expect(variance).toBeLessThan(0.95);
    for (let cell = 0; cell < CELLS; cell++) {
      const latent = members.map((state) => (channelOf(state, "t2m")[cell] - 302) / 2.5);
      const { mean: drawn, error } = meanOf(latent);
      expect(Math.abs(drawn - mean[cell])).toBeLessThan(STAT * Math.sqrt(variance / draws));
      expect(Math.abs((error ** 2 * draws) / variance - 1)).toBeLessThan(STAT * Math.sqrt(2 / draws));
    }
  });

  it.each<[VariableName, number]>([
    ["refc", 0],
    ["refc", 20],
    ["u10", 5],
    ["cape", 500],
    ["cin", -50],
  ])("states the probability of %s at or above %d", (channel, threshold) => {
    const probability = predictive.exceedance(channel, threshold);
    for (let cell = 0; cell < CELLS; cell++) {
      const share = members.filter((state) => channelOf(state, channel)[cell] >= threshold).length / draws;
      // At least one count of room, where the binomial's own error vanishes.
      const error = Math.max(Math.sqrt((probability[cell] * (1 - probability[cell])) / draws), 1 / draws);
      expect(Math.abs(share - probability[cell])).toBeLessThan(STAT * error);
    }
  });

  it("states quantiles that are exceeded with the probability left over", () => {
    for (const channel of ["cape", "v10"] as const) {
      const quantile = predictive.quantile(channel, 0.9);
      for (let cell = 0; cell < CELLS; cell += 7) {
        expect(predictive.exceedance(channel, quantile[cell])[cell]).toBeCloseTo(0.1, 4);
      }
    }
  });

  it("knows that reflectivity is never below its floor", () => {
    expect(predictive.exceedance("refc", -10).every((probability) => probability === 1)).toBe(true);
  });
});

describe("expectedCrps", () => {
  it.each<[VariableName, number, number]>([
    ["refc", -10, 120],
    ["t2m", 280, 325],
    ["cape", 0, 12_000],
    ["cin", -1500, 0],
  ])("of %s is the integral of F(1 − F) to 1e-4", (channel, from, to) => {
    const predictive = truePredictive(sandboxWorld({ ...size, seed: 8 }), start, 2);
    const stated = predictive.expectedCrps(channel);
    const steps = 6000;
    const integral = new Float64Array(CELLS);
    for (let step = 0; step < steps; step++) {
      const at = from + ((to - from) * (step + 0.5)) / steps;
      const above = predictive.exceedance(channel, at);
      for (let cell = 0; cell < CELLS; cell++)
        integral[cell] += (above[cell] * (1 - above[cell]) * (to - from)) / steps;
    }
    for (let cell = 0; cell < CELLS; cell++) {
      // A floor for cells that are nearly certain, where a relative error means nothing.
      expect(Math.abs(stated[cell] - integral[cell])).toBeLessThan(
        1e-4 * Math.max(integral[cell], 0.02 * (channel === "cape" ? 100 : 1)),
      );
    }
  });

  it("grows with lead toward that of climate", () => {
    const world = sandboxWorld({ ...size, seed: 8 });
    const byLead = [1, 2, 6, 40].map((lead) => truePredictive(world, start, lead).expectedCrps("t2m")[0]);
    expect(byLead.toSorted((a, b) => a - b)).toEqual(byLead);
    expect(byLead[3] / (2.5 / Math.sqrt(Math.PI))).toBeCloseTo(1, 2);
  });
});

describe("the perfect forecaster", () => {
  const seeds = 120;
  const memberCount = 10;
  const lead = 2;
  /** Worlds of different seeds are independent; cells of one world are not, so every statistic is one number a world. */
  const worlds = Array.from({ length: seeds }, (_, seed) => {
    const predictive = truePredictive(sandboxWorld({ ...size, seed }), start, lead);
    return {
      predictive,
      members: Array.from({ length: memberCount }, (_unused, member) => predictive.sample(member)),
      truth: [...sandboxHours({ ...size, seed, hours: lead + 1 })][lead].state,
    };
  });

  it.each(VARIABLE_NAMES)("has a spread that matches its error, in %s", (channel) => {
    const excess: number[] = [];
    const tallies = worlds.map(({ members, truth }) =>
      ensembleTally({
        members: members.map((state) => channelOf(state, channel)),
        truth: channelOf(truth, channel),
        tieKey: { seed: 0, purpose: "test" },
      }),
    );
    for (const tally of tallies) {
      const { rmse, spread } = ensembleScores(tally);
      excess.push(rmse ** 2 - ((memberCount + 1) / memberCount) * spread ** 2);
    }
    const { rmse, spreadSkillRatio } = ensembleScores(sumTallies(tallies) as (typeof tallies)[number]);
    expect(Math.abs(spreadSkillRatio ** 2 - 1)).toBeLessThan((STAT * meanOf(excess).error) / rmse ** 2);
  });

  it.each(VARIABLE_NAMES)("scores the CRPS that is stated as expected, in %s", (channel) => {
    const differences = worlds.map(({ predictive, members, truth }) => {
      const stated = predictive.expectedCrps(channel);
      const happened = channelOf(truth, channel);
      const fields = members.map((state) => channelOf(state, channel));
      let sum = 0;
      for (let cell = 0; cell < CELLS; cell++) {
        sum +=
          crps(
            fields.map((field) => field[cell]),
            happened[cell],
          ) - stated[cell];
      }
      return sum / CELLS;
    });
    const { mean, error } = meanOf(differences);
    expect(Math.abs(mean)).toBeLessThan(STAT * error);
  });

  it("has a flat rank histogram", () => {
    const counts = Array.from({ length: memberCount + 1 }, () => 0);
    for (const [seed, { members, truth }] of worlds.entries()) {
      for (const [at, channel] of VARIABLE_NAMES.entries()) {
        // One cell of each variable of each world: independent samples.
        const values = members.map((state) => channelOf(state, channel)[17]);
        counts[rankOf(values, channelOf(truth, channel)[17], ((seed * 7 + at) * 0.618034) % 1)]++;
      }
    }
    // The seeds are fixed.
    expect(rankFlatness(counts).chiSquared.p).toBeGreaterThan(0.001);
  });

  it("draws the same member whatever was drawn before", () => {
    const fresh = truePredictive(sandboxWorld({ ...size, seed: 3 }), start, lead);
    expect(fresh.sample(4)).toEqual(worlds[3].members[4]);
    expect(fresh.sample(5)).not.toEqual(worlds[3].members[4]);
  });
});

describe("truePredictive", () => {
  it("refuses hours outside the world and leads that are not whole", () => {
    const world = sandboxWorld(size);
    expect(() => truePredictive(world, later(-1), 1)).toThrow(
      "sandbox: expected a whole hour from 2024-05-01T00:00:00Z on, got 2024-04-30T23:00:00Z",
    );
    expect(() => truePredictive(world, start, 0.5)).toThrow("sandbox: expected a lead of 1, 2, … hours, got 0.5");
  });
});

/** In the sandbox the true probability of every cell is known: calibrated probabilities have to come nearer to it, on hours the fit has not seen. */
import { beforeAll, describe, expect, it } from "vitest";
import { fieldOf, SECONDS_PER_HOUR, utcSeconds, type ValidTime } from "../../src/core/index.ts";
import { fitShares, type ShareTally, shareTally } from "../../src/recalibration/index.ts";
import { sandboxWorld, truePredictive } from "../../src/sandbox/index.ts";
import { addTallies } from "../../src/verify/index.ts";

const [MEMBERS, LEAD, HOURS_APART, FITTED, FRESH] = [8, 1, 5, 150, 50];
const [CHANNEL, THRESHOLD] = ["cape", 500] as const;
const start = utcSeconds(2024, 5, 1) as ValidTime;

interface Case {
  /** Members with the event, by cell, of members drawn together about their mean by each spread. */
  readonly members: readonly Uint8Array[];
  readonly happened: Uint8Array;
  /** The true probability. */
  readonly truth: Float32Array;
}

const SPREADS = [0.3, 1];

/** Members of the perfect forecaster, and one more draw of it as what happens. */
function perfectCases(count: number): Case[] {
  const world = sandboxWorld({ seed: 11, start, nx: 16, ny: 12 });
  const at = world.space.channels.indexOf(CHANNEL);
  const cells = 16 * 12;
  return Array.from({ length: count }, (_, k) => {
    const time = (start + HOURS_APART * k * SECONDS_PER_HOUR) as ValidTime;
    const { exceedance, sample } = truePredictive(world, time, LEAD);
    const drawn = Array.from({ length: MEMBERS + 1 }, (__, member) => fieldOf(sample(member), at, cells));
    const [outcome, ...fields] = drawn;
    const mean = outcome.map((__, cell) => fields.reduce((sum, field) => sum + field[cell], 0) / MEMBERS);
    const members = SPREADS.map((spread) =>
      Uint8Array.from(mean, (center, cell) => {
        const has = (field: Float32Array): boolean => center + spread * (field[cell] - center) >= THRESHOLD;
        return fields.filter(has).length;
      }),
    );
    const happened = Uint8Array.from(outcome, (value) => Number(value >= THRESHOLD));
    return { members, happened, truth: exceedance(CHANNEL, THRESHOLD) };
  });
}

function tallyOf(some: readonly Case[], which: number): ShareTally {
  const perCase = some.map(({ members, happened }) => {
    const [count, events] = [0, 1].map(() => Array.from({ length: MEMBERS + 1 }, () => 0));
    for (const [cell, i] of members[which].entries()) {
      count[i]++;
      events[i] += happened[cell];
    }
    return shareTally(count, events);
  });
  return perCase.reduce((sum, one) => addTallies(sum, one));
}

/** Mean squared distance of "i of M is p[i]" from the true probability. */
function fromTruth(some: readonly Case[], which: number, p: ArrayLike<number>): number {
  let [sum, cells] = [0, 0];
  for (const { members, truth } of some) {
    for (const [cell, i] of members[which].entries()) {
      sum += (p[i] - truth[cell]) ** 2;
      cells++;
    }
  }
  return sum / cells;
}

describe("in the sandbox, on hours the fit has not seen", () => {
  const raw = Array.from({ length: MEMBERS + 1 }, (_, i) => i / MEMBERS);
  let known: Case[] = [];
  let fresh: Case[] = [];
  beforeAll(() => {
    const all = perfectCases(FITTED + FRESH);
    [known, fresh] = [all.slice(0, FITTED), all.slice(FITTED)];
  });

  it.each(["beta", "isotonic"] as const)("%s brings members that are too alike nearer to the truth", (method) => {
    const p = fitShares(tallyOf(known, 0), method).calibrated;
    // 0.0214 to 0.0153, by either; what is left is that eight members are not all that can be known, and a weight of 0.6: the domain is one storm wide.
    expect(fromTruth(fresh, 0, raw) / fromTruth(fresh, 0, p)).toBeGreaterThan(1.35);
    // "None" is not impossible, and "all" not certain.
    expect(p[0]).toBeGreaterThan(0.01);
    expect(p[MEMBERS]).toBeLessThan(0.9);
  });

  it.each(["beta", "isotonic"] as const)(
    "%s leaves the perfect forecaster's members as they are, within luck",
    (method) => {
      const p = fitShares(tallyOf(known, 1), method).calibrated;
      for (const [i, share] of raw.entries()) expect(Math.abs(p[i] - share)).toBeLessThan(1 / MEMBERS);
      const gained = fromTruth(fresh, 0, raw) - fromTruth(fresh, 0, fitShares(tallyOf(known, 0), method).calibrated);
      expect(Math.abs(fromTruth(fresh, 1, raw) - fromTruth(fresh, 1, p))).toBeLessThan(gained / 4);
    },
  );
});

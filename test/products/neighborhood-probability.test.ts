import { describe, expect, it } from "vitest";
import {
  accumulateExceedance,
  accumulateJoint,
  accumulateNearby,
  describeConditions,
  describeNearness,
  JOINT_EVENTS,
  type JointEvent,
  nearnessSlug,
  neighborhoodEnsembleProbability,
  type QuantityName,
  SPC_NEARNESS,
  threshold,
  WITHIN_40_KM,
} from "../../src/products/index.ts";
import { cropOfHrrr } from "./sample-ensemble.ts";

const GRID = cropOfHrrr(0, 0, 5, 5);
const row = (field: Float32Array, j: number): number[] => [...field.subarray(5 * j, 5 * j + 5)];

/** Conventions 4.3: two members on 5 x 5; m1 has the event at [2,2], m2 at [2,3] and [0,0] ([row, column]); radius one cell. */
function members(): Float32Array[] {
  const [first, second] = [new Float32Array(25).fill(-10), new Float32Array(25).fill(-10)];
  first[2 * 5 + 2] = 40;
  second[2 * 5 + 3] = 45;
  second[0] = 60;
  return [first, second];
}
const ONE_CELL = { shape: "disc", radiusKm: 3 } as const;
const EVENT = threshold("refc", 40);

describe("neighborhood probabilities", () => {
  it("NEP is the mean of the exceedance probability over the neighborhood, cut at the edges", () => {
    const exceedance = accumulateExceedance(25, [EVENT]);
    for (const member of members()) exceedance.add(member);
    const [{ probability }] = exceedance.finish();
    const nep = neighborhoodEnsembleProbability(probability, GRID, ONE_CELL);
    for (const [i, expected] of [0, 0.1, 0.2, 0.2, 0.125].entries()) expect(row(nep, 2)[i]).toBeCloseTo(expected, 6);
    expect(nep[0]).toBeCloseTo(1 / 6, 6);
    expect(nep[1]).toBeCloseTo(0.125, 6);
    expect(nep[5]).toBeCloseTo(0.125, 6);
    expect(row(nep, 1)[2]).toBeCloseTo(0.1, 6);
  });

  it("NMEP is the share of members with the event anywhere within", () => {
    const nearby = accumulateNearby(GRID, [EVENT, threshold("refc", 50)], ONE_CELL);
    for (const member of members()) nearby.add(member);
    const [{ probability: nmep, memberCount }, strong] = nearby.finish();
    expect(memberCount).toBe(2);
    expect(row(nmep, 2)).toEqual([0, 0.5, 1, 1, 0.5]);
    expect(row(nmep, 1)).toEqual([0.5, 0, 0.5, 0.5, 0]);
    expect(row(nmep, 0)).toEqual([0.5, 0.5, 0, 0, 0]);
    expect([...strong.probability].filter((p) => p > 0)).toHaveLength(3); // only the 60 dBZ in the corner
  });

  it("NMEP is unknown where a member has a gap within, and only there", () => {
    const [first, second] = members();
    second[4 * 5 + 0] = Number.NaN;
    const nearby = accumulateNearby(GRID, [EVENT], ONE_CELL);
    nearby.add(first);
    nearby.add(second);
    const [{ probability }] = nearby.finish();
    expect([...probability.entries()].filter(([, p]) => Number.isNaN(p)).map(([cell]) => cell)).toEqual([15, 20, 21]);
  });

  it("say in words and names what near means", () => {
    expect(describeNearness(WITHIN_40_KM)).toBe("within 40 km");
    expect(describeNearness(SPC_NEARNESS)).toBe("within an 80 km box, smoothed sigma 40 km");
    expect([nearnessSlug(WITHIN_40_KM), nearnessSlug(SPC_NEARNESS)]).toEqual(["40km", "box80km_s40km"]);
  });
});

describe("joint probabilities", () => {
  const event: JointEvent = {
    name: "x",
    title: "X",
    conditions: [{ threshold: threshold("refc", 40), withinKm: 3 }, { threshold: threshold("cape", 1000) }],
  };
  const joint = (each: Partial<Record<QuantityName, number[]>>[]): number[] => {
    const accumulator = accumulateJoint(cropOfHrrr(0, 0, 3, 1), event);
    for (const member of each) {
      accumulator.add(
        new Map(Object.entries(member).map(([name, values]) => [name as QuantityName, Float32Array.from(values)])),
      );
    }
    return [...accumulator.finish().probability];
  };

  it("ask every condition of the same member, not of the ensemble", () => {
    // Member 0 has the storm, member 1 the energy: each alone has probability 1/2, together there is none.
    expect(
      joint([
        { refc: [0, 50, 0], cape: [0, 0, 0] },
        { refc: [0, 0, 0], cape: [2000, 2000, 2000] },
      ]),
    ).toEqual([0, 0, 0]);
    // The storm counts for its neighbors, the energy where it is.
    expect(
      joint([
        { refc: [0, 50, 0], cape: [1000, 0, 999] },
        { refc: [50, 0, 0], cape: [2000, 2000, 0] },
      ]),
    ).toEqual([1, 0.5, 0]);
  });

  it("are unknown where a condition is", () => {
    expect(joint([{ refc: [0, 0, 0], cape: [Number.NaN, 0, 0] }])).toEqual([Number.NaN, 0, 0]);
  });

  it("read as what they ask", () => {
    expect(JOINT_EVENTS.map(({ name }) => name)).toEqual([
      "initiation",
      "unstable_storm",
      "windy_storm",
      "moist_unstable",
    ]);
    expect(describeConditions(JOINT_EVENTS[2])).toBe(
      "Composite reflectivity >= 40 dBZ within 40 km and 10 m wind speed >= 35 kt within 40 km",
    );
  });
});

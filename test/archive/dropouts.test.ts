import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findDropouts } from "../../src/archive/dropouts.ts";
import {
  appendFromGrib,
  createArchive,
  HARD_RANGE,
  NON_FINITE,
  openArchive,
  qualityFindings,
  SOFT_RANGE,
  SPIKE,
  VOIDED,
  validateArchive,
} from "../../src/archive/index.ts";
import { uniforms, VARIABLES } from "../../src/core/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { CELLS, describeHours, hour, hoursOf, range } from "./example.ts";

const NX = 12;
const folder = scratchFolder("dropouts");
const { d2m } = VARIABLES;

/** A smooth dew point with some cells set: [row, column, value]. */
function dewPoints(base: number, cells: readonly (readonly [number, number, number])[]): Float32Array {
  const field = Float32Array.from({ length: CELLS }, (_, cell) => base + 3 * Math.sin(cell / 17));
  for (const [row, column, value] of cells) field[row * NX + column] = value;
  return field;
}

const found = (field: Float32Array): string[] =>
  findDropouts(field, d2m, NX).map((cell) => `${Math.floor(cell / NX)},${cell % NX}`);

describe("cells that drop out of a field", () => {
  it.each([
    ["in the middle", 4, 5],
    ["at an edge", 0, 6],
    ["in a corner", 9, 11],
  ])("are single ones pinned near 192 K %s", (_, row, column) => {
    expect(found(dewPoints(265, [[row, column, 192.12]]))).toEqual([`${row},${column}`]);
  });

  it("are whole patches of them, of any shape, and several in one field", () => {
    const square = [0, 1, 2].flatMap((j) => [0, 1, 2].map((i) => [3 + j, 4 + i, 192.12 + j] as const));
    expect(found(dewPoints(265, square))).toHaveLength(9);
    const diagonal = [0, 1, 2, 3].map((k) => [2 + k, 2 + k, 193.5] as const);
    expect(found(dewPoints(250, [...diagonal, [8, 10, 192.12]]))).toEqual(["2,2", "3,3", "4,4", "5,5", "8,10"]);
  });

  it("are single cells far below all around them at any temperature: 209 K where it is 265, as in a real field", () => {
    expect(found(dewPoints(265, [[4, 5, 209.45]]))).toEqual(["4,5"]);
  });

  it("are not what weather makes: dry slots of 35 K, cold regions with a border, warm spots", () => {
    // The steepest real cell that is not broken: 234.62 K, most of its neighbors 35 K above (HRRR, 2026-07-04 04Z).
    expect(found(dewPoints(270, [[4, 5, 234.62]]))).toEqual([]);
    const cold = Float32Array.from({ length: CELLS }, (_, cell) => 195 + 1.5 * (cell % NX));
    expect(found(cold)).toEqual([]);
    expect(found(new Float32Array(CELLS).fill(192.12))).toEqual([]);
    expect(found(dewPoints(230, [[4, 5, 300]]))).toEqual([]);
  });

  it("are looked for only where the variable's table has a rule", () => {
    expect(findDropouts(dewPoints(290, [[4, 5, 150]]), VARIABLES.t2m, NX)).toEqual([]);
  });

  it("are all found at once: a second look at what is left finds none", () => {
    for (let k = 0; k < 300; k++) {
      const draws = uniforms({ seed: 7, purpose: "dropouts", index: k }, 2 * CELLS);
      const field = Float32Array.from({ length: CELLS }, (_, cell) =>
        draws[cell] < 0.3 ? 190 + 60 * draws[CELLS + cell] : 240 + 30 * draws[CELLS + cell],
      );
      for (const cell of findDropouts(field, d2m, NX)) field[cell] = Number.NaN;
      expect(findDropouts(field, d2m, NX), String(k)).toEqual([]);
    }
  });
});

describe("an archive of hours with cells that dropped out", () => {
  const path = join(folder, "x.zarr");
  const spoil = (state: Float32Array, at: number): void => {
    if (at === 1) state[CELLS + 30] = 192.12;
    if (at === 2) state[CELLS + 30] = state[CELLS + 31] = 188;
    if (at === 3) for (let k = 0; k < 7; k++) state[CELLS + 4 + 2 * NX * (k % 4) + 3 * Math.floor(k / 4)] = 192.12;
    if (at === 4) state[CELLS + 30] = Number.NaN;
    if (at === 5) state[30] = 330;
  };

  it("keeps them as missing in hours that stay whole, counts them, and leaves them out of every statistic", async () => {
    const given: Float32Array[] = [];
    const hours = hoursOf(range(8), (state, at) => {
      spoil(state, at);
      given.push(state);
    });
    const splits = { fractions: { train: 1, validation: 0, test: 0 } };
    await createArchive(path, describeHours(8, { splits }), hours);
    expect(given[1][CELLS + 30]).toBeCloseTo(192.12, 3);

    const archive = await openArchive(path);
    const of = (at: number): unknown[] => [
      archive.quality(hour(at))[1],
      archive.voidedCells(hour(at))[1],
      archive.isWhole(hour(at)),
    ];
    expect(of(0)).toEqual([0, 0, true]);
    expect(of(1)).toEqual([VOIDED, 1, true]);
    // Below the hard range, which would have cost the hour.
    expect(of(2)).toEqual([VOIDED, 2, true]);
    // More than a twentieth of 120 cells: no longer a matter of single cells.
    expect(of(3)).toEqual([VOIDED | NON_FINITE, 7, false]);
    expect(of(4)).toEqual([NON_FINITE, 0, false]);
    const field = await archive.readField(hour(1), "d2m");
    expect([...field.keys()].filter((cell) => Number.isNaN(field[cell]))).toEqual([30]);
    expect((await archive.readState(hour(2)))[CELLS + 31]).toBeNaN();

    const [t2m, dew] = archive.statistics;
    // Six whole hours of 120 cells, less three; the lowest is 285 - 3.
    expect(dew.count).toBe(6 * CELLS - 3);
    expect(dew.physicalMin).toBeGreaterThan(281.9);
    // A spike of t2m is flagged and stored, and in no statistic either.
    expect(archive.quality(hour(5))[0]).toBe(SPIKE | SOFT_RANGE);
    expect((await archive.readField(hour(5), "t2m"))[30]).toBe(330);
    expect([t2m.count, t2m.physicalMax < 300]).toEqual([6 * CELLS - 1, true]);
  });

  it("is sound, and tells of each where and how many", async () => {
    expect((await validateArchive(path)).problems).toEqual([]);
    const findings: unknown[] = [];
    for await (const { channel, flag, rejects, place, value, normal } of qualityFindings(await openArchive(path))) {
      if (flag === "voided") findings.push({ channel, rejects, at: [place?.column, place?.row], value, normal });
    }
    expect(findings[0]).toEqual({
      channel: "d2m",
      rejects: false,
      at: [6, 2],
      value: undefined,
      normal: expect.stringMatching(/as its neighbors; cells that are missing for it: 1$/),
    });
    expect(findings).toHaveLength(3);
  });

  it("of a rounded kind does the same", async () => {
    const rounded = join(folder, "r.zarr");
    await createArchive(rounded, describeHours(8, { rounding: true }), hoursOf(range(8), spoil));
    expect([...(await openArchive(rounded)).voidedCells(hour(2))]).toEqual([0, 2, 0, 0]);
    expect((await validateArchive(rounded)).problems).toEqual([]);
  });

  it("opens when it is of version 2, where nobody looked, and takes no hours that were looked through", async () => {
    const old = join(folder, "old.zarr");
    await createArchive(old, describeHours(3), hoursOf(range(3)));
    const file = join(old, "zarr.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"version": 3', '"version": 2'));
    const archive = await openArchive(old);
    expect([archive.version, ...archive.voidedCells(hour(1))]).toEqual([2, 0, 0, 0, 0]);
    await expect(appendFromGrib(old, ["nothing"])).rejects.toThrow(
      /old\.zarr: expected an archive of version 3, whose d2m was searched for broken cells, got version 2; build it again/,
    );
    await expect(validateArchive(old)).rejects.toThrow(/expected an archive of version 3, got version 2/);
  });

  it("still rejects what is impossible and no dropout", async () => {
    const broad = join(folder, "broad.zarr");
    const low = (state: Float32Array): void => {
      state.fill(188, CELLS, 2 * CELLS);
    };
    await createArchive(broad, describeHours(1), hoursOf([0], low));
    const archive = await openArchive(broad);
    expect(archive.quality(hour(0))[1] & (HARD_RANGE | VOIDED)).toBe(HARD_RANGE);
  });
});

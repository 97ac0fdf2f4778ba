import { describe, expect, it } from "vitest";
import { fieldOf, parseVariables, RequestError, VARIABLE_NAMES, VARIABLES } from "../../src/core/index.ts";

describe("the table of variables", () => {
  it("holds the seven in the order in which channels are stored", () => {
    expect(VARIABLE_NAMES).toEqual(["refc", "t2m", "d2m", "u10", "v10", "cape", "cin"]);
  });

  it.each(VARIABLE_NAMES)("has for %s a soft range within its hard one, and floors within both", (name) => {
    const { hardRange, softRange, floor, ceiling } = VARIABLES[name];
    expect(VARIABLES[name].name).toBe(name);
    expect(hardRange[0]).toBeLessThanOrEqual(softRange[0]);
    expect(softRange[0]).toBeLessThan(softRange[1]);
    expect(softRange[1]).toBeLessThanOrEqual(hardRange[1]);
    if (floor !== undefined) expect(floor).toBe(softRange[0]);
    if (ceiling !== undefined) expect(ceiling).toBe(softRange[1]);
  });

  it("names no GRIB2 parameter twice", () => {
    const names = VARIABLE_NAMES.map((name) => JSON.stringify(VARIABLES[name].grib));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("parseVariables", () => {
  it("keeps the order given and forgives case and spaces", () => {
    expect(parseVariables("CAPE, refc", "--variables")).toEqual(["cape", "refc"]);
  });

  it.each(["capes", "refc,refc", "", "refc,,t2m", "toString"])("refuses %j", (text) => {
    expect(() => parseVariables(text, "--variables")).toThrow(
      new RequestError({
        place: "--variables",
        expected: "distinct names out of refc,t2m,d2m,u10,v10,cape,cin",
        got: text,
      }),
    );
  });
});

it("fieldOf shows one channel of a state without copying it", () => {
  const state = Float32Array.of(1, 2, 3, 4, 5, 6);
  const field = fieldOf(state, 1, 3);
  expect([...field]).toEqual([4, 5, 6]);
  field[0] = 40;
  expect(state[3]).toBe(40);
});

import { describe, expect, it } from "vitest";
import type { Grid } from "../../../src/core/index.ts";
import { HRRR_GRID } from "../../../src/core/index.ts";
import { colorTable, formatShown, legendLabels } from "../../../src/products/index.ts";
import { textMeasure } from "../../../src/products/map/fonts.ts";
import { graticule } from "../../../src/products/map/graticule.ts";
import { type Box, fitText, layoutMap, type MapLayout, overlap } from "../../../src/products/map/layout.ts";
import { mapFrame } from "../../../src/products/map/projection.ts";
import { cropOfHrrr } from "../sample-ensemble.ts";

const GRIDS: readonly (readonly [string, Grid])[] = [
  ["the full grid", HRRR_GRID],
  ["41 x 78", cropOfHrrr(366, 711, 41, 78)],
  ["64 x 48", cropOfHrrr(880, 400, 64, 48)],
  ["a strip 200 x 6", cropOfHrrr(700, 500, 200, 6)],
  ["a needle 3 x 90", cropOfHrrr(700, 500, 3, 90)],
  ["one cell", cropOfHrrr(700, 500, 1, 1)],
];
const TABLES = [
  ["reflectivity", colorTable("refc", "value")],
  ["temperature", colorTable("t2m", "value")],
  ["probability", colorTable("refc", "probability")],
] as const;
const LONG =
  "P(10 m wind speed >= 35 kt) [%], fraction of members, smoothed over forty kilometres, in all sectors (M=100)";

function layoutOf(grid: Grid, table: (typeof TABLES)[number][1], long: boolean): MapLayout {
  const frame = mapFrame(grid);
  const { left, bottom } = graticule(frame);
  return layoutMap(
    {
      mapWidth: frame.widthPixels,
      mapHeight: frame.heightPixels,
      title: long ? LONG : "Composite reflectivity [dBZ], ensemble mean (M=8)",
      times: "Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z",
      ...(long && { notice: "SYNTHETIC (sandbox), not real weather" }),
      notes: ["Field: min 0, mean 1, max 2", long ? `Method: ${LONG} ${LONG} ${"x".repeat(400)}` : "Method: DEF"],
      left,
      bottom,
      legend: {
        classes: table.colors.length,
        labels: legendLabels(table),
        units: table.unit.units,
        ...(table.secondUnit && { secondUnits: table.secondUnit.units }),
        openBelow: table.openBelow,
        ...(table.top !== undefined && { topLabel: formatShown(table.top, table.decimals) }),
        missing: long,
      },
    },
    textMeasure(),
  );
}

describe("the layout of a map", () => {
  for (const [gridName, grid] of GRIDS) {
    for (const [tableName, table] of TABLES) {
      for (const long of [false, true]) {
        it(`of ${gridName}, ${tableName}, ${long ? "long" : "short"} texts: nothing overlaps, nothing is cut off`, () => {
          const layout = layoutOf(grid, table, long);
          const picture: Box = { x: 0, y: 0, width: layout.width, height: layout.height };
          const solids: Box[] = [layout.map, ...layout.classes, ...(layout.missing ? [layout.missing] : [])];
          const within = (box: Box): boolean =>
            box.x >= 0 && box.y >= 0 && box.x + box.width <= picture.width && box.y + box.height <= picture.height;
          for (const solid of solids) expect(within(solid)).toBe(true);
          for (const [at, text] of layout.texts.entries()) {
            expect(within(text.box), text.text).toBe(true);
            for (const solid of solids)
              expect(overlap(text.box, solid), `${text.text} over a picture part`).toBe(false);
            for (const other of layout.texts.slice(at + 1)) {
              expect(overlap(text.box, other.box), `${text.text} | ${other.text}`).toBe(false);
            }
          }
        });
      }
    }
  }

  it("sets title and times side by side where they fit, one above the other where not", () => {
    const top = (layout: MapLayout, role: string): number =>
      layout.texts.find((text) => text.role === role)?.box.y ?? Number.NaN;
    const wide = layoutOf(GRIDS[2][1], TABLES[0][1], false);
    const narrow = layoutOf(GRIDS[1][1], TABLES[0][1], false);
    expect(Math.abs(top(wide, "times") - top(wide, "title"))).toBeLessThan(5);
    expect(top(narrow, "times") - top(narrow, "title")).toBeGreaterThan(15);
  });
});

describe("fitting text", () => {
  it("keeps the size if it fits, shrinks a little if nearly, else breaks between words", () => {
    const measure = (text: string, size: number): number => text.length * size;
    expect(fitText("aa bb", 100, 20, 400, measure)).toEqual({ lines: ["aa bb"], sizePixels: 20 });
    expect(fitText("aa bb", 90, 20, 400, measure)).toEqual({ lines: ["aa bb"], sizePixels: 18 });
    expect(fitText("aa bb cc", 90, 20, 400, measure)).toEqual({ lines: ["aa bb", "cc"], sizePixels: 17 });
    expect(fitText("abcdefgh", 90, 20, 400, measure)).toEqual({ lines: ["abcd…"], sizePixels: 17 });
  });
});

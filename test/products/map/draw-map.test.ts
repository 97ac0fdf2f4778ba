import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { LatLonGrid } from "../../../src/core/index.ts";
import { colorTable } from "../../../src/products/index.ts";
import { drawMap, type MapPicture, type MapRequest, SYNTHETIC_NOTICE } from "../../../src/products/map/index.ts";
import { SAMPLE_GRID, sampleEnsemble } from "../sample-ensemble.ts";
import { expectPicture } from "./pictures.ts";

/** Four cells in the middle of the Pacific, where no coast or border is drawn. */
const OCEAN: LatLonGrid = {
  kind: "latlon",
  nx: 2,
  ny: 2,
  latitude0Degrees: 31.3,
  longitude0Degrees: -150.7,
  dLatitudeDegrees: 0.2,
  dLongitudeDegrees: 0.2,
};

const request = (more: Partial<MapRequest> = {}): MapRequest => ({
  field: Float32Array.of(42, 12, Number.NaN, -10), // south: 42, 12; north: missing, no echo
  grid: OCEAN,
  table: colorTable("refc", "value"),
  title: "Composite reflectivity [dBZ], current state",
  times: "Valid: Sun 2018-07-22 18Z",
  notes: [],
  synthetic: false,
  ...more,
});

/** RGB of the picture's pixels within the cell (column, row counted from the south), as a histogram of hex colours. */
async function cellColors({ png, layout }: MapPicture, i: number, j: number): Promise<Map<string, number>> {
  const { map } = layout;
  const side = map.width / 2;
  const left = Math.round(map.x + i * side);
  const top = Math.round(map.y + (1 - j) * side);
  const { data } = await sharp(png)
    .extract({ left: left + 2, top: top + 2, width: side - 4, height: side - 4 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const counts = new Map<string, number>();
  for (let at = 0; at < data.length; at += 3) {
    const color = data.subarray(at, at + 3).toString("hex");
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return counts;
}

const commonest = (counts: Map<string, number>): string => [...counts].sort((a, b) => b[1] - a[1])[0][0];

describe("a drawn map", () => {
  it("has row 0 at the foot, each cell in its class's colour, faint cells as the base", async () => {
    const picture = await drawMap(request());
    expect(commonest(await cellColors(picture, 0, 0))).toBe("e7c000"); // 42 dBZ in the south-west
    expect(commonest(await cellColors(picture, 1, 0))).toBe("01a0f6"); // 12 dBZ in the south-east
    expect(commonest(await cellColors(picture, 1, 1))).toBe("e4ebf0"); // no echo in the north-east: the base shows, which is sea there
  });

  it("hatches missing cells, counts them, and says in the legend what the hatch means", async () => {
    const picture = await drawMap(request());
    const colors = await cellColors(picture, 0, 1);
    expect(commonest(colors)).toBe("c9c9c9");
    expect(colors.size).toBeGreaterThan(3); // the lines of the hatch
    expect(picture.summary.missing).toBe(1);
    const texts = picture.layout.texts.map(({ text }) => text);
    expect(texts).toContain("missing");
    expect(texts).toContain(
      "Field: min −10, mean 14.7, max 42 dBZ; 1 of 4 cells missing. Grid: latitude-longitude 2x2, 0.2x0.2 degrees",
    );
    const whole = await drawMap(request({ field: Float32Array.of(1, 2, 3, 4) }));
    expect(whole.layout.missing).toBeUndefined();
  });

  it("says that it is synthetic when it is, and always that it is experimental", async () => {
    const notices = async (synthetic: boolean): Promise<string[]> =>
      (await drawMap(request({ synthetic }))).layout.texts
        .filter(({ role, text }) => role === "notice" || text.includes("experimental"))
        .map(({ text }) => text);
    expect(await notices(true)).toEqual([SYNTHETIC_NOTICE, "Updraft: experimental - not an official forecast"]);
    expect(await notices(false)).toEqual(["Updraft: experimental - not an official forecast"]);
  });

  it("is the same bytes each time", async () => {
    const [first, second] = [await drawMap(request()), await drawMap(request())];
    expect(Buffer.compare(first.png, second.png)).toBe(0);
  });

  it("refuses a field that does not have the grid's cells", async () => {
    await expect(drawMap(request({ field: new Float32Array(3) }))).rejects.toThrow(
      "map: expected a field of 4 cells, got 3",
    );
  });

  it("looks as it did: a sixth of the size, against the stored picture", async () => {
    const { png } = await drawMap({
      field: await sampleEnsemble().readMember(2, 6, "refc"),
      grid: SAMPLE_GRID,
      table: colorTable("refc", "value"),
      title: "Composite reflectivity [dBZ], member m02 (M=8)",
      times: "Init: 2018-07-22 12Z  F006  Valid: Sun 2018-07-22 18Z",
      notes: ["Method: DEF, s = 0.5, K = 1, 10 steps"],
      synthetic: true,
    });
    await expectPicture(png, "storms");
  });
});

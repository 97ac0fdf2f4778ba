/** The whole of HRRR, from real bytes to a picture. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { type Field, HRRR_GRID, type LambertGrid } from "../../../src/core/index.ts";
import { decodeValues, fieldsOf, scanMessages, toGrid, toSouthUp } from "../../../src/grib2/index.ts";
import { colorTable } from "../../../src/products/index.ts";
import { drawMap } from "../../../src/products/map/index.ts";
import { describeWithData } from "../../shared-data.ts";

describeWithData("a map of real HRRR reflectivity", (folder) => {
  it("has the colour of each cell on that cell's pixel, over the whole 1799 x 1059 grid", async () => {
    const name = "noaa-hrrr-conus-lambert-refc.grib2";
    const [message] = scanMessages(readFileSync(join(folder, "hrrr", name)), name);
    if (message.kind !== "message") throw new RangeError("the file begins with a message");
    const [stored] = fieldsOf(message);
    const grid = toGrid(stored.grid) as LambertGrid;
    expect([grid.nx, grid.ny]).toEqual([HRRR_GRID.nx, HRRR_GRID.ny]);
    const field: Field = Float32Array.from(toSouthUp(decodeValues(stored), stored.grid));
    const table = colorTable("refc", "value");
    const { png, layout } = await drawMap({
      field,
      grid,
      table,
      title: "Composite reflectivity [dBZ], current state",
      times: "Valid: Mon 2024-01-01 00Z",
      notes: [],
      synthetic: false,
    });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    let echoes = 0;
    let painted = 0;
    for (let cell = 0; cell < field.length; cell++) {
      if (!(field[cell] >= 5)) continue;
      echoes++;
      const column = layout.map.x + (cell % grid.nx);
      const row = layout.map.y + grid.ny - 1 - Math.floor(cell / grid.nx);
      const at = (row * info.width + column) * info.channels;
      const drawn = `#${data.subarray(at, at + 3).toString("hex")}`;
      if (drawn === table.colors[Math.min(14, Math.floor(field[cell] / 5) - 1)]) painted++;
    }
    // What is not in its colour lies under a border, a coast or the graticule.
    expect(echoes).toBeGreaterThan(30_000);
    expect(painted / echoes).toBeGreaterThan(0.9);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { type Field, HRRR_GRID } from "../../src/core/index.ts";
import { decodeValues, fieldsOf, scanMessages, toGrid, toSouthUp } from "../../src/grib2/index.ts";
import { mrmsReflectivity, regrid, regridWeights } from "../../src/regrid/index.ts";
import { peerPython, runPeer } from "../peer.ts";
import { describeWithData } from "../shared-data.ts";

const NAME = "MRMS_MergedReflectivityQCComposite_00.50_20220704-110040.grib2";
/** 10^(dBZ/10) and its logarithm, and one rounding to float32 of values below 128. */
const DBZ = 2e-5;

describeWithData("a real MRMS mosaic on HRRR's grid", (data) => {
  const path = join(data, "mrms", NAME);
  const fields: { maximum: Field; "mean-z": Field } = { maximum: new Float32Array(), "mean-z": new Float32Array() };
  beforeAll(() => {
    const [message] = [...scanMessages(readFileSync(path), NAME)].filter(({ kind }) => kind === "message");
    const [field] = fieldsOf(message as Parameters<typeof fieldsOf>[0]);
    const dbz = mrmsReflectivity(toSouthUp(decodeValues(field), field.grid), NAME);
    const weights = regridWeights("cells", toGrid(field.grid, NAME), HRRR_GRID);
    fields.maximum = regrid(dbz, "maximum", weights);
    fields["mean-z"] = regrid(dbz, "mean-z", weights);
  });

  it("has storms, no echo and no coverage where they belong, and the mean never above the maximum", () => {
    let [storms, odd] = [0, 0];
    for (const [cell, most] of fields.maximum.entries()) {
      const mean = fields["mean-z"][cell];
      if (most >= 40) storms++;
      if (Number.isNaN(most) !== Number.isNaN(mean) || mean > most + DBZ || most < -10 || most > 80) odd++;
    }
    expect(odd).toBe(0);
    expect(storms).toBeGreaterThan(500);
    expect(storms).toBeLessThan(100_000);
    // HRRR's south-west corner lies over the Pacific, beyond every radar.
    expect(fields.maximum[0]).toBeNaN();
  });

  it.skipIf(peerPython === undefined)(
    "is what ecCodes and numpy make of it around the strongest echo and at the edge of coverage",
    () => {
      const strongest = fields.maximum.reduce(
        (best, value, cell) => (value > fields.maximum[best] || Number.isNaN(fields.maximum[best]) ? cell : best),
        0,
      );
      const edge = fields.maximum.findIndex(
        (value, cell) => !Number.isNaN(value) && Number.isNaN(fields.maximum[cell - 1]),
      );
      for (const center of [strongest, edge]) {
        const [rows, columns] = [12, 16];
        const row = Math.min(Math.max(Math.floor(center / HRRR_GRID.nx) - 6, 0), HRRR_GRID.ny - rows);
        const column = Math.min(Math.max((center % HRRR_GRID.nx) - 8, 0), HRRR_GRID.nx - columns);
        const peer = JSON.parse(
          runPeer("regrid_mrms.py", [path, ...[row, column, rows, columns].map(String)]),
        ) as Record<keyof typeof fields, (number | null)[]>;
        let there = 0;
        for (const method of ["maximum", "mean-z"] as const) {
          for (const [at, expected] of peer[method].entries()) {
            const ours = fields[method][(row + Math.floor(at / columns)) * HRRR_GRID.nx + column + (at % columns)];
            if (expected === null) expect(ours).toBeNaN();
            else {
              expect(Math.abs(ours - expected)).toBeLessThan(DBZ);
              there++;
            }
          }
        }
        expect(there).toBeGreaterThan(20);
      }
    },
  );
});

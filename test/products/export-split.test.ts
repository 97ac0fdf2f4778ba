/** One NetCDF file or several, how large one may be, and what independent programs say of it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as h5wasm from "h5wasm/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HRRR_GRID, RequestError, type VariableName } from "../../src/core/index.ts";
import { exportGrib2, exportNetcdf, exportNetcdfFiles } from "../../src/products/export/index.ts";
import { memoryEnsemble } from "../memory-ensemble.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("exportNetcdfFiles", () => {
  it.each([
    ["auto", ["F.nc"]],
    ["none", ["F.nc"]],
    ["lead", ["F_f001.nc", "F_f002.nc", "F_f006.nc"]],
    ["variable", ["F_refc.nc", "F_cape.nc"]],
  ] as const)("splits by the rule %s", async (split, names) => {
    const files = await exportNetcdfFiles(memoryEnsemble(), join(folder, "F.nc"), {
      split,
      quantities: ["refc", "cape"],
    });
    expect(files).toEqual(names.map((name) => join(folder, name)));
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    await h5wasm.ready;
    const last = new h5wasm.File(files[files.length - 1], "r");
    const member = await memoryEnsemble().readMember(2, 6, "cape");
    const cape = last.get("cape") as h5wasm.Dataset;
    const at = (cape.shape as number[])[1] - 1;
    expect(cape.slice([[2, 3], [at, at + 1], [], []])).toEqual(member);
    last.close();
  });

  it("names leads in their minutes and seconds, as maps do", async () => {
    const ensemble = { ...memoryEnsemble(), leadHours: [1 / 3, 2 / 3, 1.25, 100 / 3600] };
    const read = memoryEnsemble().leadHours[0];
    const twenty = {
      ...ensemble,
      readMember: (member: number, _: number, name: VariableName) => memoryEnsemble().readMember(member, read, name),
    };
    const names = ["F_f000m20", "F_f000m40", "F_f001m15", "F_f000m01s40"];
    for (const [extension, write] of [
      ["nc", exportNetcdfFiles],
      ["grib2", exportGrib2],
    ] as const) {
      const files = await write(twenty, join(folder, `F.${extension}`), {
        split: "lead",
        products: ["mean"],
        quantities: ["refc"],
      });
      expect(files).toEqual(names.map((name) => join(folder, `${name}.${extension}`)));
    }
  });

  it("writes none of several when one is there", async () => {
    writeFileSync(join(folder, "F_f006.nc"), "precious");
    const all = exportNetcdfFiles(memoryEnsemble(), join(folder, "F.nc"), { split: "lead" });
    await expect(all).rejects.toThrow("an existing file");
    expect(readdirSync(folder)).toEqual(["F_f006.nc"]);
  });

  // A full-grid field is 7.6 MB: nothing of it is read before the file is refused or split.
  const unreadable = memoryEnsemble({
    grid: HRRR_GRID,
    memberCount: 50,
    leadHours: Array.from({ length: 18 }, (_, at) => at + 1),
    readMember: () => Promise.reject(new Error("read")),
  });

  it("refuses one file beyond what has been proved, and leaves nothing", async () => {
    const whole = exportNetcdfFiles(unreadable, join(folder, "F.nc"), { split: "none" });
    await expect(whole).rejects.toThrow(RequestError);
    await expect(exportNetcdf(unreadable, join(folder, "F.nc"))).rejects.toThrow(
      /expected a file of at most 8589934592 bytes, got 343\d{8}; split it/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("goes by lead of itself beyond 4 GiB", async () => {
    writeFileSync(join(folder, "F_f018.nc"), "precious");
    await expect(exportNetcdfFiles(unreadable, join(folder, "F.nc"), { split: "auto" })).rejects.toThrow("F_f018.nc");
  });
});

describeWithPeer("NetCDF, the CF checker and GDAL", () => {
  it("find products CF-1.11 and where HRRR lies", { timeout: 180_000 }, async () => {
    const path = join(folder, "P.nc");
    const ensemble = memoryEnsemble({ grid: { ...HRRR_GRID }, leadHours: [1], memberCount: 2, channels: ["t2m"] });
    await exportNetcdf(ensemble, path, {
      quantities: ["t2m"],
      products: ["members", "mean", "spread", "percentiles", "probability", "nmep"],
    });
    const seen = JSON.parse(runPeer("check_cf.py", [path, "t2m_mean"])) as {
      gdal: { bounds: number[]; proj: object; shape: number[]; top_left: number } | null;
      cf: { name: string; messages: string[] }[] | null;
      /** Whether CF's table has it as a standard name. */
      realization?: boolean;
    };
    if (seen.gdal === null) process.stderr.write("SKIPPED for want of rasterio: where GDAL puts NetCDF\n");
    else {
      const edges = [-2699020.1425, -1588806.1526, 2697979.8575, 1588193.8474];
      for (const [at, edge] of edges.entries()) expect(seen.gdal.bounds[at]).toBeCloseTo(edge, 3);
      expect(seen.gdal.proj).toMatchObject({
        proj: "lcc",
        lat_0: 38.5,
        lon_0: -97.5,
        lat_1: 38.5,
        lat_2: 38.5,
        R: 6371229,
      });
      expect(seen.gdal.shape).toEqual([1059, 1799]);
      // GDAL turns rows north up: its first is our last, the north-west corner.
      const [a, b] = await Promise.all([0, 1].map((member) => ensemble.readMember(member, 1, "t2m")));
      const northWest = 1058 * 1799;
      expect(seen.gdal.top_left).toBeCloseTo((a[northWest] + b[northWest]) / 2, 3);
    }
    if (seen.cf === null) process.stderr.write("SKIPPED for want of compliance-checker: CF-1.11\n");
    else {
      // Two remarks it makes of every file, which are no complaints; and one where it knows 7.3 but in part: it looks for dimensions,
      // auxiliary coordinates and "area", not for standard names. CF-1.11, 7.3.4 lets one stand that identifies the collapsed dimension,
      // if the variable has no dimension or scalar coordinate of that name. Exactly these two variables say so, in these words.
      const complaints = seen.cf
        .flatMap(({ messages }) => messages)
        .filter((text) => !/found in same group|does not cross 1582/.test(text));
      expect(complaints.sort()).toEqual(
        ["t2m_mean", "t2m_spread"].map(
          (name) =>
            `${name}'s cell_methods name component realization does not match a dimension, area or auxiliary coordinate`,
        ),
      );
      expect(seen.realization).toBe(true);
    }
  });
});

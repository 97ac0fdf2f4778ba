/**
 * Writes a full-grid NetCDF file just below `MOST_NETCDF_BYTES` in one variable, and lets netCDF4-python read slices of it: first, beyond
 * 2 GiB, beyond 4 GiB, last. Needs Python peers and 9 GB of disk, which it gives back.
 *
 *   npx tsx bench/netcdf-large.ts [fields, default 1110] [folder]
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellCount, type Ensemble, HRRR_GRID, type InitTime, utcSeconds } from "../src/core/index.ts";
import { exportNetcdf } from "../src/products/export/index.ts";

const LEADS = 30;
const memberCount = Math.ceil(Number(process.argv[2] ?? 1110) / LEADS);
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), "netcdf-large-"));
const path = join(folder, "large.nc");

/** Every cell says which field it is of and where: m · 1000 + lead + (cell mod 7) / 8, exact in float32. */
const field = new Float32Array(cellCount(HRRR_GRID));
const ensemble: Ensemble = {
  grid: HRRR_GRID,
  channels: ["refc"],
  initTime: utcSeconds(2018, 7, 22, 12) as InitTime,
  leadHours: Array.from({ length: LEADS }, (_, at) => at + 1),
  memberCount,
  synthetic: true,
  method: "bench",
  readInitial: () => Promise.resolve(field),
  readMember: (member, lead) => {
    for (let cell = 0; cell < field.length; cell++) field[cell] = member * 1000 + lead + (cell % 7) / 8;
    return Promise.resolve(field);
  },
};

const READ = `
import sys, netCDF4, numpy as np
d = netCDF4.Dataset(sys.argv[1]); v = d["refc"]; M, T, ny, nx = v.shape
pattern = ((np.arange(ny * nx) % 7) / 8).reshape(ny, nx).astype("f4"); per = ny * nx * 4
for at in sorted({0, 2**31 // per, 2**32 // per, 2**32 // per + 1, M * T - 1} & set(range(M * T))):
    m, t = divmod(at, T)
    assert np.array_equal(np.asarray(v[m, t]), np.float32(m * 1000 + t + 1) + pattern), (m, t)
    print(f"field {at} (byte {at * per}): right")
`;

try {
  const start = process.hrtime.bigint();
  await exportNetcdf(ensemble, path);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { size } = statSync(path);
  const peak = process.resourceUsage().maxRSS / 1024;
  const fields = memberCount * LEADS;
  process.stdout.write(
    `${fields} fields, ${size} bytes, ${seconds.toFixed(0)} s, peak resident ${peak.toFixed(0)} MiB\n`,
  );
  const python = process.env["UPDRAFT_PYTHON"] ?? join(import.meta.dirname, "..", "peers", ".venv", "bin", "python");
  const { status, stdout, stderr } = spawnSync(python, ["-c", READ, path], { encoding: "utf8" });
  process.stdout.write(stdout + stderr);
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}

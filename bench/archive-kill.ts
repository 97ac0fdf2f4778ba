/**
 * Fifty kills without warning, at moments spread over a build and an append of full-size hours; then both to their end, and every byte
 * against an undisturbed archive. Exits 1 when one differs.
 *
 *   npx tsx bench/archive-kill.ts [kills = 50] [hours = 4]        needs npm run build, and the real data (UPDRAFT_DATA)
 * @module
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniforms } from "../src/core/index.ts";
import { contents } from "../test/archive/forged-hours.ts";
import { killUpdraftAfter, updraft } from "../test/cli/run-updraft.ts";
import { sharedData } from "../test/shared-data.ts";
import { forgeHours } from "./full-grid-hours.ts";

const [kills, hours] = [Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 4)];
if (sharedData === undefined) throw new Error("set UPDRAFT_DATA to the folder of real data");
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-kill-"));
try {
  forgeHours(sharedData, join(folder, "grib"), 2 * hours);
  mkdirSync(join(folder, "more"));
  for (const name of readdirSync(join(folder, "grib")).slice(hours))
    renameSync(join(folder, "grib", name), join(folder, "more", name));
  const threads = ["--threads", "2"];
  const build = (out: string): string[] => ["archive", "build", "--grib", "grib", "--out", out, ...threads];
  const append = (out: string): string[] => ["archive", "append", out, "--grib", "more", ...threads];
  const start = performance.now();
  updraft(build("whole.zarr"), folder);
  const milliseconds = performance.now() - start;
  cpSync(join(folder, "whole.zarr"), join(folder, "begun.zarr"), { recursive: true });
  updraft(append("whole.zarr"), folder);
  const whole = contents(join(folder, "whole.zarr"));

  const moments = uniforms({ seed: 1, purpose: "kill moments" }, kills);
  let [underWay, different] = [0, 0];
  for (const [k, moment] of moments.entries()) {
    const out = `killed-${k}.zarr`;
    const command = k % 2 === 0 ? build(out) : append(out);
    if (k % 2 === 1) cpSync(join(folder, "begun.zarr"), join(folder, out), { recursive: true });
    const finished = await killUpdraftAfter(moment * milliseconds, command, folder);
    if (existsSync(join(folder, `${out}.partial`))) underWay++;
    if (!finished) updraft(command, folder);
    if (k % 2 === 0) updraft(append(out), folder);
    const killed = contents(join(folder, out));
    const same =
      killed.size === whole.size && [...whole].every(([name, bytes]) => killed.get(name)?.equals(bytes) === true);
    if (!same) different++;
    rmSync(join(folder, out), { recursive: true });
  }
  process.stdout.write(
    `${kills} kills within ${Math.round(milliseconds)} ms, ${underWay} while hours were being written: ${different} archives differ\n`,
  );
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

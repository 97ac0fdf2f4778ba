/**
 * Fifty kills without warning, at moments spread over a build and an append of 400 hours; then each to its end, and every byte against an
 * undisturbed archive. Exits 1 when one differs. Hours are small, so that moments fall on many of them.
 *
 *   npx tsx bench/archive-kill.ts [kills = 50]        needs npm run setup
 * @module
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniforms } from "../src/core/index.ts";
import { contents, putHours } from "../test/archive/forged-hours.ts";
import { killUpdraftAfter, updraft } from "../test/cli/run-updraft.ts";

const kills = Number(process.argv[2] ?? 50);
const folder = mkdtempSync(join(tmpdir(), "updraft-bench-kill-"));
const hours = Array.from({ length: 800 }, (_, at) => at);
const timed = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

try {
  putHours(join(folder, "grib"), hours.slice(0, 400), ["t2m", "d2m", "u10", "v10", "cape"]);
  putHours(join(folder, "more"), hours.slice(400), ["t2m", "d2m", "u10", "v10", "cape"]);
  const threads = ["--threads", "1"];
  const build = (out: string): string[] => ["archive", "build", "--grib", "grib", "--out", out, ...threads];
  const append = (out: string): string[] => ["archive", "append", out, "--grib", "more", ...threads];
  // How long each takes, followed while the load of the machine changes.
  const lasting = [await timed(() => updraft(build("begun.zarr"), folder)), 0];
  cpSync(join(folder, "begun.zarr"), join(folder, "whole.zarr"), { recursive: true });
  lasting[1] = await timed(() => updraft(append("whole.zarr"), folder));
  const whole = contents(join(folder, "whole.zarr"));

  const moments = uniforms({ seed: 1, purpose: "kill moments" }, kills);
  let [underWay, tooLate, different] = [0, 0, 0];
  for (const [k, moment] of moments.entries()) {
    const out = `killed-${k}.zarr`;
    const command = k % 2 === 0 ? build(out) : append(out);
    if (k % 2 === 1) cpSync(join(folder, "begun.zarr"), join(folder, out), { recursive: true });
    const finished = await killUpdraftAfter(moment * lasting[k % 2], command, folder);
    if (finished) tooLate++;
    if (existsSync(join(folder, `${out}.partial`))) underWay++;
    if (!finished) lasting[k % 2] = await timed(() => updraft(command, folder));
    else lasting[k % 2] *= 0.8;
    if (k % 2 === 0) updraft(append(out), folder);
    const killed = contents(join(folder, out));
    const same =
      killed.size === whole.size && [...whole].every(([name, bytes]) => killed.get(name)?.equals(bytes) === true);
    if (!same) different++;
    rmSync(join(folder, out), { recursive: true });
  }
  process.stdout.write(
    `${kills} kills, ${underWay} while hours were being written, ${tooLate} too late: ${different} archives differ\n`,
  );
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

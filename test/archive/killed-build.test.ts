import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { uniforms } from "../../src/core/index.ts";
import { killUpdraftAfter, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { contents, putHours } from "./forged-hours.ts";

/** `bench/archive-kill.ts` does the same at fifty moments. */
const KILLS = 6;
const VARIABLES = ["t2m", "d2m", "u10", "v10", "cape"] as const;

describe("a build that is killed", () => {
  const folder = scratchFolder("killed-build");
  const build = (out: string, threads: number): string[] => [
    "archive",
    "build",
    "--grib",
    "grib",
    "--out",
    out,
    "--threads",
    String(threads),
  ];
  const append = (out: string, threads: number): string[] => [
    "archive",
    "append",
    out,
    "--grib",
    "more",
    "--threads",
    String(threads),
  ];
  let milliseconds = 0;
  beforeAll(() => {
    const hours = Array.from({ length: 300 }, (_, at) => at);
    putHours(join(folder, "grib"), hours.slice(0, 200), VARIABLES);
    putHours(join(folder, "more"), hours.slice(200), VARIABLES);
    updraft(build("whole.zarr", 0), folder);
    const start = performance.now();
    updraft(build("timed.zarr", 0), folder);
    milliseconds = performance.now() - start;
    updraft(append("whole.zarr", 0), folder);
  });

  it("goes on to the same bytes, and so does an append, whenever they were killed and on any number of threads", async () => {
    const moments = uniforms({ seed: 3, purpose: "kill moments" }, KILLS);
    let kills = 0;
    let underWay = 0;
    for (const command of [build, append]) {
      for (let k = 0; k < KILLS / 2; k++) {
        const finished = await killUpdraftAfter(
          milliseconds * ((k + moments[kills % KILLS]) / (KILLS / 2)),
          command("killed.zarr", k % 3),
          folder,
        );
        kills++;
        if (readdirSync(folder).includes("killed.zarr.partial")) underWay++;
        // A build that was quick enough, or was killed after its last rename, stands in the way of the next.
        if (finished || (command === build && readdirSync(folder).includes("killed.zarr"))) break;
      }
      if (command === append || !readdirSync(folder).includes("killed.zarr")) {
        await killUpdraftAfter(600_000, command("killed.zarr", 2), folder);
      }
    }
    // Kills that found nothing begun would prove nothing.
    expect(underWay).toBeGreaterThan(0);
    const [whole, killed] = ["whole.zarr", "killed.zarr"].map((name) => contents(join(folder, name)));
    expect([...killed.keys()]).toEqual([...whole.keys()]);
    for (const [name, bytes] of whole) expect(killed.get(name)?.equals(bytes), name).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { archiveCommand } from "../../src/cli/commands/archive.ts";
import { forgeMessage } from "../archive/forge-grib.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "updraft-cli-archive-"));
  const values = Float32Array.from({ length: 30 }, (_, cell) => 290 + (cell % 8) / 8);
  for (const hour of [6, 8]) {
    const field = { init: [2020, 5, 1, hour - 1], leadHours: 1, values, nx: 6, ny: 5 } as const;
    const dewPoint = values.map((value) => value + (hour === 8 ? 1 : -4));
    const parts = [
      forgeMessage({ ...field, variable: "t2m" }),
      forgeMessage({ ...field, variable: "d2m", values: dewPoint }),
    ];
    await writeFile(join(folder, `h${hour}.grib2`), Buffer.concat(parts));
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a verb in this process; gives what it printed. */
async function run(...args: readonly string[]): Promise<{ out: string; err: string }> {
  const printed = { out: "", err: "" };
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed.out += String(text)), true));
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => ((printed.err += String(text)), true));
  try {
    await new Command().addCommand(archiveCommand()).parseAsync(["archive", ...args], { from: "user" });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return printed;
}

test("build tells what it made, on stderr what to know, and inspect tells the same later", async () => {
  const path = join(folder, "x.zarr");
  const built = await run("build", "--grib", folder, "--out", path, "--splits", "1,0,0", "--source", "a forge");
  expect(built.err).toContain("note: no file holds refc, u10, v10, cape, cin\n");
  expect(built.out).toContain("4 fields from 2 files\n");
  expect(built.out).toMatch(/missing hours +1: 2020-05-01 07Z\n/);
  expect(built.out).toMatch(/train +2020-05-01 06Z to 2020-05-01 08Z: 2 whole hours\n/);
  expect(built.out).toContain("2020-05-01 08Z d2m: dewpoint_above_temperature");
  const inspected = await run("inspect", path);
  expect(built.out.endsWith(inspected.out)).toBe(true);
});

test("--json is one object a program can read", async () => {
  const path = join(folder, "x.zarr");
  const { out } = await run(
    "build",
    "--grib",
    join(folder, "h6.grib2"),
    join(folder, "h8.grib2"),
    "--out",
    path,
    "--json",
  );
  const report = JSON.parse(out) as Record<string, unknown>;
  expect(report).toMatchObject({
    channels: ["t2m", "d2m"],
    first: "2020-05-01T06:00:00Z",
    last: "2020-05-01T08:00:00Z",
    hours: 3,
    wholeHours: 2,
    missingHours: ["2020-05-01T07:00:00Z"],
    leadHours: { "1": 2 },
    files: 2,
    fields: 4,
    duplicates: 0,
    absent: ["refc", "u10", "v10", "cape", "cin"],
  });
  expect(report["flags"]).toContainEqual({
    time: "2020-05-01T08:00:00Z",
    channel: "d2m",
    flags: ["dewpoint_above_temperature"],
    rejected: false,
  });
  expect(JSON.parse((await run("inspect", path, "--json")).out)).toMatchObject({ hours: 3 });
});

test.each([
  ["--splits", "0.5,0.2,0.2", "three shares that sum to 1"],
  ["--splits", "1", "three shares that sum to 1"],
  ["--step-hours", "zero", "a number above 0"],
  ["--gap-hours", "-3", "a number above 0"],
  ["--variables", "t2m,wind", "distinct names out of refc"],
])("%s %s is refused by name", async (flag, value, message) => {
  const building = run("build", "--grib", folder, "--out", join(folder, "x.zarr"), `${flag}=${value}`);
  await expect(building).rejects.toThrow(message);
  await expect(building).rejects.toThrow(flag);
});

test("append adds hours, inspect --quality names the flagged places, and validate calls it sound", async () => {
  const path = join(folder, "x.zarr");
  await run("build", "--grib", join(folder, "h6.grib2"), "--out", path, "--round", "--threads", "0");
  const { out } = await run("append", path, "--grib", folder);
  expect(out).toContain("1 hour, 2 fields added; 1 were there\n");
  expect(out).toMatch(/no split +1 whole hour\n/);
  expect(out).toMatch(/rounding +to HRRR's own precision; at most t2m 0.03125, d2m 0.03125\n/);
  const { out: again } = await run(
    "append",
    path,
    "--grib",
    folder,
    "--resplit",
    "train=2020-05-01..2020-05-01",
    "--json",
  );
  expect(JSON.parse(again)).toMatchObject({
    hours: 0,
    alreadyThere: 2,
    splits: [{ split: "train" }],
  });
  const { out: quality } = await run("inspect", path, "--quality");
  expect(quality).toMatch(/2020-05-01 07Z +t2m +missing \(rejects\)/);
  expect(quality).toMatch(/2020-05-01 08Z +d2m +dewpoint_above_temperature +0,0 .*291 K +at most 290.00 \+ 0.5 K\n/);
  expect(quality).toMatch(/2 findings\n$/);
  const { out: sound } = await run("validate", path, "--threads", "0");
  expect(sound).toBe(`${path}: 3 hours, 1 of them missing, 4 fields, 13 arrays\nsound\n`);
});

test("validate lists damage and fails as damaged data do", async () => {
  const path = join(folder, "x.zarr");
  await run("build", "--grib", folder, "--out", path);
  await writeFile(join(path, "state", "c", "0", "0", "0", "0"), "nothing");
  await expect(run("validate", path, "--threads", "0")).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("got 1 problem; copy the archive again, or build it again") as string,
  });
});

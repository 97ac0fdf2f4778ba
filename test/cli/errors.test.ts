import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import { createArchive } from "../../src/archive/index.ts";
import { utcSeconds, type ValidTime } from "../../src/core/index.ts";
import { sandboxSpace } from "../../src/sandbox/index.ts";
import { runUpdraft, updraft } from "./run-updraft.ts";
import { scratchFolder } from "./scratch.ts";
import { TRAIN_TINY, tinyArchive } from "./tiny-run.ts";

describe("a request that cannot be met ends with one line, exit code 2, and nothing half-written", () => {
  const folder = scratchFolder("errors");
  const forecast = "forecast --run run --members 2 --leads 2 --out f.zarr --archive".split(" ");

  beforeAll(() => {
    tinyArchive(folder);
    updraft([...TRAIN_TINY, "--out", "run"], folder);
    updraft("sandbox --out other-grid.zarr --hours 4 --nx 16 --ny 12".split(" "), folder);
    writeFileSync(join(folder, "unknown-key.yaml"), "forecaster:\n  learningrate: 1.0e-3\n");
    writeFileSync(join(folder, "long-step.yaml"), "stepHours: 30\n");
    writeFileSync(join(folder, "wrong-value.yaml"), "forecaster:\n  batch: none\n");
  });

  it.each<[string, string[], RegExp]>([
    [
      "an archive that is not there",
      ["archive", "inspect", "no.zarr"],
      /no\.zarr: expected a Zarr v3 group, got no zarr\.json there; check the path/,
    ],
    ["GRIB files that are not there", ["archive", "build", "--grib", "no", "--out", "a.zarr"], /no: expected/],
    ["a GRIB file that is not there", ["grib2", "ls", "no.grib2"], /no\.grib2: expected/],
    [
      "a configuration that is not there",
      ["train", "--config", "no.yaml", "--archive", "archive.zarr", "--out", "r"],
      /--config no\.yaml: expected a file, or one of those that ship: .*, got no such file/,
    ],
    [
      "an unknown key",
      ["train", "--config", "unknown-key.yaml", "--archive", "archive.zarr", "--out", "r"],
      /unknown-key\.yaml: expected only keys that method def knows, got the unknown key forecaster\.learningrate; did you mean forecaster\.learningRate\?/,
    ],
    [
      "a wrong value",
      ["train", "--config", "wrong-value.yaml", "--archive", "archive.zarr", "--out", "r"],
      /wrong-value\.yaml forecaster\.batch: expected .*got "none"/,
    ],
    [
      "an archive to train on that is not there",
      ["train", "--config", "config.yaml", "--archive", "no.zarr", "--out", "r"],
      /no\.zarr: expected/,
    ],
    [
      "a run that is not there",
      [
        "forecast",
        "--run",
        "no",
        "--archive",
        "archive.zarr",
        "--init",
        "2024-05-02T09Z",
        "--members",
        "2",
        "--leads",
        "2",
        "--out",
        "f.zarr",
      ],
      /no: expected a run with run\.json, got none/,
    ],
    [
      "an init time that is not there",
      [...forecast, "archive.zarr", "--init", "2031-01-01T00Z"],
      /archive\.zarr: expected a whole hour at 2031-01-01T00:00:00Z, got hours from 2024-05-01T00:00:00Z to/,
    ],
    [
      "leads that end between two steps",
      [...forecast, "archive.zarr", "--init", "2024-05-02T09Z", "--leads", "90m"],
      /--leads: expected whole steps of 1 h, got 90 min; ask for 1 h or 2 h$/m,
    ],
    [
      "an init time that is none",
      [...forecast, "archive.zarr", "--init", "noon"],
      /--init: expected a UTC time like .*got "noon"/,
    ],
    [
      "an archive of another grid",
      [...forecast, "other-grid.zarr", "--init", "2024-05-01T01Z"],
      /other-grid\.zarr: expected Lambert 18x12, 3 km, got Lambert 16x12, 3 km/,
    ],
    [
      "members that are no number",
      [...forecast, "archive.zarr", "--init", "2024-05-02T09Z", "--members", "few"],
      /--members: expected a whole number of at least 1, got "few"/,
    ],
    [
      "more solver steps than the noise schedule has",
      [...forecast, "archive.zarr", "--init", "2024-05-02T09Z", "--steps", "1000"],
      /--steps: expected fewer than the 1000 of the run's noise schedule, got 1000/,
    ],
    [
      "an archive too short for the step",
      ["train", "--config", "long-step.yaml", "--archive", "archive.zarr", "--out", "r"],
      /archive\.zarr: expected whole hours 30 h apart in the training and the validation split, got 0 training/,
    ],
    [
      "a folder to train into that is a file",
      ["train", "--config", "config.yaml", "--archive", "archive.zarr", "--out", "config.yaml"],
      /config\.yaml: expected a path that can be used, got EEXIST.*; choose another/,
    ],
    [
      "a folder below a file",
      ["sandbox", "--hours", "3", "--out", "config.yaml/a.zarr"],
      /config\.yaml.*: expected a path that can be used, got E(NOTDIR|EXIST),.*; choose another/,
    ],
    ["a forecast to draw that is not there", ["maps", "no.zarr", "--out", "m"], /no\.zarr: expected/],
    ["a forecast to export that is not there", ["export", "no.zarr", "--netcdf", "n.nc"], /no\.zarr: expected/],
    ["a forecast to score that is not there", ["verify", "no.zarr", "--against", "archive.zarr"], /no\.zarr: expected/],
    [
      "a flag that does not exist",
      ["maps", "no.zarr", "--out", "m", "--lead", "1"],
      /^updraft: unknown option '--lead' \(Did you mean --leads\?\)$/m,
    ],
    ["a verb that does not exist", ["forcast"], /^updraft: unknown command 'forcast' \(Did you mean forecast\?\)$/m],
  ])("%s", (_, args, message) => {
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = runUpdraft(args, folder);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    // Commander's own complaints add a pointer to --help.
    const lines = stderr
      .trim()
      .split("\n")
      .filter((line) => !/^\(|^$/.test(line));
    expect(lines).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it("an archive that lacks a channel the run needs", async () => {
    await temperatureArchive(join(folder, "t2m.zarr"));
    const asked = runUpdraft([...forecast, "t2m.zarr", "--init", "2024-05-01T01Z"], folder);
    expect(asked.stderr).toMatch(
      /t2m\.zarr: expected channels refc,t2m,d2m,u10,v10,cape,cin, got t2m; rebuild the archive with refc,d2m.* among its --variables\n$/,
    );
    expect(asked.status).toBe(2);
    writeFileSync(join(folder, "wind.yaml"), "channels: [u10]\n");
    const trained = runUpdraft("train --config wind.yaml --archive t2m.zarr --out wind".split(" "), folder);
    expect(trained.stderr).toMatch(/^updraft: t2m\.zarr: expected channels u10, got t2m; rebuild .*\n$/);
    expect(trained.status).toBe(2);
    for (const name of ["f.zarr", "f.zarr.partial", "wind"]) expect(existsSync(join(folder, name)), name).toBe(false);
  });
});

/** Four hours of nothing but temperature, on the grid of the tiny run. */
async function temperatureArchive(path: string): Promise<void> {
  const { grid } = sandboxSpace({ nx: 18, ny: 12 });
  const first = utcSeconds(2024, 5, 1) as ValidTime;
  const times = [0, 1, 2, 3].map((hour) => (first + hour * 3600) as ValidTime);
  const hours = times.map((time, hour) => ({
    time,
    leadHours: 0,
    state: Float32Array.from({ length: 18 * 12 }, (_, cell) => 280 + hour + cell / 100),
  }));
  const description = {
    space: { channels: ["t2m"], grid },
    first,
    last: times[3],
    source: "test",
    synthetic: true,
  } as const;
  const provenance = { madeBy: "test", inputs: [], notes: [] };
  await createArchive(path, { ...description, provenance }, Readable.from(hours));
}

/** Disks that are full, read-only or closed to us, and names that are too long: one line and exit code 2, whichever verb. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { canMount, type TinyDisk, tinyDisk } from "../tiny-disk.ts";
import { runUpdraft, updraft } from "./run-updraft.ts";
import { scratchFolder } from "./scratch.ts";
import { TRAIN_TINY, tinyArchive } from "./tiny-run.ts";

const folder = scratchFolder("refusals");
const BIN = join(import.meta.dirname, "..", "..", "bin", "updraft.js");

beforeAll(() => {
  tinyArchive(folder);
  const lead = "--init 2024-05-02T09Z --members 2 --leads 2";
  updraft(`forecast --method lagrangian --archive archive.zarr ${lead} --out f.zarr`.split(" "), folder);
});

/** Every verb that writes, and where it writes to, below a folder. */
const VERBS: Readonly<Record<string, (out: string) => string>> = {
  sandbox: (out) => `sandbox --hours 30 --nx 24 --ny 16 --out ${out}/s.zarr`,
  train: (out) => `${TRAIN_TINY.join(" ")} --out ${out}/run`,
  forecast: (out) =>
    `forecast --method persistence --archive archive.zarr --init 2024-05-01T09Z --members 1 --leads 9 --out ${out}/f.zarr`,
  maps: (out) => `maps f.zarr --products mean --variables refc,t2m --out ${out}/maps`,
  netcdf: (out) => `export f.zarr --netcdf ${out}/f.nc`,
  grib2: (out) => `export f.zarr --grib2 ${out}/f.grib2`,
  scores: (out) => `verify f.zarr --against archive.zarr --out ${out}/scores.json`,
  report: (out) => `verify f.zarr --against archive.zarr --report ${out}/report`,
};

/** One line that is ours at the end, and before it nothing but progress and warnings. */
function expectOneLine({ status, stderr }: SpawnSyncReturns<string>, place: RegExp): void {
  expect(stderr).not.toMatch(/please report it|^\s+at /m);
  const lines = stderr.trim().split("\n");
  expect(lines.filter((line) => line.startsWith("updraft:"))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(place);
  expect(status).toBe(2);
}

/** Names of files and stores that are there under final names. */
const finalNames = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => !name.includes(".partial"));

const mounts = canMount();
describe.skipIf(!mounts)(
  `a disk that refuses${mounts ? "" : " (skipped: no file system can be mounted here; it takes root)"}`,
  () => {
    let disk: TinyDisk | undefined;
    afterEach(() => disk?.unmount());

    it.each(Object.keys(VERBS))("is told of in one line when it is full, by %s", (verb) => {
      disk = tinyDisk(join(folder, "disk"), 12);
      expectOneLine(runUpdraft(VERBS[verb]("disk").split(" "), folder), /^updraft: disk\/.*no space left on device; /);
      // Nothing a reader would take for whole: no store, no picture, no table.
      expect(
        finalNames(join(folder, "disk")).filter((name) => /\.(zarr|nc|grib2|json|png|html|onnx)$/.test(name)),
      ).toEqual(verb === "train" ? expect.not.arrayContaining(["run/model/forecaster.onnx"]) : []);
    });

    it.each(["sandbox", "train", "maps", "netcdf", "report"])(
      "is told of in one line when it is read-only, by %s",
      (verb) => {
        disk = tinyDisk(join(folder, "disk"), 1024);
        disk?.readOnly(true);
        expectOneLine(runUpdraft(VERBS[verb]("disk").split(" "), folder), /^updraft: disk.*(EROFS|read-only)/);
      },
    );

    it("is told of when what it refuses is the output of the command itself", () => {
      disk = tinyDisk(join(folder, "disk"), 4);
      writeFileSync(join(folder, "disk", "filler"), Buffer.alloc(4096));
      const { status, stderr } = spawnSync("sh", ["-c", `exec node ${BIN} archive inspect archive.zarr > disk/out`], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(stderr).toMatch(/^updraft: standard output: expected .*, got ENOSPC, no space left on device; [^\n]*\n$/);
      expect(status).toBe(2);
    });
  },
);

describe("a path that can't be used", () => {
  it.each([
    ["too long a name", "x".repeat(300), "sandbox", /ENAMETOOLONG/],
    ["too long a name", "x".repeat(300), "netcdf", /too long/i],
    ["a file, where a folder is wanted", "config.yaml", "maps", /ENOTDIR|EEXIST/],
    ["a file, where a folder is wanted", "config.yaml", "grib2", /ENOTDIR|EEXIST/],
    ["links in a circle", "circle/a", "report", /ELOOP/],
  ])("is told of in one line: %s", (_, out, verb, code) => {
    if (out.startsWith("circle")) symlinkSync("circle", join(folder, "circle"));
    expectOneLine(runUpdraft(VERBS[verb](out).split(" "), folder), code);
  });

  it("is told of when it is closed to us, to write and to read", () => {
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "closed"));
    chmodSync(join(folder, "closed"), 0o555);
    // Root without the right to pass over modes, and no other user: a checkout below a closed folder is readable to its owner only.
    const withoutRights = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    const run = (command: string): SpawnSyncReturns<string> => {
      const [program, ...args] = [...withoutRights, process.execPath, BIN, ...command.split(" ")];
      return spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    };
    expectOneLine(run(VERBS["sandbox"]("closed")), /^updraft: closed\/.*EACCES, permission denied; /);
    expectOneLine(run(VERBS["report"]("closed")), /^updraft: closed\/.*EACCES, permission denied; /);
    // A store that may not be read is not a damaged one.
    chmodSync(join(folder, "f.zarr", "zarr.json"), 0o000);
    try {
      expectOneLine(
        run("maps f.zarr --out elsewhere"),
        /^updraft: .*f\.zarr\/zarr\.json: .*EACCES, permission denied; /,
      );
    } finally {
      chmodSync(join(folder, "f.zarr", "zarr.json"), 0o644);
    }
  });
});

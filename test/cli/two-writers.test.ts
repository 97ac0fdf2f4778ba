/** Two at once at one path, in every verb that writes: kept apart by one line of error, or the right bytes. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { alone } from "../../src/files/index.ts";
import { runBeside } from "./run-beside.ts";
import { updraft } from "./run-updraft.ts";
import { scratchFolder } from "./scratch.ts";

const CONFIG = `
method: deterministic
forecaster:
  network: { patch: 1, widths: [8, 16], blocksPerLevel: 1, groups: 4 }
  epochs: 2
  stepsPerEpoch: 2
  batch: 2
  learningRate: 2.0e-3
`;
const DIAL_CONFIG = `{ method: crps, normalization: global,
  generator: { network: { patch: 1, widths: [8], blocksPerLevel: 1, norm: cell }, noisePlanes: 2, scales: [2], epochs: 1, stepsPerEpoch: 3, batch: 2 } }`;
const folder = scratchFolder("two-writers");
const at = (...names: string[]): string => join(folder, ...names);
const words = (line: string): string[] => line.split(" ");
/** Every file below a path by its name. */
const filesAt = (path: string): Map<string, Buffer> => {
  const files = readdirSync(at(path), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).toSorted();
  return new Map(paths.map((file) => [file.slice(at(path).length), readFileSync(file)]));
};

const SANDBOX = "sandbox --hours 40 --nx 18 --ny 12 --seed 5 --out";
const TRAIN = "train --config config.yaml --archive archive.zarr --resume --out";
const FORECAST =
  "forecast --run run --archive archive.zarr --init 2024-05-02T09Z --members 2 --leads 2 --threads 1 --out";

beforeAll(() => {
  updraft(words(`${SANDBOX} archive.zarr`), folder);
  writeFileSync(at("config.yaml"), CONFIG);
  updraft(words(`${TRAIN} run`), folder);
  updraft(words(`${FORECAST} f.zarr`), folder);
}, 120_000);

describe("while another is at work there", () => {
  it.each([
    ["x.zarr", false, `${SANDBOX} x.zarr`],
    ["r", true, `${TRAIN} r`],
    ["run", true, "import --run run --network forecaster --weights run/model/forecaster.safetensors"],
    ["maps", true, "maps f.zarr --out maps --leads 1 --variables refc --products mean"],
    ["f.nc", false, "export f.zarr --netcdf f.nc --variables t2m"],
    ["f.grib2", false, "export f.zarr --grib2 f.grib2 --variables t2m --products mean"],
    ["report", true, "verify f.zarr --against archive.zarr --report report --allow-training-hours"],
    ["demo", true, "demo --quick --out demo"],
  ])("nothing is written at %s", async (path, inside, line) => {
    const before = existsSync(at("run")) ? filesAt("run") : undefined;
    const { status, stderr } = await alone(at(path), () => runBeside(words(line), folder), { inside });
    const told = stderr.split("\n").filter((text) => text.startsWith("updraft:"));
    expect([status, told]).toEqual([
      2,
      [
        `updraft: ${path}: expected no other process writing there, got process ${process.pid} of ${told[0]?.split(" of ")[1]}`,
      ],
    ]);
    expect(existsSync(at(path))).toBe(path === "run");
    if (path === "run") expect(filesAt("run")).toEqual(before);
  });
});

describe("begun at the same moment", () => {
  it.each([
    ["a training", "train", TRAIN, "run"],
    ["a forecast", "f2.zarr", FORECAST, "f.zarr"],
    ["an archive", "a2.zarr", SANDBOX, "archive.zarr"],
  ])("%s has the bytes of one", async (_, path, line, single) => {
    const ends = await Promise.all([0, 1].map(() => runBeside(words(`${line} ${path}`), folder)));
    const refused = /^updraft: .*expected (no other process writing there|nothing there yet), got /m;
    for (const { status, stderr } of ends)
      if (status !== 0) expect([status, stderr]).toEqual([2, expect.stringMatching(refused)]);
    expect(ends.some(({ status }) => status === 0)).toBe(true);
    expect(filesAt(path)).toEqual(filesAt(single));
  });

  it("two calibrations of one run have the bytes of one", async () => {
    writeFileSync(at("dial.yaml"), DIAL_CONFIG);
    updraft(words("train --config dial.yaml --archive archive.zarr --out dial-one"), folder);
    cpSync(at("dial-one"), at("dial-two"), { recursive: true });
    const of = (run: string): string[] =>
      words(`calibrate --run ${run} --archive archive.zarr --leads 1 --inits 1 --members 2`);
    updraft(of("dial-one"), folder);
    const ends = await Promise.all([0, 1].map(() => runBeside(of("dial-two"), folder)));
    for (const { status, stderr } of ends)
      if (status !== 0) {
        const told = stderr.split("\n").filter((line) => line.startsWith("updraft:"));
        expect([status, told]).toEqual([
          2,
          [expect.stringMatching(/dial-two: expected no other process writing there/)],
        ]);
      }
    expect(ends.some(({ status }) => status === 0)).toBe(true);
    expect(filesAt("dial-two")).toEqual(filesAt("dial-one"));
  });

  it("products in GRIB2 replace each other whole, with the inventory that is theirs", async () => {
    const line = "export f.zarr --grib2 g.grib2 --overwrite --products mean --variables";
    const single = ["t2m", "t2m,d2m,refc"].map((names, k) => {
      const path = `single${k}.grib2`;
      updraft(words(`export f.zarr --grib2 ${path} --products mean --variables ${names}`), folder);
      return [readFileSync(at(path)), readFileSync(at(`${path}.idx`))];
    });
    const ends = await Promise.all(
      ["t2m", "t2m,d2m,refc"].map((names) => runBeside(words(`${line} ${names}`), folder)),
    );
    for (const { status } of ends) expect([0, 2]).toContain(status);
    const made = [readFileSync(at("g.grib2")), readFileSync(at("g.grib2.idx"))];
    expect(single.some(([fields, inventory]) => made[0].equals(fields) && made[1].equals(inventory))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith("g.") && !/^g\.grib2(\.idx)?$/.test(name))).toEqual([]);
  });
});

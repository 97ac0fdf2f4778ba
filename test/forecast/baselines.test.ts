/** The methods that need no training, through the command line and the store, on hours of the sandbox. */
import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Archive, openArchive, splitOf } from "../../src/archive/index.ts";
import { type Ensemble, type InitTime, parseTime, type ValidTime, validTime } from "../../src/core/index.ts";
import { makeForecast, openBaseline, openForecast } from "../../src/forecast/index.ts";
import { runBeside } from "../cli/run-beside.ts";
import { runUpdraft, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";

const INIT = "2024-05-05T09Z";
const initTime = parseTime(INIT, "test") as InitTime;
const folder = scratchFolder("baselines");
const at = (name: string): string => join(folder, name);

/** The command line of a baseline; `--leads` is 3 h. */
const forecast = (method: string, out: string, members: number, ...more: string[]): string[] => [
  ...`forecast --method ${method} --archive archive.zarr --init ${INIT} --leads 3`.split(" "),
  "--members",
  String(members),
  "--out",
  out,
  ...more,
];

let archive: Archive;
beforeAll(async () => {
  updraft("sandbox --out archive.zarr --hours 120 --nx 60 --ny 48 --seed 5".split(" "), folder);
  archive = await openArchive(at("archive.zarr"));
});

const made = async (method: string, out: string, members: number, ...more: string[]): Promise<Ensemble> => {
  updraft(forecast(method, out, members, ...more), folder);
  return openForecast(at(out));
};

describe("persistence", () => {
  it("is the analysis at every lead, and one member is all there is", async () => {
    const ensemble = await made("persistence", "persistence.zarr", 1);
    expect(ensemble.method).toBe("persistence");
    const now = await archive.readField(initTime as number as ValidTime, "t2m");
    for (const lead of [1, 2, 3]) expect(await ensemble.readMember(0, lead, "t2m")).toEqual(now);
    const two = runUpdraft(forecast("persistence", "two.zarr", 2), folder);
    expect(two.status).toBe(2);
    expect(two.stderr).toContain("--members: expected at most 1, which is all that persistence has, got 2");
    expect(existsSync(at("two.zarr.partial"))).toBe(false);
  });
});

describe("climatology", () => {
  it("draws distinct training hours of the same time of day, and none of another split", async () => {
    const ensemble = await made("climatology", "climatology.zarr", 3);
    for (const lead of ensemble.leadHours) {
      const valid = validTime(initTime, lead);
      const days = new Set<number>();
      for (let member = 0; member < 3; member++) {
        const field = await ensemble.readMember(member, lead, "d2m");
        for (const time of archive.times) {
          if (field.join() !== (await archive.readField(time, "d2m")).join()) continue;
          expect(splitOf(archive.splits, time)).toBe("train");
          expect((valid - time) % 86_400).toBe(0);
          days.add(time);
        }
      }
      expect(days.size).toBe(3);
    }
  });

  it("has as many members as there are such hours", () => {
    const { status, stderr } = runUpdraft(forecast("climatology", "many.zarr", 4), folder);
    expect(status).toBe(2);
    expect(stderr).toContain("--members: expected at most 3, which is all that climatology by hour has, got 4");
  });
});

describe("the time-lagged ensemble", () => {
  it("takes the forecasts of earlier cycles for the same hours, the newest first", async () => {
    for (const [hour, out] of [
      ["08", "lag1.zarr"],
      ["06", "lag3.zarr"],
    ]) {
      const init = `2024-05-05T${hour}Z`;
      updraft(
        `forecast --method persistence --archive archive.zarr --init ${init} --leads 6 --members 1 --out ${out}`.split(
          " ",
        ),
        folder,
      );
    }
    const ensemble = await made("time-lagged", "lagged.zarr", 2, "--earlier", "lag3.zarr", "lag1.zarr");
    expect(ensemble.method).toBe("time-lagged ensemble, lags 1 h, 3 h");
    const held = (time: string) => archive.readField(parseTime(time, "test") as ValidTime, "refc");
    expect(await ensemble.readMember(0, 3, "refc")).toEqual(await held("2024-05-05T08Z"));
    expect(await ensemble.readMember(1, 1, "refc")).toEqual(await held("2024-05-05T06Z"));
  });

  it("refuses a cycle that knows what comes, and one that ends too early", () => {
    updraft(
      "forecast --method persistence --archive archive.zarr --init 2024-05-05T10Z --leads 6 --members 1 --out after.zarr".split(
        " ",
      ),
      folder,
    );
    const after = runUpdraft(forecast("time-lagged", "x.zarr", 1, "--earlier", "after.zarr"), folder);
    expect(after.stderr).toContain("expected a cycle not after the init time 2024-05-05 09Z, got 2024-05-05 10Z");
    const short = runUpdraft(
      [...forecast("time-lagged", "x.zarr", 1, "--earlier", "lag3.zarr"), "--leads", "5"],
      folder,
    );
    expect(short.stderr).toContain("lag3.zarr: expected a forecast valid at 2024-05-05 13Z, got none");
    // The analyses themselves, each its own cycle, are the truth and no forecast.
    const truth = runUpdraft(forecast("time-lagged", "x.zarr", 1, "--earlier", "archive.zarr"), folder);
    expect(truth.stderr).toContain("expected the forecast of one cycle for these hours, got hours of 3 cycles");
  });
});

describe("Lagrangian persistence", () => {
  it("spreads with lead, differs by member and is the same again from the same seed", async () => {
    const ensemble = await made("lagrangian", "moved.zarr", 3);
    const [first, second] = await Promise.all([0, 1].map((member) => ensemble.readMember(member, 3, "refc")));
    expect(first.join()).not.toBe(second.join());
    const again = await made("lagrangian", "again.zarr", 2);
    expect(await again.readMember(1, 3, "refc")).toEqual(second);
    const still = await made("lagrangian", "alike.zarr", 1, "--motion-spread", "0");
    expect(still.method).toBe("Lagrangian persistence, motion of 3 frames");
  });

  it("takes no look ahead: the same from an archive that ends at the init time", async () => {
    const past = { ...archive, times: archive.times.filter((time) => time <= initTime) };
    const options = { seed: 42, initTime, lastLeadHours: 3 };
    const method = await openBaseline("lagrangian", past, options);
    await makeForecast(method, past, { ...options, members: 1, out: at("past.zarr") }, () => {});
    const [known, whole] = [await openForecast(at("past.zarr")), await openForecast(at("moved.zarr"))];
    expect(await known.readMember(0, 3, "refc")).toEqual(await whole.readMember(0, 3, "refc"));
  });

  it("needs the state before", () => {
    const args = forecast("lagrangian", "x.zarr", 1).join(" ").replace(INIT, "2024-05-01T00Z").split(" ");
    const { status, stderr } = runUpdraft(args, folder);
    expect(status).toBe(2);
    expect(stderr).toContain("expected the state at 2024-04-30 23Z, to see how it moves, got none");
  });
});

describe("a forecast by three processes at once", () => {
  /** Every file of a store by its name. */
  const filesOf = (store: string): Map<string, Buffer> => {
    const files = readdirSync(at(store), { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const paths = files.map((file) => join(file.parentPath, file.name));
    return new Map(paths.toSorted().map((path) => [path.slice(at(store).length), readFileSync(path)]));
  };
  const namesIn = (store: string): string[] => (existsSync(at(store)) ? readdirSync(at(store)) : []);
  const shard = (i: number): string[] => forecast("lagrangian", "shared.zarr", 5, "--shard", `${i}/3`);

  it("has the same bytes as one by one process, whoever is killed, and is published once", async () => {
    updraft(forecast("lagrangian", "one.zarr", 5), folder);
    // The second is killed as soon as it has written anything.
    const begun = () =>
      namesIn("shared.zarr.partial").some((name) => existsSync(at(`shared.zarr.partial/${name}/state/c/1`)));
    const ends = await Promise.all([
      runBeside(shard(1), folder),
      runBeside(shard(2), folder, begun),
      runBeside(shard(3), folder),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([0, undefined, 0]);
    expect(existsSync(at("shared.zarr"))).toBe(false);
    expect(ends.map(({ stdout }) => stdout).join("")).toMatch(/this shard is done; \d+ states are still to come/);

    expect(updraft(shard(2), folder)).toContain("forecast shared.zarr: 5 members to 3 h");
    expect(filesOf("shared.zarr")).toEqual(filesOf("one.zarr"));
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
    // A task that the scheduler starts once more finds it done.
    expect(updraft(shard(1), folder)).toContain("forecast shared.zarr: 5 members to 3 h");
  });

  it("begun by all at the same moment is whole when all are done", async () => {
    renameSync(at("shared.zarr"), at("before.zarr"));
    const ends = await Promise.all([1, 2, 3].map((i) => runBeside(shard(i), folder)));
    expect(ends.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
    expect(filesOf("shared.zarr")).toEqual(filesOf("before.zarr"));
  });

  it("is published when that is asked for, and not before all is there", () => {
    const out = ["--out", "asked.zarr"];
    const part = (i: number): string[] => forecast("lagrangian", "asked.zarr", 4, "--shard", `${i}/2`);
    updraft(part(1), folder);
    const early = runUpdraft(["forecast", "--publish", ...out], folder);
    expect(early.status).toBe(5);
    expect(early.stderr).toBe(
      "updraft: asked.zarr.partial: expected every state of every member, got none of 6 of 12 states, in 2 of 4 members, " +
        "the first of them member 1 at +1 h; make what is missing, with the same --shard as before, or ask again with --wait\n",
    );
    expect(runUpdraft([...part(1), "--publish"], folder).status).toBe(5);
    expect(updraft([...part(2), "--publish", "--wait", "1"], folder)).toContain(
      "forecast asked.zarr: 4 members to 3 h",
    );
    expect(updraft(["forecast", "--publish", ...out, "--json"], folder)).toContain('"published":true,"missing":0');
    const bare = runUpdraft(["forecast", "--publish", "--shard", "1/2", "--method", "persistence", ...out], folder);
    expect([bare.status, bare.stderr]).toEqual([2, "updraft: --archive: expected it, to make members, got none\n"]);
    expect(runUpdraft(["forecast", ...out], folder).stderr).toBe(bare.stderr);
  });

  it("refuses to add to another forecast", () => {
    const other = runUpdraft([...shard(1), "--seed", "7"], folder);
    expect(other.status).toBe(2);
    expect(other.stderr).toContain("provenance.seed 42 where this one has 7");
  });
});

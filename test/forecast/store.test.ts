import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createArchive, isArchive } from "../../src/archive/index.ts";
import { DecodeError, initFromAnalysis, RequestError, type State } from "../../src/core/index.ts";
import { createForecast, type ForecastDescription, isForecast, openForecast } from "../../src/forecast/index.ts";
import { CELLS, describeHours, FIRST, hoursOf, SPACE, stateAt } from "../archive/example.ts";

const LEADS = [1, 2, 3];
const DESCRIPTION: ForecastDescription = {
  space: SPACE,
  initTime: initFromAnalysis(FIRST),
  leadHours: LEADS,
  memberCount: 2,
  synthetic: true,
  method: "DEF, s = 0.5",
  provenance: { seed: 7, run: "abc" },
  splits: [{ split: "train", first: FIRST, last: FIRST }],
  initial: stateAt(0),
};

const part = (member: number, lead: number): State => stateAt(10 * (member + 1) + lead);

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "updraft-forecast-")), "f.zarr");
});
afterEach(() => rm(join(path, ".."), { recursive: true, force: true }));

const PARTS = [0, 1].flatMap((member) => LEADS.map((lead) => [member, lead] as const));

async function writeAll(order: readonly (readonly [number, number])[] = PARTS): Promise<void> {
  const writer = await createForecast(path, DESCRIPTION);
  for (const [member, lead] of order) await writer.write(member, lead, part(member, lead));
  await writer.finish();
}

describe("a forecast store", () => {
  test("is an ensemble, value for value", async () => {
    await writeAll();
    const ensemble = await openForecast(path);
    expect(ensemble).toMatchObject({
      channels: SPACE.channels,
      grid: SPACE.grid,
      initTime: FIRST,
      leadHours: LEADS,
      memberCount: 2,
      synthetic: true,
      method: "DEF, s = 0.5",
      splits: DESCRIPTION.splits,
    });
    for (const [member, lead] of PARTS) {
      expect(await ensemble.readMember(member, lead, "d2m")).toEqual(part(member, lead).slice(CELLS, 2 * CELLS));
    }
    expect(await ensemble.readInitial("cin")).toEqual(stateAt(0).slice(3 * CELLS));
    expect(await isForecast(path)).toBe(true);
    expect(await isArchive(path)).toBe(false);
  });

  test("has the same bytes whatever the order and whoever wrote", async () => {
    await writeAll();
    const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
    const read = () => Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
    const before = await read();
    await rm(path, { recursive: true });
    const [one, two] = [await createForecast(path, DESCRIPTION), await createForecast(path, DESCRIPTION)];
    for (const [member, lead] of PARTS.toReversed())
      await (member === 0 ? one : two).write(member, lead, part(member, lead));
    await two.finish();
    expect(await read()).toEqual(before);
    expect((await readdir(path, { recursive: true })).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("goes on where it was stopped", async () => {
    const killed = await createForecast(path, DESCRIPTION);
    await killed.write(1, 2, part(1, 2));
    const writer = await createForecast(path, DESCRIPTION);
    expect(await writer.has(1, 2)).toBe(true);
    expect(await writer.has(1, 3)).toBe(false);
    await expect(writer.finish()).rejects.toThrow("expected 2 members at 3 leads, got no member 0 at +1 h");
    expect(await readdir(join(path, ".."))).toEqual(["f.zarr.partial"]);
    for (const [member, lead] of PARTS) await writer.write(member, lead, part(member, lead));
    await writer.finish();
    expect(await readdir(join(path, ".."))).toEqual(["f.zarr"]);
  });

  test("says that it is not finished when it is not", async () => {
    await createForecast(path, DESCRIPTION);
    await expect(openForecast(path)).rejects.toThrow(
      `expected a finished store, got only ${path}.partial; run the command that writes it to its end`,
    );
    expect(await isForecast(path)).toBe(false);
  });

  test("never continues another forecast", async () => {
    await createForecast(path, DESCRIPTION);
    const other = (change: Partial<ForecastDescription>) => createForecast(path, { ...DESCRIPTION, ...change });
    await expect(other({ provenance: { seed: 8, run: "abc" } })).rejects.toThrow(
      "got updraft.provenance.seed 7 where this one has 8; remove it, or choose another path",
    );
    await expect(other({ memberCount: 3 })).rejects.toThrow("2 members");
    await expect(other({ initial: stateAt(1) })).rejects.toThrow("got another initial state");
  });

  test("never overwrites a finished one", async () => {
    await writeAll();
    await expect(createForecast(path, DESCRIPTION)).rejects.toThrow(RequestError);
  });

  test("a member, lead or channel that is not there is refused by name", async () => {
    await writeAll();
    const ensemble = await openForecast(path);
    await expect(ensemble.readMember(2, 1, "t2m")).rejects.toThrow("expected a member of 0,1, got 2");
    await expect(ensemble.readMember(0, 1.5, "t2m")).rejects.toThrow("expected a lead of 1,2,3, got 1.5");
    await expect(ensemble.readInitial("refc")).rejects.toThrow("expected a channel of t2m,d2m,cape,cin, got refc");
    const writer = await createForecast(`${path}2`, DESCRIPTION);
    await expect(async () => writer.write(0, 4, part(0, 4))).rejects.toThrow(RangeError);
  });

  test("leads must ascend from above 0", async () => {
    await expect(createForecast(path, { ...DESCRIPTION, leadHours: [0, 1] })).rejects.toThrow(RangeError);
    await expect(createForecast(path, { ...DESCRIPTION, leadHours: [2, 1] })).rejects.toThrow(RangeError);
  });

  test("damage and absence are told apart", async () => {
    await writeAll();
    const ensemble = await openForecast(path);
    await rm(join(path, "state/c/0"), { recursive: true });
    await expect(ensemble.readMember(0, 1, "t2m")).rejects.toThrow(DecodeError);
    await expect(openForecast(`${path}.nope`)).rejects.toThrow(RequestError);
  });

  test("an archive is not a forecast", async () => {
    await createArchive(path, describeHours(1), hoursOf([0]));
    await expect(openForecast(path)).rejects.toThrow('expected an updraft-forecast, got "updraft-archive"');
    expect(await isForecast(path)).toBe(false);
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { IncompleteError, initFromAnalysis, type State } from "../../src/core/index.ts";
import {
  createForecast,
  type ForecastDescription,
  type ForecastWriter,
  openForecast,
  publishForecast,
} from "../../src/forecast/index.ts";
import { describeHours, FIRST, SPACE, stateAt } from "../archive/example.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("begun");
const LEADS = [1, 2, 3];
const seeded = (seed: number): ForecastDescription => ({
  space: SPACE,
  initTime: initFromAnalysis(FIRST),
  leadHours: LEADS,
  memberCount: 2,
  synthetic: describeHours(1).synthetic,
  method: "DEF, s = 0.5",
  provenance: { seed, run: "abc" },
  initial: stateAt(0),
});
const stateOf = (seed: number, member: number, lead: number): State => stateAt(100 * seed + 10 * member + lead);
const shared = (path: string, seed: number): Promise<ForecastWriter> =>
  createForecast(path, seeded(seed), { shared: true });
async function make(writer: ForecastWriter, seed: number, members: readonly number[]): Promise<void> {
  for (const member of members) for (const lead of LEADS) await writer.write(member, lead, stateOf(seed, member, lead));
}
async function made(path: string, seed: number): Promise<void> {
  const writer = await shared(path, seed);
  await make(writer, seed, [0, 1]);
  await writer.finish();
}
const namesAt = (path: string): string[] =>
  readdirSync(folder)
    .filter((name) => join(folder, name).startsWith(path))
    .sort();
const sleep = async (): Promise<void> => undefined;

describe("a twin that still computes", () => {
  it("has nothing left to do once another has published, and leaves nothing behind", async () => {
    const path = join(folder, "a.zarr");
    const twin = await shared(path, 7);
    await twin.write(0, 1, stateOf(7, 0, 1));
    await made(path, 7);
    await twin.write(1, 3, stateOf(7, 1, 3));
    expect(await twin.has(1, 2)).toBe(true);
    expect(await twin.missing()).toEqual([]);
    await twin.finish();
    expect(namesAt(path)).toEqual(["a.zarr"]);
    expect(readdirSync(path, { recursive: true }).filter((name) => /partial|whole|begun/.test(String(name)))).toEqual(
      [],
    );
  });

  it("never gives a state to the next forecast at that path, under way or published", async () => {
    const path = join(folder, "b.zarr");
    const twin = await shared(path, 7);
    await twin.write(0, 1, stateOf(7, 0, 1));
    await made(path, 7);
    rmSync(path, { recursive: true });
    const next = await shared(path, 8);
    await expect(twin.write(1, 1, stateOf(7, 1, 1))).rejects.toThrow(
      `${path}.partial: expected the forecast that was begun there, got none: somebody removed it`,
    );
    expect((await next.missing()).length).toBe(6);
    await make(next, 8, [0, 1]);
    await next.finish();
    await expect(twin.write(1, 2, stateOf(7, 1, 2))).rejects.toThrow("provenance.seed 8 where this one has 7");
    const forecast = await openForecast(path);
    const at = SPACE.channels.indexOf("d2m");
    const cells = stateAt(0).length / SPACE.channels.length;
    for (const member of [0, 1]) {
      expect(await forecast.readMember(member, 1, "d2m")).toEqual(
        stateOf(8, member, 1).slice(at * cells, (at + 1) * cells),
      );
    }
  });

  it("alone without a shard, ends as well as the one that was quicker", async () => {
    const path = join(folder, "c.zarr");
    const [one, other] = [await createForecast(path, seeded(7)), await createForecast(path, seeded(7))];
    await Promise.all([make(one, 7, [0, 1]), make(other, 7, [1, 0])]);
    await Promise.all([one.finish(), other.finish()]);
    expect(namesAt(path)).toEqual(["c.zarr"]);
    await expect(createForecast(path, seeded(7))).rejects.toThrow("expected nothing there yet");
  });
});

describe("a forecast under way", () => {
  it("is one forecast: of many that begin at once, those of another are refused", async () => {
    const path = join(folder, "d.zarr");
    const begun = await Promise.allSettled([7, 8, 7, 8, 7, 8].map((seed) => shared(path, seed)));
    const ends = begun.map((end) => (end.status === "fulfilled" ? "begun" : String(end.reason)));
    expect(ends.filter((end) => end === "begun").length).toBe(3);
    for (const end of ends) expect(end).toMatch(/^begun$|provenance.seed [78] where this one has [78]; remove it/);
    expect(readdirSync(`${path}.partial`).filter((name) => /^[0-9a-f]{16}$/.test(name)).length).toBe(1);
  });

  it("is not taken up where something else lies: an archive's, or what a version before left", async () => {
    const path = join(folder, "e.zarr");
    mkdirSync(`${path}.partial/state/c`, { recursive: true });
    await expect(shared(path, 7)).rejects.toThrow("got something with state: another store, or an unfinished");
    await expect(publishForecast(path, { sleep })).rejects.toThrow("got something with state");
  });

  it("makes again what was lost though its member was whole", async () => {
    const path = join(folder, "f.zarr");
    const writer = await shared(path, 7);
    await make(writer, 7, [0, 1]);
    const hash = readdirSync(`${path}.partial`).find((name) => /^[0-9a-f]{16}$/.test(name)) as string;
    rmSync(`${path}.partial/${hash}/state/c/1/2`, { recursive: true });
    await expect(writer.finish()).rejects.toThrow("got no state/c/1/2/0/0/0");
    const again = await shared(path, 7);
    expect(await again.missing()).toEqual([{ member: 1, leadHours: 3 }]);
    await again.write(1, 3, stateOf(7, 1, 3));
    await again.finish();
    expect(namesAt(path)).toEqual(["f.zarr"]);
  });

  it("killed after its rename leaves marks that no later forecast believes", async () => {
    const path = join(folder, "g.zarr");
    const writer = await shared(path, 7);
    await make(writer, 7, [0, 1]);
    cpSync(`${path}.partial`, join(folder, "kept"), { recursive: true });
    await writer.finish();
    const leave = (): void => {
      cpSync(join(folder, "kept"), `${path}.partial`, { recursive: true });
      const hash = readdirSync(`${path}.partial`).find((name) => /^[0-9a-f]{16}$/.test(name)) as string;
      rmSync(join(`${path}.partial`, hash), { recursive: true });
    };
    leave();
    expect(await (await shared(path, 7)).missing()).toEqual([]);
    expect(namesAt(path)).toEqual(["g.zarr"]);
    leave();
    renameSync(path, join(folder, "moved.zarr"));
    expect((await (await shared(path, 7)).missing()).length).toBe(6);
  });
});

describe("publishing that is asked for", () => {
  it("names what is missing in an error of its own, waits for it, and publishes once", async () => {
    const path = join(folder, "h.zarr");
    await expect(publishForecast(path, { sleep })).rejects.toThrow("got nothing that was begun");
    const writer = await shared(path, 7);
    await make(writer, 7, [0]);
    const asked = publishForecast(path, { sleep });
    await expect(asked).rejects.toThrow(IncompleteError);
    await expect(asked).rejects.toThrow(
      `${path}.partial: expected every state of every member, got none of 3 of 6 states, in 1 of 2 members, the first of them member 1 at +1 h`,
    );
    await expect(asked).rejects.toMatchObject({ exitCode: 5 });
    const waits: number[] = [];
    await publishForecast(path, {
      waitSeconds: 12,
      sleep: async (seconds) => {
        waits.push(seconds);
        if (waits.length === 2) await make(writer, 7, [1]);
      },
    });
    expect(waits).toEqual([5, 5]);
    expect(namesAt(path)).toEqual(["h.zarr"]);
    await publishForecast(path, { sleep });
    await writer.finish();
    expect((await openForecast(path)).memberCount).toBe(2);
  });
});

/** Two clients of one disk that remember absent names for half a minute, as NFS's do. */
const clients = ["n1", "n2"].map((name) => join(folder, name));
function mountClients(): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/dev/fuse")) return false;
  mkdirSync(join(folder, "disk"));
  const times = "entry_timeout=30,negative_timeout=30,attr_timeout=30";
  return clients.every((client) => {
    mkdirSync(client);
    return spawnSync("bindfs", ["-o", times, join(folder, "disk"), client]).status === 0;
  });
}
const mounted = mountClients();
if (!mounted) process.stderr.write("SKIPPED for want of bindfs and root: clients that remember absent names\n");
afterAll(() => {
  if (mounted) for (const client of clients) spawnSync("fusermount3", ["-u", client]);
});

describe.runIf(mounted)("on clients that remember absent names", () => {
  it("the last to end publishes, whatever was looked for before it was there", async () => {
    const [one, two] = clients.map((client) => join(client, "x.zarr"));
    const second = await shared(two, 7);
    await make(second, 7, [1]);
    expect((await second.missing()).length).toBe(3);
    const first = await shared(one, 7);
    await make(first, 7, [0]);
    expect(await second.missing()).toEqual([]);
    await second.finish();
    await first.finish();
    expect(readdirSync(join(folder, "disk"))).toEqual(["x.zarr"]);
  });
});

import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type InitTime, parseTime, VARIABLE_NAMES } from "../../src/core/index.ts";
import { fieldsOf, formatInventory, parseInventory, scanMessages } from "../../src/grib2/index.ts";
import {
  anyOf,
  estimateJob,
  type HrrrRequest,
  hrrrFixedTargets,
  hrrrTargets,
  latestHrrr,
  longestLead,
  MANIFEST,
  parseHrrrSources,
  requireSuccess,
  runJob,
  type Summary,
  subsetTask,
} from "../../src/sources/index.ts";
import { freshFolders } from "../cli/scratch.ts";
import { forgeField, forgeFields, hrrrFile } from "../noaa-server/files.ts";
import { at, fakeClock, noaa, putHrrr, remotePath, type Setting, setting, snapshot } from "./world.ts";

const freshFolder = freshFolders("hrrr");

const JOB = { parallel: 3, label: "fetch HRRR" };

function request(hours: readonly number[], change: Partial<HrrrRequest> = {}): HrrrRequest {
  return {
    initTimes: hours.map(at),
    leads: [0],
    fileKind: "sfc",
    sources: ["aws", "google"],
    names: VARIABLE_NAMES,
    searches: [],
    ...change,
  };
}

function fetchHrrr({ way, shelf }: Setting, wanted: HrrrRequest): Promise<Summary> {
  return runJob(
    hrrrTargets(wanted, way).map((target) => subsetTask(target, shelf)),
    shelf,
    JOB,
  );
}

const held = noaa();

/** Without the beginning of its last message, so that nobody can go through it. */
function spoiled(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[copy.lastIndexOf("GRIB")] = 0;
  return copy;
}

describe("fetching HRRR", () => {
  it("takes the seven variables by byte ranges, in few requests, and writes an inventory of them", async () => {
    putHrrr(held.server, [0]);
    const folder = freshFolder();
    const summary = await fetchHrrr(await setting(held.server, folder), request([0]));
    expect(summary).toMatchObject({ fetched: 1, missing: 0, failed: 0 });
    const bytes = readFileSync(join(folder, remotePath(0)));
    const inventory = parseInventory(readFileSync(join(folder, `${remotePath(0)}.idx`), "utf8"), "subset", {
      fileBytes: bytes.length,
    });
    expect(inventory.entries.map(({ variable }) => variable)).toEqual("REFC TMP DPT UGRD VGRD CAPE CIN".split(" "));
    const messages = [...scanMessages(bytes, "subset")];
    expect(messages.map(({ kind, offset }) => [kind, offset])).toEqual(
      inventory.entries.map(({ offset }) => ["message", offset]),
    );
    // REFC, then four that touch, then two that touch.
    const { requests } = held.server;
    expect(requests.map(({ method, range }) => [method, range !== undefined])).toEqual([
      ["GET", false],
      ["HEAD", false],
      ["GET", true],
      ["GET", true],
      ["GET", true],
    ]);
    expect(requests.every(({ userAgent }) => userAgent?.startsWith("updraft/"))).toBe(true);
    expect(requests.filter(({ range }) => range).reduce((sum, { sent }) => sum + sent, 0)).toBe(bytes.length);
  });

  it("records where every byte came from, without a word about now", async () => {
    putHrrr(held.server, [0]);
    const folder = freshFolder();
    await fetchHrrr(await setting(held.server, folder), request([0]));
    const record: unknown = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
    const { bytes } = hrrrFile(at(0), 0);
    expect(record).toMatchObject({
      path: remotePath(0),
      status: "held",
      source: "aws",
      url: `${held.server.sites.aws.base}/${remotePath(0)}`,
      sourceBytes: bytes.length,
      initTime: "2018-07-22T00:00:00Z",
      lastModified: "2018-07-22T03:00:00Z",
      latencySeconds: 3 * 3600,
      absent: [],
    });
    const [refc] = (record as { messages: { range: [number, number]; lines: string[] }[] }).messages;
    expect(refc).toEqual({
      names: ["refc"],
      range: [0, forgeField("refc", at(0), 0).length],
      lines: [":REFC:entire atmosphere:anl"],
    });
  });

  it("asks for nothing again that it has", async () => {
    putHrrr(held.server, [0, 1, 2]);
    const folder = freshFolder();
    await fetchHrrr(await setting(held.server, folder), request([0, 1, 2]));
    const before = snapshot(folder);
    held.server.requests.length = 0;
    const summary = await fetchHrrr(await setting(held.server, folder), request([0, 1, 2]));
    expect(summary).toMatchObject({ fetched: 0, kept: 3 });
    expect(held.server.requests).toEqual([]);
    expect(snapshot(folder)).toEqual(before);
  });

  it("fetches only what is new when more variables are wanted", async () => {
    putHrrr(held.server, [0]);
    const [folder, whole] = [freshFolder(), freshFolder()];
    await fetchHrrr(await setting(held.server, folder), request([0], { names: ["refc", "u10", "v10"] }));
    held.server.requests.length = 0;
    await fetchHrrr(await setting(held.server, folder), request([0], { names: ["u10", "cape"] }));
    const ranges = held.server.requests.filter(({ range }) => range);
    expect(ranges.map(({ sent }) => sent)).toEqual([forgeField("cape", at(0), 0).length]);
    await fetchHrrr(await setting(held.server, whole), request([0], { names: ["refc", "u10", "v10", "cape"] }));
    expect(readFileSync(join(folder, remotePath(0)))).toEqual(readFileSync(join(whole, remotePath(0))));
  });

  it("lists all fields of a message that comes whole, also those that nobody asked for", async () => {
    const winds = forgeFields(["u10", "v10"], at(1), 0);
    const bytes = Buffer.concat([forgeField("t2m", at(1), 0), winds]);
    const inventory = formatInventory(
      [...scanMessages(bytes, "x")].flatMap((found) => (found.kind === "message" ? fieldsOf(found) : [])),
    );
    held.server.put("aws", remotePath(1), bytes);
    held.server.put("aws", `${remotePath(1)}.idx`, inventory);
    const folder = freshFolder();
    await fetchHrrr(await setting(held.server, folder), request([1], { sources: ["aws"], names: ["v10"] }));
    expect(readFileSync(join(folder, remotePath(1)))).toEqual(Buffer.from(winds));
    expect(readFileSync(join(folder, `${remotePath(1)}.idx`), "utf8")).toBe(
      "1.1:0:d=2018072201:UGRD:10 m above ground:anl:\n1.2:0:d=2018072201:VGRD:10 m above ground:anl:\n",
    );
  });

  it("knows parameters beyond the seven, windows among them, and search strings", async () => {
    putHrrr(held.server, [0], { leads: [0, 1] });
    const folder = freshFolder();
    const wanted = request([0], { leads: [1], names: ["mxuphl", "apcp1h", "pres", "mslma"], searches: [":REFD:"] });
    expect(await fetchHrrr(await setting(held.server, folder), wanted)).toMatchObject({ fetched: 1 });
    const text = readFileSync(join(folder, `${remotePath(0, 1)}.idx`), "utf8");
    expect(text.split("\n").map((line) => line.split(":").slice(3, 6).join(":"))).toEqual([
      "REFD:1000 m above ground:1 hour fcst",
      "MSLMA:mean sea level:1 hour fcst",
      "MXUPHL:5000-2000 m above ground:0-1 hour max fcst",
      "PRES:surface:1 hour fcst",
      "APCP:surface:0-1 hour acc fcst",
      "",
    ]);
  });

  it("fetches what never changes once, from the first hour that has it", async () => {
    putHrrr(held.server, [41, 42]);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder);
    const wanted = request([40, 41, 42], { names: ["orog", "land"] });
    for (let time = 0; time < 2; time++) {
      const summary = await runJob([anyOf(hrrrFixedTargets(wanted, way), shelf)], shelf, JOB);
      expect(summary).toMatchObject(time === 0 ? { fetched: 1 } : { kept: 1 });
    }
    const record = shelf.manifest.records.get("static/hrrr.wrfsfcf00.grib2");
    expect(record).toMatchObject({ status: "held", initTime: "2018-07-23T17:00:00Z" });
    expect(held.server.requests.filter(({ range }) => range)).toHaveLength(2);
  });

  it("says what it would fetch and fetches nothing", async () => {
    putHrrr(held.server, [0]);
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder);
    const tasks = hrrrTargets(request([0, 30]), way).map((target) => subsetTask(target, shelf));
    const bytes = VARIABLE_NAMES.reduce((sum, name) => sum + forgeField(name, at(0), 0).length, 0);
    expect(await estimateJob(tasks, JOB)).toEqual([
      { kind: "fetch", source: "aws", bytes, requests: 3, absent: [] },
      { kind: "missing" },
    ]);
    expect(held.server.requests.filter(({ range }) => range)).toEqual([]);
    expect(snapshot(folder)).toEqual({});
  });
});

describe("when things go wrong", () => {
  it("records a missing hour and goes on", async () => {
    putHrrr(held.server, [3, 5]);
    const folder = freshFolder();
    const summary = await fetchHrrr(await setting(held.server, folder), request([3, 60, 5]));
    expect(summary).toMatchObject({ fetched: 2, missing: 1, failed: 0 });
    expect(() => requireSuccess(summary, folder)).not.toThrow();
    const lines = readFileSync(join(folder, MANIFEST), "utf8").trim().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual({
      path: "hrrr.20180724/conus/hrrr.t12z.wrfsfcf00.grib2",
      status: "missing",
      initTime: "2018-07-24T12:00:00Z",
      leadHours: 0,
      because: "no such file",
      tried: ["aws", "google"],
      absent: [...VARIABLE_NAMES],
    });
    held.server.requests.length = 0;
    await fetchHrrr(await setting(held.server, folder), request([3, 60, 5]));
    expect(held.server.requests).toEqual([]);
  });

  it("waits for a young hour instead of calling it missing", async () => {
    held.server.remove("aws", remotePath(7));
    const folder = freshFolder();
    const { way, shelf, clock } = await setting(held.server, folder, { time: at(7) + 3600 });
    const tasks = hrrrTargets(request([7], { sources: ["aws"] }), way).map((target) => subsetTask(target, shelf));
    expect(await runJob(tasks, shelf, JOB)).toMatchObject({ pending: 1, missing: 0 });
    expect(snapshot(folder)).toEqual({});
    held.server.faults.push({
      on: /^GET aws\/.*idx$/,
      play: { kind: "meanwhile", change: () => putHrrr(held.server, [7], { sites: ["aws"] }) },
    });
    held.server.faults.unshift({ on: /^GET aws\/.*idx$/, play: { kind: "status", status: 404 } });
    expect(await runJob(tasks, shelf, { ...JOB, waitSeconds: 60 })).toMatchObject({ fetched: 1, pending: 0 });
    expect(clock.slept).toEqual([15]);
  });

  it.each([
    ["no file", (path: string) => held.server.remove("aws", path)],
    ["no inventory", (path: string) => held.server.remove("aws", `${path}.idx`)],
  ])("with %s at the first source takes both from the second", async (_, spoil) => {
    putHrrr(held.server, [8]);
    spoil(remotePath(8));
    const folder = freshFolder();
    const { way, shelf } = await setting(held.server, folder);
    await fetchHrrr({ way, shelf, clock: fakeClock(0) }, request([8]));
    expect(shelf.manifest.records.get(remotePath(8))).toMatchObject({ source: "google" });
    expect(held.server.requests.filter(({ range }) => range).every(({ path }) => path.startsWith("google/"))).toBe(
      true,
    );
    putHrrr(held.server, [8]);
  });

  it.each([
    ["200 where 206 was due", { kind: "ignore-range" }],
    ["403", { kind: "status", status: 403 }],
  ] as const)("goes to the second source after %s, without reading the body", async (_, play) => {
    putHrrr(held.server, [9]);
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, times: 99, play });
    const folder = freshFolder();
    const { way, shelf, clock } = await setting(held.server, folder);
    expect(await fetchHrrr({ way, shelf, clock }, request([9]))).toMatchObject({ fetched: 1 });
    expect(shelf.manifest.records.get(remotePath(9))).toMatchObject({ source: "google" });
    expect(held.server.requests.filter(({ path, range }) => range && path.startsWith("aws/"))).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it("fails the hour, not the job, when no source gives its bytes, and goes on with it next time", async () => {
    putHrrr(held.server, [10, 11]);
    held.server.faults.push({ on: /^GET \w+\/.*t10z.*grib2$/, times: 99, play: { kind: "status", status: 500 } });
    const folder = freshFolder();
    const { way, shelf, clock } = await setting(held.server, folder);
    const summary = await fetchHrrr({ way, shelf, clock }, request([10, 11]));
    expect(summary).toMatchObject({ fetched: 1, failed: 1 });
    expect(() => requireSuccess(summary, folder)).toThrow(
      /expected all 2 files, got 1 that could not be had, the first: .*status 500/,
    );
    // Five tries at each of the two.
    expect(clock.slept).toHaveLength(8);
    held.server.faults.length = 0;
    expect(await fetchHrrr(await setting(held.server, folder), request([10, 11]))).toMatchObject({
      fetched: 1,
      kept: 1,
    });
    expect(Object.keys(snapshot(folder)).filter((name) => name.includes(".partial"))).toEqual([]);
  });

  it("does not call an hour missing when a source could not say", async () => {
    held.server.faults.push({ on: /google/, times: 99, play: { kind: "status", status: 503 } });
    const folder = freshFolder();
    expect(await fetchHrrr(await setting(held.server, folder), request([50]))).toMatchObject({ missing: 0, failed: 1 });
  });

  it("plans anew when the file is replaced between its inventory and its bytes", async () => {
    putHrrr(held.server, [12]);
    const other = hrrrFile(at(12), 0, ["pres", "t2m", "d2m", "u10", "v10", "refc", "cape", "cin"]);
    const change = (): void => {
      for (const site of ["aws", "google"] as const) {
        held.server.put(site, remotePath(12), other.bytes);
        held.server.put(site, `${remotePath(12)}.idx`, other.inventory);
      }
    };
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, play: { kind: "meanwhile", change } });
    const folder = freshFolder();
    expect(await fetchHrrr(await setting(held.server, folder), request([12]))).toMatchObject({ fetched: 1 });
    const text = readFileSync(join(folder, `${remotePath(12)}.idx`), "utf8");
    expect(text.split("\n").map((line) => line.split(":")[3])).toEqual([
      "TMP",
      "DPT",
      "UGRD",
      "VGRD",
      "REFC",
      "CAPE",
      "CIN",
      undefined,
    ]);
  });

  it.each([
    ["of another hour", () => hrrrFile(at(14), 0).inventory, /init 2018-07-22T13:00:00Z, got 2018-07-22T14/],
    [
      "of another order",
      () => hrrrFile(at(13), 0, ["t2m", "refc", "d2m", "u10", "v10", "cape", "cin"]).inventory,
      /disagree/,
    ],
    [
      "that swaps two fields of one length",
      () => hrrrFile(at(13), 0).inventory.replace("TMP", "XXX").replace("DPT", "TMP").replace("XXX", "DPT"),
      /expected :DPT:2 m above ground:anl \(0\/0\/6 at level 103:2\), got :TMP:2 m above ground:anl \(0\/0\/0 at level 103:2\)/,
    ],
    ["of another lead", () => hrrrFile(at(13), 0).inventory.replaceAll(":anl", ":3 hour fcst"), undefined],
    [
      "longer than the file",
      () => `${hrrrFile(at(13), 0).inventory}16:99999999:d=2018072213:TMP:9 mb:anl:\n`,
      /below the GRIB file's/,
    ],
    [
      "that was cut off before a variable",
      () => hrrrFile(at(13), 0).inventory.split("\n").slice(0, 9).join("\n"),
      /a last message that ends with the file/,
    ],
    ["that is none", () => "not here", /expected "n:offset/],
    ["that is a server's page", () => "<html>", /expected an inventory, got an HTML page/],
  ])("believes no inventory %s: the file's own headers say what it holds", async (_, inventory, complaint) => {
    putHrrr(held.server, [13], { sites: ["aws"] });
    const [folder, undisturbed] = [freshFolder(), freshFolder()];
    const wanted = request([13], { sources: ["aws"] });
    await fetchHrrr(await setting(held.server, undisturbed), wanted);
    held.server.put("aws", `${remotePath(13)}.idx`, inventory());
    expect(await fetchHrrr(await setting(held.server, folder), wanted)).toMatchObject({ fetched: 1 });
    // An inventory that tells other leads but has the right messages does no harm: the messages themselves decide.
    if (complaint === undefined) return;
    expect(snapshot(folder)).toEqual(snapshot(undisturbed));
    // Where the headers are damaged too, it is the inventory's fault that is told.
    held.server.put("aws", remotePath(13), spoiled(hrrrFile(at(13), 0).bytes));
    const broken = freshFolder();
    const summary = await fetchHrrr(await setting(held.server, broken), wanted);
    expect(summary).toMatchObject({ failed: 1, fetched: 0 });
    expect(() => requireSuccess(summary, broken)).toThrow(complaint);
    expect(Object.keys(snapshot(broken)).filter((name) => /grib2(\.idx)?$/.test(name))).toEqual([]);
  });

  it("refuses a message of another lead than the file's name says", async () => {
    const { bytes, inventory } = hrrrFile(at(15), 2);
    held.server.put("aws", remotePath(15, 1), bytes);
    held.server.put("aws", `${remotePath(15, 1)}.idx`, inventory);
    const folder = freshFolder();
    const wanted = request([15], { leads: [1], sources: ["aws"] });
    const summary = await fetchHrrr(await setting(held.server, folder), wanted);
    expect(() => requireSuccess(summary, folder)).toThrow(/expected lead \+1 h, got \+2 h/);
  });

  it("notes variables that no file holds, and keeps the rest", async () => {
    const { bytes, inventory } = hrrrFile(at(16), 0, ["t2m", "d2m"]);
    held.server.put("aws", remotePath(16), bytes);
    held.server.put("aws", `${remotePath(16)}.idx`, inventory);
    const folder = freshFolder();
    const { way, shelf, clock } = await setting(held.server, folder);
    await fetchHrrr({ way, shelf, clock }, request([16], { sources: ["aws"], names: ["t2m", "refc"] }));
    expect(shelf.manifest.records.get(remotePath(16))).toMatchObject({ status: "held", absent: ["refc"] });
  });

  it("keeps the whole messages of an unfinished file, drops a torn one, and asks for the rest only", async () => {
    putHrrr(held.server, [17], { sites: ["aws"] });
    const [folder, undisturbed] = [freshFolder(), freshFolder()];
    const wanted = request([17], { sources: ["aws"] });
    await fetchHrrr(await setting(held.server, undisturbed), wanted);
    // The first range comes, the others do not.
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, play: { kind: "slow", bytes: 9999, milliseconds: 0 } });
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, times: 99, play: { kind: "status", status: 500 } });
    expect(await fetchHrrr(await setting(held.server, folder), wanted)).toMatchObject({ failed: 1 });
    const partial = join(folder, `${remotePath(17)}.partial`);
    expect(readFileSync(partial)).toEqual(Buffer.from(forgeField("refc", at(17), 0)));
    appendFileSync(partial, "GRIB and then the lights went out");
    held.server.faults.length = 0;
    held.server.requests.length = 0;
    expect(await fetchHrrr(await setting(held.server, folder), wanted)).toMatchObject({ fetched: 1 });
    expect(held.server.requests.map(({ range }) => range !== undefined)).toEqual([true, true]);
    expect(snapshot(folder)).toEqual(snapshot(undisturbed));
  });

  it("notes down a file that was named just before the kill, without asking for anything", async () => {
    putHrrr(held.server, [18], { sites: ["aws"] });
    const [folder, undisturbed] = [freshFolder(), freshFolder()];
    const wanted = request([18], { sources: ["aws"] });
    await fetchHrrr(await setting(held.server, undisturbed), wanted);
    held.server.faults.push({ on: /^GET aws\/.*grib2$/, times: 99, play: { kind: "status", status: 500 } });
    await fetchHrrr(await setting(held.server, folder), wanted);
    for (const end of ["", ".idx"]) cpSync(join(undisturbed, remotePath(18) + end), join(folder, remotePath(18) + end));
    rmSync(join(folder, `${remotePath(18)}.partial`));
    held.server.requests.length = 0;
    expect(await fetchHrrr(await setting(held.server, folder), wanted)).toMatchObject({ fetched: 1, fetchedBytes: 0 });
    expect(held.server.requests).toEqual([]);
    expect(snapshot(folder)).toEqual(snapshot(undisturbed));
  });

  it("keeps a manifest whose last line was cut off, but for that line", async () => {
    putHrrr(held.server, [0, 1]);
    const folder = freshFolder();
    await fetchHrrr(await setting(held.server, folder), request([0, 1]));
    const before = snapshot(folder);
    const path = join(folder, MANIFEST);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -40));
    const { shelf, ...rest } = await setting(held.server, folder);
    expect([...shelf.manifest.records.keys()]).toEqual([remotePath(0)]);
    // Cut back at once: a line appended behind the torn one would be lost with it.
    expect(readFileSync(path, "utf8")).toMatch(/\}\n$/);
    expect(await fetchHrrr({ shelf, ...rest }, request([0, 1]))).toMatchObject({ kept: 1, fetched: 1 });
    expect(snapshot(folder)).toEqual(before);
  });
});

describe("which files there are", () => {
  const init = (text: string): InitTime => parseTime(text, "test") as InitTime;
  it.each([
    ["2014-07-29T00Z", undefined],
    ["2015-06-01T00Z", 15],
    ["2017-06-01T06Z", 18],
    ["2018-07-13T12Z", 36],
    ["2018-07-13T13Z", 18],
    ["2020-12-02T06Z", 36],
    ["2020-12-02T12Z", 48],
    ["2024-05-06T17Z", 18],
  ])("HRRR of %s goes to %s h", (text, lead) => {
    expect(longestLead(init(text))).toBe(lead);
  });

  it("passes over leads that a cycle does not have, and refuses when none remains", async () => {
    const { way } = await setting(held.server, freshFolder());
    expect(hrrrTargets(request([0, 1], { leads: [18, 24] }), way).map(({ path }) => path.slice(20))).toEqual([
      "hrrr.t00z.wrfsfcf18.grib2",
      "hrrr.t00z.wrfsfcf24.grib2",
      "hrrr.t01z.wrfsfcf18.grib2",
    ]);
    expect(() => hrrrTargets(request([1], { leads: [30] }), way)).toThrow(
      /--leads: expected leads that HRRR makes .* up to 18 h, got 30/,
    );
    expect(() => hrrrTargets(request([0.5]), way)).toThrow(/whole hours/);
    expect(() => parseHrrrSources("aws,moon", "--sources")).toThrow(/distinct names out of aws,google,azure,nomads/);
  });

  it("asks NOMADS only for what it still keeps", async () => {
    const young = await setting(held.server, freshFolder(), { time: at(20) });
    const old = await setting(held.server, freshFolder(), { time: at(60) });
    const sourcesOf = ({ way }: Setting): string[] =>
      hrrrTargets(request([0], { sources: ["nomads", "aws"] }), way)[0].places.map(({ source }) => source);
    expect(sourcesOf(young)).toEqual(["nomads", "aws"]);
    expect(sourcesOf(old)).toEqual(["aws"]);
  });

  it("finds the newest cycle whose last lead is there", async () => {
    putHrrr(held.server, [19], { leads: [0, 1, 2] });
    putHrrr(held.server, [20], { leads: [0, 1] });
    const { way } = await setting(held.server, freshFolder(), { time: at(21.2) });
    const { initTimes: _, ...wanted } = request([]);
    expect(await latestHrrr({ ...wanted, leads: [0, 1, 2] }, way)).toBe(at(19));
    expect(await latestHrrr({ ...wanted, leads: [0, 1] }, way)).toBe(at(20));
    await expect(latestHrrr({ ...wanted, leads: [40] }, way)).rejects.toThrow(
      /--latest: expected a cycle of the last 12 hours/,
    );
  });
});

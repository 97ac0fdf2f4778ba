import { readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatTime, parseTime } from "../../src/core/index.ts";
import {
  MANIFEST,
  parseReports,
  REPORT_KINDS,
  reportsFileName,
  reportsTasks,
  runJob,
} from "../../src/sources/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { describeWithData } from "../shared-data.ts";
import { noaa, setting } from "./world.ts";

const DAY = parseTime("2018-06-15", "test");
const TORN = "Time,F_Scale,Location,County,State,Lat,Lon,Comments";
const WIND = "Time,Speed,Location,County,State,Lat,Lon,Comments";
const HAIL = "Time,Size,Location,County,State,Lat,Lon,Comments";
const parsed = (...lines: string[]): ReturnType<typeof parseReports> =>
  parseReports(lines.join("\n"), DAY, "180615_rpts.csv");
const read = (...lines: string[]): ReturnType<typeof parseReports>["reports"] => parsed(...lines).reports;

describe("storm reports", () => {
  it("of the combined file are told apart by its three headers, in SI units", () => {
    const reports = read(
      TORN,
      "2225,UNK,5 W WYNNE,CROSS,AR,35.23,-90.88,A WEAK LANDSPOUT. (MEG)",
      "2230,EF1,X,Y,AR,35,-90,",
      WIND,
      "1215,78,13 SSE LITTLE MARAIS,LSZ162,MN,47.25,-90.96,REPORTED, BY THE JAMES R., BARKER. (DLH)",
      "",
      HAIL,
      "0000,100,17 NE RENO JUNCTION,CAMPBELL,WY,43.97,-105.28,(UNR)",
    );
    expect(reports.map(({ kind, magnitude }) => [kind, magnitude])).toEqual([
      ["torn", Number.NaN],
      ["torn", 1],
      ["wind", expect.closeTo(34.869, 3)],
      ["hail", expect.closeTo(0.0254, 12)],
    ]);
    expect(reports[2].comments).toBe("REPORTED, BY THE JAMES R., BARKER. (DLH)");
    expect(reports[0]).toMatchObject({
      location: "5 W WYNNE",
      county: "CROSS",
      state: "AR",
      latitudeDegrees: 35.23,
      longitudeDegrees: -90.88,
    });
  });

  it("before 1200 belong to the next date: the day runs from 12 UTC to 12 UTC", () => {
    const row = (time: string): string => `${time},100,A,B,WY,43.97,-105.28,(UNR)`;
    expect(read(HAIL, row("1200"), row("2359"), row("0000"), row("1159")).map(({ time }) => formatTime(time))).toEqual([
      "2018-06-15T12:00:00Z",
      "2018-06-15T23:59:00Z",
      "2018-06-16T00:00:00Z",
      "2018-06-16T11:59:00Z",
    ]);
  });

  it.each([
    ["no header", ["1200,100,A,B,WY,43,-105,c"], /line 1: expected a header/],
    ["another header", ["Time,Depth,Location,County,State,Lat,Lon,Comments"], /line 1: expected Time,/],
    [
      "more bad lines than good ones",
      [HAIL, "1200,100,A,B,WY,43", "1201,100,A,B,WY,43,-105,c", "1202,100,A,B,WY,x,-105,c"],
      /expected storm reports, got 2 of 3 lines that are none, such as 180615_rpts\.csv line 2: expected 8 columns, got 6/,
    ],
    ["a page instead", ["<html>"], /line 1: expected a header/],
    ["nothing", [""], /expected storm reports, got no header/],
  ])("are refused with %s", (_, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });

  it.each([
    ["too few columns", "1200,100,A,B,WY,43", "expected 8 columns, got 6"],
    ["a time that is none", "2460,100,A,B,WY,43,-105,c", 'expected a time HHMM, got "2460"'],
    ["no time", ",100,A,B,WY,43,-105,c", 'expected a time HHMM, got ""'],
    ["a place that is none", "1200,100,A,B,WY,143,-105,c", "expected a latitude and longitude, got 143,-105"],
    ["a place that is empty", "1200,100,A,B,WY,,,c", "expected a latitude and longitude, got ,"],
    ["a place in other digits", "1200,100,A,B,WY,0x2b,-1e2,c", "expected a latitude and longitude, got 0x2b,-1e2"],
  ])("lose a line with %s, and say so", (_, line, why) => {
    const { reports, leftOut, notes } = parsed(HAIL, line, "1230,100,A,B,WY,43,-105,c");
    expect([reports.length, leftOut]).toEqual([1, 1]);
    expect(notes).toEqual([`180615_rpts.csv line 2: ${why}; the line is left out`]);
    // One odd line never ends a run, not even as the only one.
    expect(parsed(HAIL, line)).toMatchObject({ reports: [], leftOut: 1 });
  });

  it.each([
    [TORN, "EFU", Number.NaN],
    [TORN, "U", Number.NaN],
    [TORN, "ef3", 3],
    [WIND, "G61", 61 * 0.44704],
    [WIND, "M61", 61 * 0.44704],
    [WIND, "E61", 61 * 0.44704],
    [WIND, "MG61", 61 * 0.44704],
    [HAIL, "", Number.NaN],
  ])("read %s %s without a note", (header, size, magnitude) => {
    const { reports, notes } = parsed(header, `1200,${size},A,B,WY,43,-105,c`);
    expect(reports[0].magnitude).toEqual(Number.isNaN(magnitude) ? Number.NaN : expect.closeTo(magnitude, 10));
    expect(notes).toEqual([]);
  });

  it.each([
    [TORN, "EF6"],
    [WIND, "Infinity"],
    [WIND, "-61"],
    [WIND, "999"],
    [HAIL, "big"],
    [HAIL, "-100"],
    [HAIL, "0x64"],
    [HAIL, "1e2"],
    [HAIL, "NaN"],
  ])("count with time and place where %s %s is no magnitude, and say so", (header, size) => {
    const { reports, leftOut, notes } = parsed(
      header,
      `1230,${size},A,B,WY,43,-105,c`,
      `1231,${size},A,B,WY,43,-105,c`,
    );
    expect(reports[0]).toMatchObject({ magnitude: Number.NaN, latitudeDegrees: 43, longitudeDegrees: -105 });
    expect(reports[0].time).toBe(DAY + 12.5 * 3600);
    expect(leftOut).toBe(0);
    expect(notes).toEqual([
      `180615_rpts.csv line 2: expected a magnitude or UNK, got ${JSON.stringify(size)}; its magnitude is not known (and 1 more in this file)`,
    ]);
  });

  it("may have commas in their places, and a mark of its encoding before the first", () => {
    const [first, second] = read(
      `\uFEFF${TORN}`,
      "1200,UNK,5 W, OF WYNNE,CROSS,AR,35.23,-90.88,A, B (MEG)",
      "1201,1,X,Y,AR,35,-90,",
    );
    expect(first).toMatchObject({
      location: "5 W, OF WYNNE",
      county: "CROSS",
      state: "AR",
      latitudeDegrees: 35.23,
      longitudeDegrees: -90.88,
      comments: "A, B (MEG)",
    });
    expect(second).toMatchObject({ location: "X", magnitude: 1 });
  });

  it("have the names SPC gives them", () => {
    expect(reportsFileName(DAY, "hail", true)).toBe("180615_rpts_filtered_hail.csv");
    expect(reportsFileName(DAY, undefined, false)).toBe("180615_rpts.csv");
  });
});

const held = noaa();
const scratch = scratchFolder("reports");

describe("fetching reports", () => {
  it("keeps what can be read, records days that have none, and fetches again only when told", async () => {
    const { server } = held;
    server.put("spc", "180615_rpts_torn.csv", `${TORN}\n2225,UNK,5 W WYNNE,CROSS,AR,35.23,-90.88,A\n`);
    server.put("spc", "180616_rpts_torn.csv", "<html>gone</html>");
    const days = [0, 1, 2].map((day) => DAY + day * 86_400);
    const { way, shelf } = await setting(server, scratch, { time: DAY + 10 * 86_400 });
    const tasks = reportsTasks({ days, kinds: ["torn"], filtered: false, refresh: false }, way, shelf);
    const job = { parallel: 2, label: "fetch reports" };
    expect(await runJob(tasks, shelf, job)).toMatchObject({ fetched: 1, failed: 1, missing: 1 });
    expect(readFileSync(join(scratch, "reports/180615_rpts_torn.csv"), "utf8")).toContain("WYNNE");
    expect(readFileSync(join(scratch, MANIFEST), "utf8").split("\n")).toHaveLength(3);
    server.requests.length = 0;
    await runJob(tasks.slice(0, 1), shelf, job);
    expect(server.requests).toEqual([]);
    const again = reportsTasks({ days: days.slice(0, 1), kinds: ["torn"], filtered: false, refresh: true }, way, shelf);
    expect(await runJob(again, shelf, job)).toMatchObject({ fetched: 1 });
  });

  it("takes a rewritten day anew until two weeks after it, and keeps what it has while SPC is away", async () => {
    const { server } = held;
    const folder = join(scratch, "rewritten");
    const file = join(folder, "reports/180615_rpts_torn.csv");
    const [first, second] = ["WYNNE", "PARKIN"].map((town) => `${TORN}\n2225,UNK,${town},CROSS,AR,35.23,-90.88,A\n`);
    server.put("spc", "180615_rpts_torn.csv", first);
    const at = async (daysAfter: number): Promise<Awaited<ReturnType<typeof runJob>>> => {
      const time = DAY + (1.5 + daysAfter) * 86_400;
      const { way, shelf } = await setting(server, folder, { time, retries: { tries: 1 } });
      const tasks = reportsTasks({ days: [DAY], kinds: ["torn"], filtered: false, refresh: false }, way, shelf);
      const summary = await runJob(tasks, shelf, { parallel: 1, label: "fetch reports" });
      if (summary.fetched > 0) utimesSync(file, time, time);
      return summary;
    };
    expect(await at(1)).toMatchObject({ fetched: 1 });
    expect(await at(2)).toMatchObject({ kept: 1, fetched: 0 });
    server.put("spc", "180615_rpts_torn.csv", second, "Sun, 24 Jun 2018 03:00:00 GMT");
    server.faults.push({ on: /spc/, play: { kind: "status", status: 503 } });
    expect(await at(8)).toMatchObject({ kept: 1 });
    expect(await at(8)).toMatchObject({ fetched: 1 });
    expect(readFileSync(file, "utf8")).toBe(second);
    // Looked at after two weeks, it is settled.
    expect(await at(15)).toMatchObject({ kept: 1 });
    server.requests.length = 0;
    expect(await at(16)).toMatchObject({ kept: 1 });
    expect(server.requests).toEqual([]);
  });
});

describeWithData("real storm reports of 15 June 2018", (folder) => {
  it.each([
    // Counted by `tail -n +2 FILE | wc -l`; magnitudes read off the first rows.
    ["torn", 1, Number.NaN],
    ["wind", 25, 78 * 0.44704],
    ["hail", 20, 0.0254],
  ] as const)("%s: %i of them", (kind, count, first) => {
    const name = reportsFileName(DAY, kind, true);
    const text = readFileSync(join(folder, "reports", "siphon_spc", name), "utf8");
    const { reports, notes } = parseReports(text, DAY, name);
    expect(notes).toEqual([]);
    expect(reports).toHaveLength(count);
    expect(reports[0].magnitude).toEqual(Number.isNaN(first) ? Number.NaN : expect.closeTo(first, 10));
    expect(reports.every((report) => report.kind === kind && REPORT_KINDS.includes(report.kind))).toBe(true);
    // Within the day, and each office signs its comment.
    expect(reports.every(({ time }) => time >= DAY + 43_200 && time < DAY + 129_600)).toBe(true);
    expect(reports.every(({ comments }) => /\([A-Z]{3}\)$/.test(comments))).toBe(true);
    expect(reports.map(({ time }) => time)).toEqual(reports.map(({ time }) => time).sort((a, b) => a - b));
  });
});

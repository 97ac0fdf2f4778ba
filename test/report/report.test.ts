/** A report of a dozen days of two made-up systems, one of which is right about its own uncertainty. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Field,
  HRRR_GRID,
  type InitTime,
  normals,
  utcSeconds,
  type VariableName,
  validTime,
} from "../../src/core/index.ts";
import {
  type EnsembleSystem,
  evaluate,
  type Numbers,
  PROTOCOLS,
  persistenceOf,
  scoreboard,
  type Truth,
} from "../../src/evaluation/index.ts";
import { csvOf, type Report, reportOf, type Verdict, verdictsOf, writeReport } from "../../src/report/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const grid = { ...HRRR_GRID, nx: 24, ny: 20 };
const channels: VariableName[] = ["refc", "t2m"];
const day = (offset: number): InitTime => (utcSeconds(2024, 5, 1, 15) + offset * 86_400) as InitTime;

/** Weather of a time, and what a member makes of it: a signal both share, and noise of their own. */
function weather(time: number, channel: VariableName, member: number, noise: number): Field {
  const cells = grid.nx * grid.ny;
  const signal = normals({ seed: 7, purpose: `signal ${channel}`, index: time / 60 }, cells);
  const own = normals({ seed: 7, purpose: `own ${channel}`, member, index: time / 60 }, cells);
  return signal.map((value, cell) => {
    const mixed = value + noise * own[cell];
    return channel === "refc" ? Math.max(-10, 10 + 12 * mixed) : 290 + 5 * mixed;
  });
}

function system(name: string, memberCount: number, noise: number): EnsembleSystem {
  const forecasts = Array.from({ length: 12 }, (_, offset) => ({
    path: `${name}-${offset}.zarr`,
    forecast: {
      channels,
      grid,
      initTime: day(offset),
      leadHours: [1, 6],
      memberCount,
      synthetic: false,
      method: `${name}'s method`,
      readInitial: async (channel: VariableName) => weather(day(offset), channel, 0, 0.5),
      readMember: async (member: number, leadHours: number, channel: VariableName) =>
        weather(validTime(day(offset), leadHours), channel, member + 1, noise),
    },
  }));
  return { kind: "ensemble", name, forecasts };
}

const truth: Truth = {
  path: "truth.zarr",
  source: "made up",
  synthetic: false,
  channels,
  grid,
  digest: async () => "made up",
  refusal: (time) => (time === validTime(day(3), 6) ? "missing or damaged in the archive" : undefined),
  readField: async (time, channel) => weather(time, channel, 0, 0.5),
};

const folder = scratchFolder("report");
let report: Report;
beforeAll(async () => {
  const fair = system("fair", 6, 0.5);
  const systems = [fair, system("too <sure>", 4, 0.1), persistenceOf(fair)];
  const evaluation = await evaluate({ systems, truth, variables: channels, protocol: PROTOCOLS.native });
  report = reportOf(evaluation, truth, { trainingHours: 0, scoreboard: scoreboard(evaluation) });
  await writeReport(report, join(folder, "report"));
});

const texts = (judgment: Verdict["judgment"]): string =>
  report.verdicts
    .filter((verdict) => verdict.judgment === judgment)
    .map(({ topic, text }) => `${topic}: ${text}`)
    .join("\n");

describe("reportOf", () => {
  it("says what it rests on", () => {
    expect(report).toMatchObject({ cases: 23, independentCases: 12, leadHours: [1, 6], synthetic: false });
    expect(report.days).toHaveLength(12);
    expect(report.skipped).toHaveLength(1);
    expect(texts("unclear")).toContain("23 cases on 12 days, 12 init times a day or more apart: a hint, no more");
  });

  it("finds a forecast that knows its uncertainty good, and its rival too sure", () => {
    expect(texts("good")).toContain("spread: 2 m temperature: spread");
    // Its mean lies nearer the signal, so its RMSE is lower; its CRPS, which sees the spread, is not.
    expect(texts("unclear")).toMatch(/comparison: Against too <sure>: better on \d\d, worse on 2,/);
    for (const { metric, verdict, other } of report.scoreboard.filter(({ leadHours }) => leadHours === "all")) {
      if (other === "too <sure>" && metric.startsWith("CRPS")) expect(verdict, metric).toBe("better");
      if (other === "too <sure>" && metric.startsWith("RMSE")) expect(verdict, metric).toBe("worse");
    }
    const rival = report.pooled.values.find((row) => row.system === "too <sure>" && row.variable === "t2m");
    expect(rival?.spreadSkillRatio).toBeLessThan(0.5);
    expect(rival?.flatness.curvature).toBeGreaterThan(3);
  });

  it("finds no drift in weather that has none, of any system", () => {
    expect(report.drift).toHaveLength(2 * 2 * 3);
    for (const { varianceRatio, meanShift } of report.drift.filter(({ system: name }) => name === "fair")) {
      expect(Math.abs(meanShift)).toBeLessThan(0.05);
      expect(Math.abs(varianceRatio - 1)).toBeLessThan(0.1);
    }
    expect(texts("good")).toContain("drift: 2 m temperature: from +1 h to +6 h the mean moves by");
  });

  it("gives consistency bars about the diagonal, wider than those of independent cells", () => {
    const row = report.pooled.events.find(({ system: name, event }) => name === "fair" && event === "refc>=20");
    const points = row?.points ?? [];
    expect(points).toHaveLength(7);
    for (const { meanProbability: p, low, high, count } of points) {
      expect(low).toBeLessThanOrEqual(p);
      expect(high).toBeGreaterThanOrEqual(p);
      // 2 · 1.645 √(p (1 − p) / n), and a little for the luck of a thousand draws.
      if (p > 0 && p < 1) expect(high - low).toBeGreaterThan(0.9 * 3.29 * Math.sqrt((p * (1 - p)) / count));
    }
  });
});

describe("verdictsOf", () => {
  const rows = (changes: Partial<Numbers["values"][number]>): Numbers => ({
    ...report.pooled,
    values: report.pooled.values.map((row) => ({ ...row, ...changes })),
  });

  it.each<[string, Partial<Numbers["values"][number]>, Verdict["judgment"], string]>([
    ["a narrow ensemble", { spreadSkillRatio: 0.79 }, "bad", "spread 0.79 of the error, too sure of itself"],
    ["a wide one", { spreadSkillRatio: 1.11 }, "bad", "spread 1.11 of the error, less sure than it could be"],
    ["one between", { spreadSkillRatio: 0.8 }, "good", "spread 0.80 of the error, about right"],
    ["no spread at all to compare", { spreadSkillRatio: Number.NaN }, "unclear", "no error and no spread to compare"],
    ["a bias of a fifth of the error", { bias: -1, rmse: 5 }, "good", "−1.0 dBZ, 20 % of the RMSE"],
    ["a larger one", { bias: 1, rmse: 4 }, "bad", "+1.0 dBZ, 25 % of the RMSE"],
    [
      "an error as large as persistence's",
      { crpsSkillAgainstPersistence: 0 },
      "unclear",
      "CRPS as large as persistence's",
    ],
    ["one alike but for rounding", { crpsSkillAgainstPersistence: -1e-6 }, "unclear", "CRPS as large as persistence's"],
    ["an error above persistence's", { crpsSkillAgainstPersistence: -0.1 }, "bad", "CRPS 10 % above persistence's"],
  ])("calls %s what the rules say", (_, changes, judgment, words) => {
    const found = verdictsOf({ ...report, pooled: rows(changes) }).find(({ text }) => text.includes(words));
    expect(found?.judgment).toBe(judgment);
  });

  it.each([
    [9, "bad", "show nothing about others"],
    [10, "unclear", "a hint, no more"],
    [30, "good", "enough to say something about other days"],
  ] as const)("takes %d days for %s", (count, judgment, words) => {
    const days = Array.from({ length: count }, (_, at) => `day ${at}`);
    const [sample] = verdictsOf({ ...report, days });
    expect(sample.judgment).toBe(judgment);
    expect(sample.text).toContain(words);
  });

  it("warns of synthetic data and of hours the model was trained on", () => {
    const warned = verdictsOf({ ...report, synthetic: true, trainingHours: 2 });
    expect(warned.slice(1, 3).map(({ judgment, text }) => `${judgment}: ${text}`)).toEqual([
      "bad: The data are synthetic: this says nothing about real weather.",
      "bad: 2 cases lie in the training split, which the model knows: this is no measure of skill.",
    ]);
  });

  it("does not claim that cases are new to a model of which nobody knows what it was trained on", () => {
    const [, said] = verdictsOf({ ...report, trainingHours: null });
    expect(said.judgment).toBe("unclear");
    expect(said.text).toMatch("it may know some of these");
    expect(verdictsOf(report).some(({ text }) => text.includes("may know"))).toBe(false);
  });

  it("says nothing of an event on too few days", () => {
    const events = report.pooled.events.map((row) => ({ ...row, eventDays: 4 }));
    const verdicts = verdictsOf({ ...report, pooled: { ...report.pooled, events } });
    expect(verdicts.some(({ topic }) => topic === "discrimination")).toBe(false);
    expect(verdicts.find(({ topic }) => topic === "probability")?.text).toContain(
      "happened on 4 days, too little to judge by",
    );
  });
});

describe("csvOf", () => {
  it("holds every number of the rows, one a line, names with commas quoted", () => {
    const lines = csvOf(report).trim().split("\n");
    const [row] = report.values;
    expect(lines).toContain(`values,refc,fair,1,12,${row.cells},crps,${row.crps},,`);
    expect(lines).toContain(`values,refc,fair,1,12,${row.cells},rankCounts[0],${row.rankCounts[0]},,`);
    const event = report.pooled.events.find(({ event: name }) => name === "refc>=20@40km");
    expect(lines).toContain(
      `events,refc>=20@40km,fair,all,23,${event?.cells},member.frequencyBias,${event?.member.frequencyBias},,`,
    );
    const board = report.scoreboard.find(({ metric, leadHours }) => metric === "CRPS t2m" && leadHours === "all");
    expect(lines).toContain(
      `scoreboard,CRPS t2m,fair - too <sure>,all,12,,difference,${board?.difference},${board?.interval.low},${board?.interval.high}`,
    );
    for (const line of lines) expect(line.match(/,/g), line).toHaveLength(9);
  });
});

describe("writeReport", () => {
  const page = (): string => readFileSync(join(folder, "report", "report.html"), "utf8");

  it("writes the page, every number and every picture, and leaves nothing half-written", () => {
    const files = readdirSync(join(folder, "report"), { recursive: true, encoding: "utf8" });
    for (const name of ["report.html", "scores.csv", "scores.json", "plots/values_refc.png", "plots/fss_refc.png"]) {
      expect(files).toContain(name);
    }
    expect(files.filter((name) => name.includes("partial"))).toEqual([]);
    const parsed = JSON.parse(readFileSync(join(folder, "report", "scores.json"), "utf8")) as Report;
    expect(parsed.values[0].crps).toBe(report.values[0].crps);
  });

  it("makes a page that needs nothing else: every picture inside with words for it, no script, no address", () => {
    const html = page();
    const pictures = html.match(/<img [^>]*>/g) ?? [];
    expect(pictures).toHaveLength(readdirSync(join(folder, "report", "plots")).length);
    for (const picture of pictures)
      expect(picture).toMatch(/src="data:image\/png;base64,[^"]{1000,}" width="920" alt="[^"]{40,}"/);
    expect(html).not.toMatch(/<script|https?:|<link|@import/);
    expect(html).toContain("too &lt;sure&gt;");
    for (const { text } of report.verdicts) {
      expect(html).toContain(text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("'", "&#39;"));
    }
  });

  it("begins with pictures and a table of contents that leads to every part", () => {
    const html = page();
    const [before] = html.split("<h2");
    expect(before).toMatch(/<nav aria-label="Contents">.*<\/nav>\n<figure id="scoreboard_too__sure_">/s);
    expect(before.match(/<figure id="[^"]+/g)).toHaveLength(3);
    const linked = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    const parts = [...html.matchAll(/<h2 id="([^"]+)"/g)].map(([, id]) => id);
    expect(linked.slice(0, parts.length)).toEqual(parts);
    for (const id of linked) expect(html, id).toContain(` id="${id}"`);
  });

  it("folds what cannot be told, and says how much it is", () => {
    const html = page();
    const unclear = report.verdicts.filter(({ judgment, topic }) => judgment === "unclear" && topic !== "sample");
    expect(unclear.length).toBeGreaterThan(0);
    expect(html).toContain(`<details><summary>? What cannot be told (${unclear.length})</summary>`);
    const untold = report.scoreboard.filter(
      ({ leadHours, verdict, metric }) =>
        leadHours === "all" &&
        verdict !== "better" &&
        verdict !== "worse" &&
        (!metric.startsWith("1-FSS") || metric.endsWith(" square 27km")),
    );
    expect(html).toContain(`<summary>${untold.length} more rows of which it cannot be told who is better</summary>`);
    // Nothing that is told is behind a fold.
    for (const [folded] of html.matchAll(/<details>.*?<\/details>/gs))
      expect(folded).not.toMatch(/<td>(better|worse)</);
    expect(html).toContain("<details><summary>1 case</summary>");
  });

  it("draws the same bytes again", async () => {
    await writeReport(report, join(folder, "again"));
    for (const name of readdirSync(join(folder, "report", "plots"))) {
      const [one, other] = ["report", "again"].map((place) => readFileSync(join(folder, place, "plots", name)));
      expect(one.equals(other), name).toBe(true);
      expect(one.subarray(1, 4).toString()).toBe("PNG");
    }
    expect(existsSync(join(folder, "again", "report.html"))).toBe(true);
  });
});

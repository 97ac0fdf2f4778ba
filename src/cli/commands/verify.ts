/**
 * `updraft verify`: forecasts against what happened, beside persistence and any baselines, as a table, JSON, or a report with pictures.
 *
 * Hours that a forecast's model was trained on are not scored unless asked for: it knows them, so the numbers would flatter it.
 * @module
 */
import { existsSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { isArchive, openArchive, type Splits } from "../../archive/index.ts";
import { ConfigError, gridNote, parseVariables, RequestError, validTime } from "../../core/index.ts";
import {
  archiveTruth,
  calibrationEffect,
  commonVariables,
  evaluate,
  heldOut,
  holdsMosaics,
  isTrainedOn,
  type Judgement,
  openCaseRecords,
  parseProtocol,
  persistenceOf,
  probabilityFiles,
  radarTruth,
  readReports,
  reportedNearby,
  requireCellKm,
  type StormReports,
  type System,
  scoreboard,
  validTimesOf,
} from "../../evaluation/index.ts";
import { alone, writeAside } from "../../files/index.ts";
import { isForecast, openForecast, type StoredForecast } from "../../forecast/index.ts";
import { type Report, reportOf, type WrittenReport, writeReport } from "../../report/index.ts";
import { wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";
import { boardTable, calibrationTable, scoreTable } from "../score-report.ts";

interface VerifyOptions {
  readonly against: string;
  readonly name: string;
  readonly baseline?: readonly string[];
  readonly href?: string;
  readonly refs?: string;
  readonly reports?: string;
  readonly protocol: string;
  readonly variables?: string;
  readonly scoreboard?: boolean;
  readonly draws: number;
  readonly blockDays: number;
  readonly report?: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly allowTrainingHours?: boolean;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .description("score ensemble forecasts against what happened, beside persistence and any baselines")
    .argument("<forecasts...>", "forecast stores of one make, one an init time, or folders of them")
    .requiredOption("--against <path>", "what happened: an archive, or a folder of MRMS mosaics (updraft fetch mrms)")
    .option("--name <name>", "what to call the forecasts", "forecast")
    .option("--baseline <name=paths...>", "other forecast stores to score beside them: lagged=a.zarr,b.zarr")
    .option("--href <folder>", "HREF probability files (updraft fetch href); judged on their own events only")
    .option("--refs <folder>", "REFS probability files (updraft fetch refs); judged on their own events only")
    .option("--reports <folder>", "storm reports (updraft fetch reports), against the probability of storms nearby")
    .option("--protocol <name>", "native, or evs: NOAA's thresholds, windows and neighborhoods", "native")
    .option("--variables <names>", "variables to score, comma-separated (default: all that every side has)")
    .option("--scoreboard", "paired differences with confidence intervals, days resampled")
    .option("--draws <count>", "resamples of days for intervals", wholeNumber("--draws", 1000), 1000)
    .option("--block-days <count>", "days that stay together in a resample", wholeNumber("--block-days", 1), 1)
    .option("--report <folder>", "write report.html, pictures, CSV and JSON there; goes on where it was interrupted")
    .option("--json", "print JSON instead of a table (keys: docs/design/0031-verification-and-its-report.md)")
    .option("--out <file>", "also write the JSON to a file")
    .option("--allow-training-hours", "score hours of training splits too; the result says so")
    .addHelpText(
      "after",
      "\nAll systems are scored on the same cases and cells: where one lacks a time, it counts for none, and is listed." +
        "\nHours that the truth lacks, and hours that a model was trained on, are skipped and listed." +
        "\n\nExamples:\n  updraft verify forecast.zarr --against archive.zarr --out scores.json" +
        "\n  updraft verify forecasts/ --against archive.zarr --baseline lagged=lagged/ --scoreboard --report report" +
        "\n  updraft verify forecasts/ --against data/mrms --protocol evs --refs data/refs --reports data/reports --report report",
    )
    .action(async (paths: string[], options: VerifyOptions) => {
      if (options.out !== undefined) requireFolderOf(options.out);
      const progress = progressReporter();
      const { judgement, splits, request, carried } = await prepare(paths, options);
      const judge = async (folder?: string): Promise<{ report: Report; written: WrittenReport | undefined }> => {
        const records =
          folder === undefined ? undefined : await openCaseRecords(join(folder, "cases.jsonl"), await request());
        const evaluation = await evaluate(judgement, { report: progress, ...(records && { records }) });
        await records?.close();
        const calibration = calibrationEffect(evaluation, carried, options);
        const report = reportOf(evaluation, judgement.truth, {
          ...(calibration && { calibration }),
          trainingHours: splits && validTimesOf(evaluation.cases).filter((time) => isTrainedOn(splits, time)).length,
          ...(options.scoreboard === true && { scoreboard: scoreboard(evaluation, options) }),
        });
        return { report, written: folder === undefined ? undefined : await writeReport(report, folder, progress) };
      };
      const { report: folder } = options;
      const { report, written } =
        folder === undefined ? await judge() : await alone(folder, () => judge(folder), { inside: true });
      const json = `${JSON.stringify(report, undefined, 2)}\n`;
      if (options.out !== undefined) await writeAside(options.out, json);
      process.stdout.write(
        options.json === true ? json : `${tables(report, options)}${written ? `\n${written.page}\n` : ""}`,
      );
    });
}

function tables(report: Report, { scoreboard: wanted }: VerifyOptions): string {
  const parts = [scoreTable(report), ...calibrationTable(report), ...(wanted === true ? [boardTable(report)] : [])];
  return parts.join("\n");
}

interface Prepared {
  readonly judgement: Judgement;
  /** Those whose training hours count; `undefined` where nobody knows on what some forecast's model was trained. */
  readonly splits: readonly Splits[] | undefined;
  /** What decides the result, for resuming: content, not paths. */
  readonly request: () => Promise<Readonly<Record<string, unknown>>>;
  /** What each forecast says its probabilities should be. */
  readonly carried: readonly StoredForecast["calibration"][];
}

async function prepare(paths: readonly string[], options: VerifyOptions): Promise<Prepared> {
  const protocol = parseProtocol(options.protocol, "--protocol");
  const first = await ensembleSystem(options.name, paths);
  const { grid } = first.forecasts[0].forecast;
  const baselines = await Promise.all(
    (options.baseline ?? []).map(parseBaseline).map(([name, given]) => ensembleSystem(name, given)),
  );
  const { truth, splits } = await truthAt(options, [first, ...baselines]);
  const systems: System[] = [first, ...baselines];
  if (!baselines.some(({ name }) => name === "persistence")) systems.push(persistenceOf(first));
  if (options.href !== undefined) systems.push(await probabilityFiles("HREF", options.href, grid));
  if (options.refs !== undefined) systems.push(await probabilityFiles("REFS", options.refs, grid));
  const common = commonVariables(systems, truth);
  for (const note of gridNotes([first, ...baselines], truth)) process.stderr.write(`note: ${note}\n`);
  const variables = options.variables === undefined ? common : parseVariables(options.variables, "--variables");
  const absent = variables.filter((variable) => !common.includes(variable));
  if (absent.length > 0) {
    throw new RequestError({
      place: "--variables",
      expected: `names out of ${common.join(",")}`,
      got: absent.join(","),
    });
  }
  if (variables.includes("refc")) requireCellKm(grid, paths[0]);
  const reports = options.reports === undefined ? undefined : await readReports(options.reports);
  for (const note of reports?.notes ?? []) process.stderr.write(`note: ${note}\n`);
  return {
    judgement: {
      systems,
      truth,
      variables,
      protocol,
      ...(reports && { reported: reportedNearby(reports, grid, protocol.reports.radiusKm) }),
    },
    splits,
    carried: first.forecasts.map(({ forecast }) => forecast.calibration),
    request: async () => ({
      forecasts: await digestsOf([first, ...baselines]),
      probabilities: await probabilityDigests(systems),
      truth: await truth.digest(
        first.forecasts.flatMap(({ forecast: { initTime, leadHours } }) =>
          leadHours.map((lead) => validTime(initTime, lead)),
        ),
      ),
      reports: reports === undefined ? null : toldBy(reports),
      variables,
      protocol,
    }),
  };
}

/** What the reports are and of which days, in lists: a Map is nothing in JSON. What was odd in the files names their folder, and is no part. */
function toldBy({ reports, kinds }: StormReports): unknown {
  const days = [...kinds].sort(([a], [b]) => a - b);
  return { reports, days: days.map(([day, held]) => [day, [...held].sort(([a], [b]) => a.localeCompare(b))]) };
}

/** Of each ensemble system its forecasts, by what they hold. */
async function digestsOf(systems: readonly StoredSystem[]): Promise<unknown[]> {
  const digests: unknown[] = [];
  for (const { name, forecasts } of systems) {
    const own: string[] = [];
    for (const { forecast } of forecasts) own.push(await forecast.digest());
    digests.push([name, own]);
  }
  return digests;
}

async function probabilityDigests(systems: readonly System[]): Promise<unknown[]> {
  const digests: unknown[] = [];
  for (const system of systems) if (system.kind === "probability") digests.push([system.name, await system.digest()]);
  return digests;
}

/** Where a forecast's grid is not quite the truth's; once for each such grid. */
function gridNotes(systems: readonly StoredSystem[], truth: Judgement["truth"]): string[] {
  const grids = new Map(
    systems.flatMap(({ forecasts }) =>
      forecasts.toReversed().map(({ path, forecast: { grid } }) => [JSON.stringify(grid), { path, grid }] as const),
    ),
  );
  const notes = [...grids.values()].map(({ path, grid }) =>
    gridNote(path, grid, { name: truth.path, grid: truth.grid }),
  );
  return notes.filter((note) => note !== undefined);
}

/** The truth, without what the archive and the forecasts themselves say was trained on. */
async function truthAt(
  { against, allowTrainingHours = false }: VerifyOptions,
  systems: readonly StoredSystem[],
): Promise<Pick<Prepared["judgement"], "truth"> & Pick<Prepared, "splits">> {
  const stores = systems.flatMap(({ forecasts }) => forecasts.map(({ forecast }) => forecast));
  const radar = !(await isArchive(against)) && (await holdsMosaics(against));
  const archive = radar ? undefined : await openArchive(against);
  const truth = archive === undefined ? await radarTruth(against, stores[0].grid) : archiveTruth(archive);
  const carried = stores.map(({ splits }) => splits ?? archive?.splits);
  const known = [...carried, archive?.splits].filter((splits) => splits !== undefined);
  return {
    truth: allowTrainingHours ? truth : heldOut(truth, known),
    splits: carried.includes(undefined) ? undefined : known,
  };
}

/** "lagged=a.zarr,b.zarr" → ["lagged", ["a.zarr", "b.zarr"]]. */
function parseBaseline(text: string): [string, string[]] {
  const match = /^([^=\s]+)=(.+)$/.exec(text);
  if (match !== null) return [match[1], match[2].split(",")];
  throw new ConfigError({ place: "--baseline", expected: "name=paths, such as lagged=a.zarr,b.zarr", got: text });
}

/** An ensemble whose forecasts lie in stores. */
interface StoredSystem {
  readonly kind: "ensemble";
  readonly name: string;
  readonly forecasts: readonly { readonly path: string; readonly forecast: StoredForecast }[];
}

async function ensembleSystem(name: string, paths: readonly string[]): Promise<StoredSystem> {
  const stores = (await Promise.all(paths.map(storesAt))).flat();
  const forecasts: StoredSystem["forecasts"][number][] = [];
  for (const path of stores) forecasts.push({ path, forecast: await openForecast(path) });
  return { kind: "ensemble", name, forecasts };
}

/** A store itself, or the stores of a folder, by name. */
async function storesAt(path: string): Promise<string[]> {
  if ((await isForecast(path)) || !existsSync(path) || !statSync(path).isDirectory()) return [path];
  const inside: string[] = [];
  for (const name of (await readdir(path)).sort()) {
    if (name.endsWith(".zarr") && (await isForecast(join(path, name)))) inside.push(join(path, name));
  }
  return inside.length > 0 ? inside : [path];
}

/** Asked before any work: scoring a year of forecasts must not end in a typing error. */
function requireFolderOf(file: string): void {
  const folder = dirname(file);
  if (existsSync(folder)) return;
  throw new RequestError({
    place: "--out",
    expected: "a file in an existing folder",
    got: file,
    remedy: `make ${folder}`,
  });
}

/** `updraft archive`: GRIB2 files to an archive or into one, a look into it, and a proof that it is sound. @module */
import { Command, Option } from "commander";
import {
  type Archive,
  appendFromGrib,
  archiveMrms,
  buildFromGrib,
  findingLine,
  openArchive,
  parseBlocks,
  qualityFindings,
  SPLIT_NAMES,
  type SplitPlan,
  type Splits,
  validateArchive,
} from "../../archive/index.ts";
import { DecodeError, formatTime, parseVariables, RequestError, VARIABLES } from "../../core/index.ts";
import { archiveReport, archiveText, buildLine, counted } from "../archive-report.ts";
import { DEFAULT_THREADS, wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";
import { largeScaleCommand } from "./archive-large-scale.ts";

export function archiveCommand(): Command {
  return new Command("archive")
    .description("build an archive of hourly states from GRIB2 files, add to one, look into one, or prove it sound")
    .addCommand(buildCommand().exitOverride())
    .addCommand(mrmsCommand().exitOverride())
    .addCommand(largeScaleCommand().exitOverride())
    .addCommand(appendCommand().exitOverride())
    .addCommand(validateCommand().exitOverride())
    .addCommand(inspectCommand().exitOverride());
}

interface BuildFlags {
  readonly grib: string[];
  readonly out: string;
  readonly variables?: string;
  readonly stepHours: string;
  readonly splits?: string;
  readonly gapHours?: string;
  readonly source?: string;
  readonly round: boolean;
  readonly static?: string[];
  readonly threads?: number;
  readonly overwrite: boolean;
  readonly json: boolean;
}

const SPLITS_HELP =
  "shares of the hours for train,validation,test; or blocks, both ends included, such as train=2024-05-01..2024-06-30,validation=2024-07-02..2024-07-15";
const STATIC_HELP = "GRIB2 files with HGT and LAND at the surface (default: those among the --grib files)";
const THREADS_HELP = "threads (default: all cores, or none for little work); the archive is the same for any number";

function buildCommand(): Command {
  return new Command("build")
    .description("make an archive (Zarr v3) from GRIB2 files")
    .requiredOption("--grib <paths...>", "GRIB2 files (*.grib2, *.grb2, also .gz) or folders of them")
    .requiredOption("--out <path>", "archive to write, X.zarr")
    .option(
      "--variables <names>",
      `channels, comma-separated (default: those of ${Object.keys(VARIABLES).join(",")} that are there)`,
    )
    .option("--step-hours <h>", "hours between valid times", "1")
    .option("--splits <plan>", SPLITS_HELP, "0.6,0.2,0.2")
    .option("--gap-hours <h>", "hours between splits that belong to none (default: 24, at most 5 % of all)")
    .option("--source <text>", "where the data come from, for titles")
    .option("--round", "round values to HRRR's own precision; the archive states the largest error", false)
    .option("--static <paths...>", STATIC_HELP)
    .option("--threads <n>", THREADS_HELP, wholeNumber("--threads", 0))
    .option("--overwrite", "replace an archive that is there", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nMessages are chosen by variable and level. For one valid time the smallest lead wins. A missing hour is recorded as" +
        "\nmissing. Of a damaged or cut-off file the whole messages are used; the damage is named on stderr and in the archive," +
        "\nand the exit code stays 0 unless nothing usable was found. A killed build leaves only X.zarr.partial," +
        "\nand goes on from there when it is started again." +
        "\n\nExample:\n  updraft archive build --grib hrrr/20240506 --out may6.zarr --variables refc,t2m,d2m,u10,v10,cape,cin",
    )
    .action(async (flags: BuildFlags) => {
      const summary = await buildFromGrib(
        flags.grib,
        flags.out,
        {
          ...(flags.variables !== undefined && { variables: parseVariables(flags.variables, "--variables") }),
          stepHours: positive("--step-hours", flags.stepHours),
          splits: splitsOption(flags.splits ?? "", flags.gapHours),
          ...(flags.source !== undefined && { source: flags.source }),
          rounding: flags.round,
          ...(flags.static !== undefined && { statics: flags.static }),
          ...(flags.threads !== undefined && { threads: flags.threads }),
          overwrite: flags.overwrite,
        },
        progressReporter(),
      );
      tellNotes(summary);
      if (summary.absent.length > 0) process.stderr.write(`note: no file holds ${summary.absent.join(", ")}\n`);
      const archive = await openArchive(flags.out);
      const { files, fields, duplicates } = summary;
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ ...archiveReport(archive), files, fields, duplicates, absent: summary.absent })}\n`
          : `${buildLine(summary)}\n${archiveText(archive)}`,
      );
    });
}

interface MrmsFlags {
  readonly frames: string[];
  readonly out: string;
  readonly stepMinutes: string;
  readonly maximum: boolean;
  readonly uncovered: string;
  readonly splits?: string;
  readonly gapHours?: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

const UNCOVERED = ["missing", "no-echo"] as const;

function mrmsCommand(): Command {
  return new Command("mrms")
    .description("make an archive of composite reflectivity on HRRR's grid from MRMS mosaics minutes apart")
    .requiredOption("--frames <paths...>", "files of MergedReflectivityQCComposite or PrecipRate, or folders of them")
    .requiredOption("--out <path>", "archive to write, X.zarr")
    .option("--step-minutes <m>", "minutes between frames", "2")
    .option("--maximum", "the strongest echo in each cell instead of the mean of Z", false)
    .addOption(
      new Option("--uncovered <what>", "cells no radar sees: a frame with missing ones can start or train nothing")
        .choices(UNCOVERED)
        .default("missing"),
    )
    .option("--splits <plan>", SPLITS_HELP, "0.6,0.2,0.2")
    .option("--gap-hours <h>", "hours between splits that belong to none (default: 24, at most 5 % of all)")
    .option("--overwrite", "replace an archive that is there", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nRain becomes reflectivity by Marshall & Palmer, Z = 200 R^1.6. A frame that is not there, or damaged, is recorded as missing." +
        "\nFrames at odd seconds are put to the nearest step, at most a quarter of it and 5 minutes away; their true times are kept." +
        "\n\nExample:\n  updraft archive mrms --frames mrms/20190610 --out storms.zarr --step-minutes 2 --uncovered no-echo",
    )
    .action(async (flags: MrmsFlags) => {
      const summary = await archiveMrms(
        flags.frames,
        flags.out,
        {
          stepMinutes: positive("--step-minutes", flags.stepMinutes),
          method: flags.maximum ? "maximum" : "mean-z",
          uncovered: flags.uncovered === "no-echo" ? "no-echo" : "missing",
          splits: splitsOption(flags.splits ?? "", flags.gapHours),
          overwrite: flags.overwrite,
        },
        progressReporter(),
      );
      for (const note of summary.notes) process.stderr.write(`note: ${note}\n`);
      const archive = await openArchive(flags.out);
      process.stdout.write(flags.json ? `${JSON.stringify(archiveReport(archive))}\n` : archiveText(archive));
    });
}

interface AppendFlags {
  readonly grib: string[];
  readonly resplit?: string;
  readonly gapHours?: string;
  readonly static?: string[];
  readonly threads?: number;
  readonly json: boolean;
}

function appendCommand(): Command {
  return new Command("append")
    .description("add hours to an archive: after its last one, or into its holes")
    .argument("<archive>", "archive made by `updraft archive build`")
    .requiredOption("--grib <paths...>", "GRIB2 files (*.grib2, *.grb2, also .gz) or folders of them")
    .option("--resplit <plan>", `cut the splits anew over all hours: ${SPLITS_HELP}`)
    .option("--gap-hours <h>", "with --resplit: hours between splits that belong to none")
    .option("--static <paths...>", STATIC_HELP)
    .option("--threads <n>", THREADS_HELP, wholeNumber("--threads", 0))
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nHours that are there stay as they are. Splits stay as they were cut, so what was kept for testing is never trained on; new" +
        "\nhours after the last block belong to none until --resplit. Statistics are merged again over the training split. A killed" +
        "\nappend leaves the archive as it was and goes on when it is started again." +
        "\n\nExample:\n  updraft archive append may.zarr --grib hrrr/20240507",
    )
    .action(async (path: string, flags: AppendFlags) => {
      const summary = await appendFromGrib(
        path,
        flags.grib,
        {
          ...(flags.resplit !== undefined && { resplit: splitsOption(flags.resplit, flags.gapHours, "--resplit") }),
          ...(flags.static !== undefined && { statics: flags.static }),
          ...(flags.threads !== undefined && { threads: flags.threads }),
        },
        progressReporter(),
      );
      tellNotes(summary);
      const archive = await openArchive(path);
      const { notes: _, ...counts } = summary;
      const line = `${counted(summary.hours, "hour")}, ${counted(summary.fields, "field")} added; ${summary.alreadyThere} were there`;
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ ...archiveReport(archive), ...counts })}\n`
          : `${line}\n${archiveText(archive)}`,
      );
    });
}

function validateCommand(): Command {
  return new Command("validate")
    .description("read an archive again, every byte, and hold it against docs/specs/archive-format.md")
    .argument("<archive>", "archive to validate")
    .option("--threads <n>", "threads", wholeNumber("--threads", 0), DEFAULT_THREADS)
    .option("--json", "print the report as JSON", false)
    .addHelpText(
      "after",
      "\nChecksums, shapes, coordinates, metadata, flags, moments and statistics. Damage is listed, and the exit code is 3." +
        "\n\nExample:\n  updraft archive validate may.zarr",
    )
    .action(async (path: string, { threads, json }: { threads: number; json: boolean }) => {
      const validation = await validateArchive(path, { threads }, progressReporter());
      const { hours, missingHours, fields, arrays, problems } = validation;
      process.stdout.write(
        json
          ? `${JSON.stringify({ path, ...validation })}\n`
          : [
              `${path}: ${hours} hours, ${missingHours} of them missing, ${fields} fields, ${arrays} arrays`,
              ...problems,
              problems.length === 0 ? "sound" : counted(problems.length, "problem"),
              "",
            ].join("\n"),
      );
      if (problems.length === 0) return;
      throw new DecodeError({
        place: path,
        expected: "what docs/specs/archive-format.md says",
        got: counted(problems.length, "problem"),
        remedy: "copy the archive again, or build it again",
      });
    });
}

function inspectCommand(): Command {
  return new Command("inspect")
    .description("show what an archive holds: grid, hours, missing hours, splits, statistics, quality flags")
    .argument("<archive>", "archive made by `updraft archive build` or `updraft sandbox`")
    .option("--quality", "list every flagged field with its worst place, the value there and what is normal", false)
    .option("--json", "print it as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  updraft archive inspect may6.zarr --json\n  updraft archive inspect may6.zarr --quality",
    )
    .action(async (path: string, { quality, json }: { quality: boolean; json: boolean }) => {
      const archive = await openArchive(path);
      if (quality) await writeFindings(archive, json);
      else process.stdout.write(json ? `${JSON.stringify(archiveReport(archive))}\n` : archiveText(archive));
    });
}

/** Line by line as they are found: a year's archive takes a while to look through. */
async function writeFindings(archive: Archive, json: boolean): Promise<void> {
  let count = 0;
  for await (const finding of qualityFindings(archive)) {
    if (!json && count === 0) process.stdout.write(`${findingLine()}\n`);
    const { time, ...rest } = finding;
    process.stdout.write(
      json ? `${JSON.stringify({ time: formatTime(time), ...rest })}\n` : `${findingLine(finding)}\n`,
    );
    count++;
  }
  if (!json) process.stdout.write(`${count === 0 ? "nothing is flagged" : counted(count, "finding")}\n`);
}

function tellNotes({ notes, duplicates }: { readonly notes: readonly string[]; readonly duplicates: number }): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  if (duplicates > 0) process.stderr.write(`note: ${counted(duplicates, "message")} ignored as copies of others\n`);
}

/** Blocks by date, or shares with a gap. */
function splitsOption(text: string, gapHours: string | undefined, flag = "--splits"): Splits | SplitPlan {
  if (text.includes("=")) {
    if (gapHours === undefined) return parseBlocks(text, flag);
    throw new RequestError({
      place: "--gap-hours",
      expected: `shares in ${flag}`,
      got: "blocks, which leave their own gaps",
    });
  }
  const parts = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const sum = parts.reduce((a, b) => a + b, 0);
  if (parts.length !== SPLIT_NAMES.length || parts.some((share) => !(share >= 0)) || Math.abs(sum - 1) > 1e-9) {
    throw new RequestError({
      place: flag,
      expected: "three shares that sum to 1, like 0.6,0.2,0.2, or blocks like train=2024-05-01..2024-06-30",
      got: JSON.stringify(text),
    });
  }
  const [train, validation, test] = parts;
  return {
    fractions: { train, validation, test },
    ...(gapHours !== undefined && { gapHours: gapHours === "0" ? 0 : positive("--gap-hours", gapHours) }),
  };
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new RequestError({ place: flag, expected: "a number above 0", got: JSON.stringify(text) });
}

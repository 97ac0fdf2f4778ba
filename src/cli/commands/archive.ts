/** `updraft archive`: GRIB2 files to an archive, and a look into one. @module */
import { Command } from "commander";
import {
  type Archive,
  type BuildSummary,
  buildFromGrib,
  flagNames,
  MISSING,
  openArchive,
  REJECTING,
  SPLIT_NAMES,
  type SplitPlan,
  splitOf,
} from "../../archive/index.ts";
import { describeGrid, formatHour, formatTime, parseVariables, RequestError, VARIABLES } from "../../core/index.ts";
import { progressReporter } from "../progress.ts";

export function archiveCommand(): Command {
  return new Command("archive")
    .description("build an archive of hourly states from GRIB2 files, or look into one")
    .addCommand(buildCommand().exitOverride())
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
  readonly overwrite: boolean;
  readonly json: boolean;
}

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
    .option("--splits <shares>", "shares of the hours for train,validation,test", "0.6,0.2,0.2")
    .option("--gap-hours <h>", "hours between splits that belong to none (default: 24, at most 5 % of all)")
    .option("--source <text>", "where the data come from, for titles")
    .option("--overwrite", "replace an archive that is there", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nMessages are chosen by variable and level. For one valid time the smallest lead wins. A missing hour is recorded as" +
        "\nmissing. Of a damaged or cut-off file the whole messages are used; the damage is named on stderr and in the archive," +
        "\nand the exit code stays 0 unless nothing usable was found. A killed build leaves only X.zarr.partial." +
        "\n\nExample:\n  updraft archive build --grib hrrr/20240506 --out may6.zarr --variables refc,t2m,d2m,u10,v10,cape,cin",
    )
    .action(async (flags: BuildFlags) => {
      const summary = await buildFromGrib(
        flags.grib,
        flags.out,
        {
          ...(flags.variables !== undefined && { variables: parseVariables(flags.variables, "--variables") }),
          stepHours: positive("--step-hours", flags.stepHours),
          splits: splitPlan(flags),
          ...(flags.source !== undefined && { source: flags.source }),
          overwrite: flags.overwrite,
        },
        progressReporter(),
      );
      for (const note of summary.notes) process.stderr.write(`note: ${note}\n`);
      if (summary.duplicates > 0)
        process.stderr.write(`note: ${counted(summary.duplicates, "message")} ignored as copies of others\n`);
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

function inspectCommand(): Command {
  return new Command("inspect")
    .description("show what an archive holds: grid, hours, missing hours, splits, statistics, quality flags")
    .argument("<archive>", "archive made by `updraft archive build` or `updraft sandbox`")
    .option("--json", "print it as JSON", false)
    .addHelpText("after", "\nExample:\n  updraft archive inspect may6.zarr --json")
    .action(async (path: string, { json }: { json: boolean }) => {
      const archive = await openArchive(path);
      process.stdout.write(json ? `${JSON.stringify(archiveReport(archive))}\n` : archiveText(archive));
    });
}

function buildLine({ files, fields, duplicates }: BuildSummary): string {
  return `${counted(fields, "field")} from ${counted(files, "file")}${duplicates > 0 ? `, ${duplicates} copies ignored` : ""}`;
}

/** All there is to know about an archive, for programs. NaN becomes an absent key. */
function archiveReport(archive: Archive): Record<string, unknown> {
  const { path, channels, grid, times, stepHours, source, synthetic, splits, statistics, provenance } = archive;
  return {
    path,
    source,
    synthetic,
    channels,
    grid,
    first: formatTime(times[0]),
    last: formatTime(times[times.length - 1]),
    stepHours,
    hours: times.length,
    wholeHours: times.filter((time) => archive.isWhole(time)).length,
    missingHours: missingHours(archive).map(formatTime),
    leadHours: leadCounts(archive),
    splits: splits.map(({ split, first, last }) => ({ split, first: formatTime(first), last: formatTime(last) })),
    statistics: statistics.map((entry) =>
      Object.fromEntries(Object.entries(entry).filter(([, value]) => !Number.isNaN(value))),
    ),
    flags: flaggedFields(archive).map(({ time, ...rest }) => ({ time: formatTime(time), ...rest })),
    provenance,
  };
}

/** The same for people. */
function archiveText(archive: Archive): string {
  const { path, channels, grid, times, stepHours, source, synthetic, splits, provenance } = archive;
  const whole = times.filter((time) => archive.isWhole(time));
  const missing = missingHours(archive);
  const flags = flaggedFields(archive);
  const leads = Object.entries(leadCounts(archive)).map(([lead, count]) => `+${lead} h (${count})`);
  const row = (name: string, value: string): string => `${name.padEnd(14)}${value}\n`;
  return [
    row("archive", `${path}${synthetic ? "  SYNTHETIC, not real weather" : ""}`),
    row("source", source),
    row("grid", describeGrid(grid)),
    row("channels", channels.join(", ")),
    row(
      "hours",
      `${formatHour(times[0])} to ${formatHour(times[times.length - 1])} every ${stepHours} h: ${times.length}`,
    ),
    row("whole hours", `${whole.length} (every channel there, and no value impossible)`),
    row("missing hours", missing.length === 0 ? "none" : `${missing.length}: ${listed(missing.map(formatHour))}`),
    row("lead hours", leads.join(", ")),
    ...SPLIT_NAMES.map((name) => {
      const blocks = splits.filter(({ split }) => split === name);
      const usable = whole.filter((time) => splitOf(splits, time) === name).length;
      const text = blocks.map(({ first, last }) => `${formatHour(first)} to ${formatHour(last)}`).join(", ");
      return row(name, blocks.length === 0 ? "none" : `${text}: ${counted(usable, "whole hour")}`);
    }),
    row("flagged", flags.length === 0 ? "none" : counted(flags.length, "field")),
    ...flags
      .slice(0, LISTED)
      .map(({ time, channel, flags: names }) => row("", `${formatHour(time)} ${channel}: ${names.join(", ")}`)),
    flags.length > LISTED ? row("", `… and ${flags.length - LISTED} more: see --json`) : "",
    row("notes", provenance.notes.length === 0 ? "none" : String(provenance.notes.length)),
    ...provenance.notes.slice(0, LISTED).map((note) => row("", note)),
    "\n",
    statisticsTable(archive),
  ].join("");
}

const LISTED = 12;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function listed(names: readonly string[]): string {
  return `${names.slice(0, LISTED).join(", ")}${names.length > LISTED ? ", …" : ""}`;
}

function statisticsTable({ statistics }: Archive): string {
  const header = ["channel", "unit", "min", "mean", "max", "transform", "mean", "std", "cells"];
  const number = (value: number): string => (Number.isNaN(value) ? "-" : value.toPrecision(5));
  const rows = statistics.map((entry) => [
    entry.channel,
    VARIABLES[entry.channel].units,
    number(entry.physicalMin),
    number(entry.physicalMean),
    number(entry.physicalMax),
    entry.transform,
    number(entry.mean),
    number(entry.std),
    String(entry.count),
  ]);
  const widths = header.map((name, at) => Math.max(name.length, ...rows.map((cells) => cells[at].length)));
  const lines = [header, ...rows].map((cells) => cells.map((cell, at) => cell.padStart(widths[at])).join("  "));
  return `statistics over whole training hours\n${lines.join("\n")}\n`;
}

function missingHours(archive: Archive): Archive["times"] {
  return archive.times.filter((time) => archive.quality(time).every((mask) => (mask & MISSING) !== 0));
}

/** How many hours were taken from which lead. */
function leadCounts(archive: Archive): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const time of archive.times) {
    const lead = archive.leadHours(time);
    if (!Number.isNaN(lead)) counts[lead] = (counts[lead] ?? 0) + 1;
  }
  return counts;
}

/** Every flagged field of the hours that are there. */
function flaggedFields(
  archive: Archive,
): { time: Archive["times"][number]; channel: string; flags: string[]; rejected: boolean }[] {
  const missing = new Set(missingHours(archive));
  return archive.times
    .filter((time) => !missing.has(time))
    .flatMap((time) =>
      [...archive.quality(time)].flatMap((mask, at) =>
        mask === 0
          ? []
          : [{ time, channel: archive.channels[at], flags: flagNames(mask), rejected: (mask & REJECTING) !== 0 }],
      ),
    );
}

function splitPlan({ splits, gapHours }: BuildFlags): SplitPlan {
  const parts = (splits ?? "").split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const sum = parts.reduce((a, b) => a + b, 0);
  if (parts.length !== SPLIT_NAMES.length || parts.some((share) => !(share >= 0)) || Math.abs(sum - 1) > 1e-9) {
    throw new RequestError({
      place: "--splits",
      expected: "three shares that sum to 1, like 0.6,0.2,0.2",
      got: JSON.stringify(splits),
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

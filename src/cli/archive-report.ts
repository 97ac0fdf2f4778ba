/**
 * What there is to know about an archive, for people and for programs.
 * @module
 */
import {
  type Archive,
  type BuildSummary,
  flagNames,
  MISSING,
  maximumRoundingError,
  REJECTING,
  SPLIT_NAMES,
  splitOf,
} from "../archive/index.ts";
import { describeGrid, formatHour, formatLead, formatTime, VARIABLES } from "../core/index.ts";

/** How many fields of how many files. */
export function buildLine({ files, fields, duplicates }: BuildSummary): string {
  return `${counted(fields, "field")} from ${counted(files, "file")}${duplicates > 0 ? `, ${duplicates} copies ignored` : ""}`;
}

/** All there is to know about an archive, for programs. NaN becomes an absent key. */
export function archiveReport(archive: Archive): Record<string, unknown> {
  const { path, channels, grid, times, stepHours, source, synthetic, splits, statistics, provenance } = archive;
  const { rounding, statics } = archive;
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
    ...(archive.observedTime && { observedTimes: observedTimes(archive) }),
    wholeHours: times.filter((time) => archive.isWhole(time)).length,
    missingHours: missingHours(archive).map(formatTime),
    leadHours: leadCounts(archive),
    splits: splits.map(({ split, first, last }) => ({ split, first: formatTime(first), last: formatTime(last) })),
    statistics: statistics.map((entry) =>
      Object.fromEntries(Object.entries(entry).filter(([, value]) => !Number.isNaN(value))),
    ),
    statics,
    ...(rounding && { largestRoundingError: roundingErrors(archive) }),
    voidedCells: voidedCells(archive),
    flags: flaggedFields(archive).map(({ time, ...rest }) => ({ time: formatTime(time), ...rest })),
    provenance,
  };
}

/** The same for people. */
export function archiveText(archive: Archive): string {
  const { path, channels, grid, times, stepHours, source, synthetic, splits, provenance } = archive;
  const whole = times.filter((time) => archive.isWhole(time));
  const missing = missingHours(archive);
  const flags = flaggedFields(archive);
  const leads = Object.entries(leadCounts(archive)).map(([lead, count]) => `+${formatLead(Number(lead))} (${count})`);
  const row = (name: string, value: string): string => `${name.padEnd(14)}${value}\n`;
  return [
    row("archive", `${path}${synthetic ? "  SYNTHETIC, not real weather" : ""}`),
    row("source", source),
    row("grid", describeGrid(grid)),
    row("channels", channels.join(", ")),
    row(
      "hours",
      `${formatHour(times[0])} to ${formatHour(times[times.length - 1])} every ${formatLead(stepHours)}: ${times.length}`,
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
    row("no split", counted(whole.filter((time) => splitOf(splits, time) === undefined).length, "whole hour")),
    row("statics", ["latitude, longitude", ...archive.statics].join(", ")),
    row("rounding", roundingText(archive)),
    ...observedRow(archive).map((text) => row("observed", text)),
    row("voided cells", voidedText(archive)),
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

/** The largest error of each channel. */
function roundingErrors({ channels }: Archive): Record<string, number> {
  return Object.fromEntries(channels.map((channel) => [channel, maximumRoundingError(channel)]));
}

function roundingText(archive: Archive): string {
  if (!archive.rounding) return "none";
  const errors = Object.entries(roundingErrors(archive)).map(([name, error]) => `${name} ${error}`);
  return `to HRRR's own precision; at most ${errors.join(", ")}`;
}

/** When each step's observation was made; null where it is missing. */
function observedTimes({ times, observedTime }: Archive): (string | null)[] {
  const own = observedTime === undefined ? [] : times.map(observedTime);
  return own.map((time) => (Number.isNaN(time) ? null : formatTime(time)));
}

/** How far observations lie from the steps they were put to; nothing of archives whose hours are what they say. */
function observedRow({ times, observedTime }: Archive): string[] {
  if (observedTime === undefined) return [];
  const off = times.map((time) => observedTime(time) - time).filter((seconds) => !Number.isNaN(seconds));
  return [`${Math.min(...off)} to ${Math.max(...off)} s from the times of the steps; their own are kept`];
}

/** Cells that dropped out, by channel; channels without any are left out. */
function voidedCells(archive: Archive): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const time of archive.times) {
    for (const [at, count] of archive.voidedCells(time).entries()) {
      if (count > 0) counts[archive.channels[at]] = (counts[archive.channels[at]] ?? 0) + count;
    }
  }
  return counts;
}

function voidedText(archive: Archive): string {
  const counts = Object.entries(voidedCells(archive)).map(([name, count]) => `${name} ${count}`);
  if (counts.length > 0) return `${counts.join(", ")} (far below all around them, so missing)`;
  const unsearched =
    archive.version < 3 && archive.channels.some((channel) => VARIABLES[channel].dropout !== undefined);
  return unsearched ? "nobody looked: an archive of version 2; build it again" : "none";
}

const LISTED = 12;

/** "1 hour", "2 hours". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

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

/**
 * Quality flags for a person: of each flagged field the worst place, the value there, and what would be normal. The stored flags say that
 * something is odd; this reads the field again to say where.
 * @module
 */
import {
  cellLocator,
  type Field,
  formatHour,
  VARIABLES,
  type ValidTime,
  type Variable,
  type VariableName,
} from "../core/index.ts";
import type { Archive } from "./archive.ts";
import { neighborsOf } from "./dropouts.ts";
import {
  CONSTANT,
  DEWPOINT_ABOVE_TEMPERATURE,
  FROZEN,
  findSpike,
  HARD_RANGE,
  MISSING,
  NON_FINITE,
  QUALITY_FLAGS,
  REJECTING,
  SOFT_RANGE,
  SOFT_WIND_SPEED,
  SPIKE,
  SUPERSATURATION_KELVIN,
  VOIDED,
} from "./quality.ts";

/** One flag of one field. */
export interface QualityFinding {
  readonly time: ValidTime;
  readonly channel: VariableName;
  readonly flag: string;
  /** True when it keeps the hour from training and forecasting. */
  readonly rejects: boolean;
  /** The worst cell; absent where the flag is about the whole field. */
  readonly place?: {
    readonly column: number;
    readonly row: number;
    readonly latitudeDegrees: number;
    readonly longitudeDegrees: number;
  };
  /** The value there, in the variable's unit; absent where there is none to tell. */
  readonly value?: number;
  /** What would be normal, in words and numbers. */
  readonly normal: string;
}

/** Every finding, hour by hour. Missing hours are one finding each, at the first channel. Errors as `readField`. */
export async function* qualityFindings(archive: Archive): AsyncGenerator<QualityFinding> {
  for (const time of archive.times) {
    const masks = archive.quality(time);
    if (masks.every((mask) => (mask & MISSING) !== 0)) {
      yield {
        time,
        channel: archive.channels[0],
        flag: "missing",
        rejects: true,
        normal: `all ${masks.length} fields there`,
      };
      continue;
    }
    for (const [at, channel] of archive.channels.entries()) {
      for (const { mask, name } of QUALITY_FLAGS) {
        if ((masks[at] & mask) === 0) continue;
        const worst = await LOOK[mask](archive, time, channel);
        const place = worst.cell === undefined ? {} : placeOf(archive, worst.cell);
        const value = worst.value === undefined ? {} : { value: worst.value };
        yield {
          time,
          channel,
          flag: name,
          rejects: (mask & REJECTING) !== 0,
          ...place,
          ...value,
          normal: worst.normal,
        };
      }
    }
  }
}

/** Findings as a table, one a line, widths fixed so that lines can be written as they come. */
export function findingLine(finding?: QualityFinding): string {
  const columns =
    finding === undefined
      ? ["time", "field", "flag", "column,row", "latitude", "longitude", "value", "normal"]
      : [
          formatHour(finding.time),
          finding.channel,
          `${finding.flag}${finding.rejects ? " (rejects)" : ""}`,
          finding.place === undefined ? "-" : `${finding.place.column},${finding.place.row}`,
          finding.place === undefined ? "-" : finding.place.latitudeDegrees.toFixed(3),
          finding.place === undefined ? "-" : finding.place.longitudeDegrees.toFixed(3),
          finding.value === undefined
            ? "-"
            : `${Number(finding.value.toPrecision(6))} ${VARIABLES[finding.channel].units}`,
          finding.normal,
        ];
  const widths = [15, 5, 26, 10, 8, 9, 14];
  return columns
    .map((text, at) => text.padEnd(widths[at] ?? 0))
    .join("  ")
    .trimEnd();
}

function placeOf({ grid }: Archive, cell: number): Pick<QualityFinding, "place"> {
  const [column, row] = [cell % grid.nx, Math.floor(cell / grid.nx)];
  return { place: { column, row, ...cellLocator(grid)(column, row) } };
}

interface Worst {
  readonly cell?: number;
  readonly value?: number;
  readonly normal: string;
}

type Look = (archive: Archive, time: ValidTime, channel: VariableName) => Promise<Worst> | Worst;

const LOOK: Readonly<Record<number, Look>> = {
  [MISSING]: () => ({ normal: "a field" }),
  [NON_FINITE]: async (archive, time, channel) => {
    const field = await archive.readField(time, channel);
    const cell = field.findIndex((value) => !Number.isFinite(value));
    const count = field.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    return { cell, value: field[cell], normal: `a number in each cell; ${count} have none` };
  },
  [HARD_RANGE]: async (archive, time, channel) =>
    outermost(await archive.readField(time, channel), VARIABLES[channel], "hardRange"),
  [SOFT_RANGE]: softRange,
  [SPIKE]: async (archive, time, channel) => {
    const field = await archive.readField(time, channel);
    const spike = findSpike(field, VARIABLES[channel], archive.grid.nx);
    if (spike === undefined) return { normal: "no spike: none is there now" };
    const neighbors = neighborRange(field, spike.cell, archive.grid.nx);
    return { cell: spike.cell, value: field[spike.cell], normal: `${neighbors}, as its neighbors` };
  },
  [DEWPOINT_ABOVE_TEMPERATURE]: async (archive, time) => {
    const [d2m, t2m] = [await archive.readField(time, "d2m"), await archive.readField(time, "t2m")];
    const cell = largest(d2m.map((dewPoint, at) => dewPoint - t2m[at]));
    return { cell, value: d2m[cell], normal: `at most ${t2m[cell].toFixed(2)} + ${SUPERSATURATION_KELVIN} K` };
  },
  [CONSTANT]: async (archive, time, channel) => ({
    value: (await archive.readField(time, channel))[0],
    normal: "cells that differ",
  }),
  [VOIDED]: async (archive, time, channel) => {
    const field = await archive.readField(time, channel);
    const cell = field.findIndex(Number.isNaN);
    const count = archive.voidedCells(time)[archive.channels.indexOf(channel)];
    const around = neighborRange(field, cell, archive.grid.nx);
    return { cell, normal: `${around}, as its neighbors; cells that are missing for it: ${count}` };
  },
  [FROZEN]: () => ({ normal: "some cell that differs from the hour before" }),
};

async function softRange(archive: Archive, time: ValidTime, channel: VariableName): Promise<Worst> {
  const field = await archive.readField(time, channel);
  const own = outermost(field, VARIABLES[channel], "softRange");
  if (own.cell !== undefined || (channel !== "u10" && channel !== "v10")) return own;
  const other = await archive.readField(time, channel === "u10" ? "v10" : "u10");
  const speed = field.map((value, at) => Math.hypot(value, other[at]));
  const cell = largest(speed);
  return { cell, value: field[cell], normal: `speed up to ${SOFT_WIND_SPEED} m/s; it is ${speed[cell].toFixed(1)}` };
}

/** The cell farthest outside a range. */
function outermost(field: Field, variable: Variable, range: "hardRange" | "softRange"): Worst {
  const [low, high] = variable[range];
  const normal = `${low} to ${high} ${variable.units}`;
  const beyond = field.map((value) => Math.max(value - high, low - value));
  const cell = largest(beyond);
  return beyond[cell] > 0 ? { cell, value: field[cell], normal } : { normal };
}

/** The first cell of the largest value; NaN takes no part. */
function largest(field: Field): number {
  let best = 0;
  for (let cell = 1; cell < field.length; cell++)
    if (field[cell] > field[best] || Number.isNaN(field[best])) best = cell;
  return best;
}

function neighborRange(field: Field, cell: number, nx: number): string {
  const around = neighborsOf(cell, field.length, nx).map((at) => field[at]);
  const there = around.filter((value) => !Number.isNaN(value));
  if (there.length === 0) return "numbers";
  return `${Math.min(...there).toFixed(2)} to ${Math.max(...there).toFixed(2)}`;
}

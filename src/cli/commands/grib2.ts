/** `updraft grib2 ls`: what GRIB2 files hold, one line a message. @module */
import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Command } from "commander";
import {
  formatHour,
  formatLead,
  formatTime,
  isUpdraftError,
  leadSeconds,
  RequestError,
  type UpdraftError,
} from "../../core/index.ts";
import { gunzipGrib } from "../../grib2/gzip/index.ts";
import {
  contradiction,
  decodeValues,
  fieldsOf,
  type GribField,
  type GribMessage,
  gridTemplateNumber,
  prepareDecoders,
  scanMessages,
} from "../../grib2/index.ts";

export function grib2Command(): Command {
  const ls = new Command("ls")
    .description("list the messages of GRIB2 files: what, where, when, how packed, and the values' range")
    .argument("<file...>", "GRIB2 files, plain or .gz; each is read whole, so up to 2 GiB each")
    .option("--json", "NDJSON: one JSON object a line, with a sha256 of the values")
    .addHelpText(
      "after",
      `
Columns: number, byte offset, init time, lead, parameter, level, grid, grid and packing template, range, mean, missing.
With --json: file, index, field (only in messages of several), offset, length, discipline, category, number, variable, level,
initTime, leadHours, validTime, member, derived, percentile, probability and ensembleSize (only where they apply; derived is code
table 4.7), nx, ny, gridTemplate, packingTemplate, min, max, mean, missing, sha256. Lead and valid time are the end of an
accumulation's interval. sha256 is of the values as little-endian float32 in stored order, missing as 0x7fc00000.
Messages on any grid are listed; min and what follows are left out where values are packed in a way that is not supported. Of a product
template that is not supported only the parameter is read: its lead, level and times are unknown (null in JSON).
Bytes between messages are skipped and noted on stderr. A damaged or unsupported message is an error (exit code 3) after the
others are listed.

Example:
  updraft grib2 ls hrrr.t00z.wrfsfcf01.grib2
  updraft grib2 ls --json *.grib2 | jq -r 'select(.variable == "TMP") | .max'`,
    )
    .action(async (files: readonly string[], { json = false }: { json?: boolean }) => {
      await prepareDecoders();
      listFiles(files, json ? jsonLine : files.length > 1 ? namedLine(files) : plainLine);
    });
  return new Command("grib2").description("look into GRIB2 files").addCommand(ls.exitOverride());
}

/** What a line is made of. */
interface Listed {
  readonly field: GribField;
  /** Counted from 1, as wgrib2 does. */
  readonly index: number;
  /** Place within a message of several fields, counted from 1. */
  readonly part: number | undefined;
  /** Absent where the values could not be read; the complaint says why. */
  readonly summary: Summary | undefined;
}

/** Lists all that can be read; problems are told as they come, and the last is thrown for its exit code. */
function listFiles(paths: readonly string[], format: (listed: Listed) => string): void {
  for (const path of paths) requireReadable(path);
  let problem: UpdraftError | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!isUpdraftError(error)) throw error;
      if (problem !== undefined) process.stderr.write(`updraft: ${problem.message}\n`);
      problem = error;
    }
  };
  for (const path of paths) {
    const file = basename(path);
    let index = 0;
    attempt(() => {
      for (const found of scanMessages(readGrib(path), file)) {
        if (found.kind === "gap") {
          const bytes = found.length === 1 ? "1 stray byte" : `${found.length} stray bytes`;
          process.stderr.write(`updraft: ${file} byte ${found.offset}: skipped ${bytes}\n`);
        } else {
          const number = ++index;
          attempt(() => listMessage(found, number, format));
        }
      }
    });
  }
  if (problem !== undefined) throw problem;
}

function listMessage(message: GribMessage, index: number, format: (listed: Listed) => string): void {
  const fields = fieldsOf(message);
  let problem: UpdraftError | undefined;
  for (const [at, field] of fields.entries()) {
    const odd = contradiction(field);
    if (odd !== undefined) process.stderr.write(`updraft: ${field.file} byte ${field.offset}: note: ${odd}\n`);
    let summary: Summary | undefined;
    try {
      summary = summarize(decodeValues(field, { precision: "float64" }));
    } catch (error) {
      if (!isUpdraftError(error)) throw error;
      problem ??= error;
    }
    process.stdout.write(`${format({ field, index, part: fields.length > 1 ? at + 1 : undefined, summary })}\n`);
  }
  if (problem !== undefined) throw problem;
}

/** A wrong path is told before anything is listed. */
function requireReadable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): RequestError {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  const got = code === "ENOENT" ? "nothing there" : code;
  return new RequestError({ place: path, expected: "a GRIB2 file", got, remedy: "check the path" }, { cause });
}

/** The file's bytes, unpacked when gzip'd. */
function readGrib(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return gunzipGrib(bytes, path);
}

interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly missing: number;
  readonly sha256: string;
}

/** Range and mean of the values that are there, in float64 with compensated summation (Neumaier 1974). */
function summarize(values: Float64Array): Summary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let lost = 0;
  let missing = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const count = values.length - missing;
  const sha256 = hashSingle(values, missing);
  if (count === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, missing, sha256 };
  return { min, max, mean: (sum + lost) / count, missing, sha256 };
}

function hashSingle(values: Float64Array, missing: number): string {
  const words = new Uint32Array(new Float32Array(values).buffer);
  if (missing > 0) {
    for (let index = 0; index < words.length; index++) if (Number.isNaN(values[index])) words[index] = 0x7fc00000;
  }
  return createHash("sha256").update(new Uint8Array(words.buffer)).digest("hex");
}

function jsonLine({ field, index, part, summary }: Listed): string {
  const isOther = field.kind === "other";
  return JSON.stringify({
    file: field.file,
    index,
    ...(part !== undefined && { field: part }),
    offset: field.offset,
    length: field.length,
    discipline: field.discipline,
    category: field.category,
    number: field.number,
    variable: field.variable,
    ...(isOther ? { productTemplate: field.productTemplate, level: null } : { level: field.levelText }),
    initTime: formatTime(field.initTime),
    leadHours: isOther ? null : field.leadHours,
    validTime: isOther ? null : formatTime(field.validTime),
    member: field.member,
    derived: field.derived,
    percentile: field.percentile,
    probability: field.probability,
    ensembleSize: field.ensembleSize,
    nx: field.grid.nx,
    ny: field.grid.ny,
    gridTemplate: gridTemplateNumber(field.grid),
    packingTemplate: field.packingTemplate,
    ...summary,
  });
}

/** With several files, each line starts with its file's name. */
function namedLine(paths: readonly string[]): (listed: Listed) => string {
  const width = Math.max(...paths.map((path) => basename(path).length));
  return (listed) => `${listed.field.file.padEnd(width)} ${plainLine(listed)}`;
}

function plainLine({ field, index, part, summary }: Listed): string {
  const { discipline, category, number, variable, grid } = field;
  const columns = [
    (part === undefined ? `${index}` : `${index}.${part}`).padStart(5),
    `${field.offset}`.padStart(10),
    formatHour(field.initTime),
    leadText(field).padEnd(12),
    (variable.startsWith("var ") ? `${discipline}/${category}/${number}` : variable).padEnd(8),
    (field.kind === "other" ? `product template 4.${field.productTemplate}` : field.levelText).padEnd(24),
    `${grid.nx}x${grid.ny}`.padStart(9),
    `3.${gridTemplateNumber(grid)}`.padEnd(4),
    `5.${field.packingTemplate}`.padEnd(4),
    ...(summary === undefined ? ["values not read"] : rangeColumns(summary)),
  ];
  return columns.join("  ").trimEnd();
}

function rangeColumns({ min, max, mean, missing }: Summary): string[] {
  return [
    `${short(min).padStart(10)} .. ${short(max).padEnd(10)}`,
    `mean ${short(mean).padEnd(11)}`,
    missing === 0 ? "" : `${missing} missing`,
  ];
}

const PROCESSES = new Map([
  [0, "ave"],
  [1, "acc"],
  [2, "max"],
  [3, "min"],
]);

/** "lead unknown", "+6 h", "+15 min", "+5-6 h max": both ends of an interval in the unit of which they are whole numbers. */
function leadText({ kind, leadHours, interval }: GribField): string {
  if (kind === "other") return "lead unknown";
  if (interval === undefined) return `+${formatLead(leadHours)}`;
  const [start, end] = [interval.startLeadHours, leadHours].map(leadSeconds);
  const whole = (seconds: number): boolean => start % seconds === 0 && end % seconds === 0;
  const [scale, unit] = whole(3600) ? [3600, "h"] : whole(60) ? [60, "min"] : [1, "s"];
  const process = PROCESSES.get(interval.process) ?? `process ${interval.process}`;
  return `+${start / scale}-${end / scale} ${unit} ${process}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

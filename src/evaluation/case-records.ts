/**
 * Judged cases on disk, one line each, so that a verification that was killed goes on with the cases it lacks:
 *
 *   {"format":"updraft-cases","version":1,"request":{…}}         what was asked; another request is another file
 *   {"initTime":1532343600,"leadHours":1,"systems":{"name":{…tallies…}}}
 *
 * A line cut short by a kill is judged again. Lines are appended and synced; nothing is rewritten.
 * @module
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { DecodeError, type InitTime, RequestError } from "../core/index.ts";
import type { CaseTallies } from "./case-tallies.ts";
import type { ForecastCase } from "./cases.ts";

export interface CaseRecord extends ForecastCase {
  readonly systems: Readonly<Record<string, CaseTallies>>;
}

export interface CaseRecords {
  /** The record of a case, if it was judged before. Read when asked for: a season of records does not fit in memory. */
  readonly find: (one: ForecastCase) => Promise<CaseRecord | undefined>;
  readonly add: (record: CaseRecord) => Promise<void>;
  readonly close: () => Promise<void>;
}

const FORMAT = "updraft-cases";
const VERSION = 1;

/** Everything that decides what a record says. Compared as JSON. */
export type RecordRequest = Readonly<Record<string, unknown>>;

/** No records: nothing is known, nothing is kept. */
export function unkeptRecords(): CaseRecords {
  return { find: async () => undefined, add: async () => {}, close: async () => {} };
}

/**
 * Opens a file of records, or begins it.
 * @throws RequestError when the file is of another request, DecodeError when it is no such file.
 */
export async function openCaseRecords(path: string, request: RecordRequest): Promise<CaseRecords> {
  const header = JSON.stringify({ format: FORMAT, version: VERSION, request });
  await mkdir(dirname(path), { recursive: true });
  const lines: Line[] = [];
  for await (const line of wholeLines(path)) lines.push(line);
  const [first, ...records] = lines;
  if (first !== undefined && first.start !== header.slice(0, START)) throw otherRequest(path);
  const places = new Map<string, Line>();
  for (const line of records) places.set(caseOf(line, path), line);
  const file = await open(path, "a+");
  const end = lines.reduce((sum, { length }) => sum + length + 1, 0);
  // A line that a kill cut short.
  await file.truncate(end);
  if (first === undefined) await append(file, header);
  else if ((await readLine(file, first)) !== header) throw await closing(file, otherRequest(path));
  return {
    find: async ({ initTime, leadHours }) => {
      const line = places.get(`${initTime} ${leadHours}`);
      return line && parseRecord(await readLine(file, line), `${path} byte ${line.offset}`);
    },
    add: (record) => append(file, JSON.stringify(record)),
    close: () => file.close(),
  };
}

function otherRequest(path: string): RequestError {
  return new RequestError({
    place: path,
    expected: "cases of these forecasts, this truth and this protocol",
    got: "those of another request",
    remedy: "choose another --report folder, or remove this one",
  });
}

async function closing<T>(file: FileHandle, error: T): Promise<T> {
  await file.close();
  return error;
}

/** How much of a line is looked at before it is wanted: the names of its case. */
const START = 80;

interface Line {
  readonly offset: number;
  /** Bytes, the newline left out. */
  readonly length: number;
  readonly start: string;
}

/** Lines that end in a newline, without holding more than one piece of the file. Nothing where there is no file. */
async function* wholeLines(path: string): AsyncGenerator<Line> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return;
  let offset = 0;
  let length = 0;
  let start = Buffer.alloc(0);
  for await (const piece of handle.createReadStream() as AsyncIterable<Buffer>) {
    for (let at = 0; at < piece.length; ) {
      const newline = piece.indexOf(0x0a, at);
      const end = newline < 0 ? piece.length : newline;
      if (start.length < START)
        start = Buffer.concat([start, piece.subarray(at, Math.min(end, at + START - start.length))]);
      length += end - at;
      at = end;
      if (newline < 0) continue;
      yield { offset, length, start: start.toString("utf8") };
      offset += length + 1;
      length = 0;
      start = Buffer.alloc(0);
      at++;
    }
  }
}

async function readLine(file: FileHandle, { offset, length }: Line): Promise<string> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, offset);
  return bytes.toString("utf8");
}

async function append(file: FileHandle, line: string): Promise<void> {
  await file.write(`${line}\n`);
  await file.datasync();
}

/** The case a line is of, by how it begins. @throws DecodeError */
function caseOf({ start, offset }: Line, path: string): string {
  const match = /^\{"initTime":(-?\d+),"leadHours":([\d.]+),/.exec(start);
  if (match !== null) return `${match[1]} ${match[2]}`;
  throw new DecodeError({
    place: `${path} byte ${offset}`,
    expected: "a judged case",
    got: start.slice(0, 40),
    remedy: "remove the file",
  });
}

const tallySchema = z.record(z.string(), z.union([z.number(), z.array(z.number())]));
const kindSchema = z.record(z.string(), tallySchema);
const recordSchema = z.object({
  initTime: z.int(),
  leadHours: z.number().positive(),
  systems: z.record(
    z.string(),
    z.object({
      values: kindSchema,
      events: kindSchema,
      fractions: kindSchema,
      spectra: kindSchema,
      objects: kindSchema,
      vectors: kindSchema,
      reports: kindSchema,
    }),
  ),
});

function parseRecord(line: string, place: string): CaseRecord {
  try {
    const { initTime, leadHours, systems } = recordSchema.parse(JSON.parse(line));
    // The schema has checked the shape; which sums a kind holds was decided by the same version of this program.
    return { initTime: initTime as InitTime, leadHours, systems: systems as unknown as CaseRecord["systems"] };
  } catch (cause) {
    const got = line.slice(0, 60);
    throw new DecodeError({ place, expected: "a judged case", got, remedy: "remove the file" }, { cause });
  }
}

/**
 * Judged cases on disk, one line each, so that a verification that was killed goes on with the cases it lacks:
 *
 *   {"format":"updraft-cases","version":2,"request":{…}}         what was asked; another request is another file
 *   {"initTime":1532343600,"leadHours":1,"systems":{"name":{…tallies…}},"crc32c":1234}      of all before it in the line
 *
 * A line cut short by a kill is judged again. Lines are appended and synced; nothing is rewritten.
 * @module
 */
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { crc32c, DecodeError, type InitTime, jsonAs, RequestError } from "../core/index.ts";
import { makeFolder, naming } from "../files/index.ts";
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
const VERSION = 2;

/** Everything that decides what a record says. Compared as JSON. */
export type RecordRequest = Readonly<Record<string, unknown>>;

/** No records: nothing is known, nothing is kept. */
export function unkeptRecords(): CaseRecords {
  return { find: async () => undefined, add: async () => {}, close: async () => {} };
}

/**
 * Opens a file of records, or begins it.
 * @throws RequestError when the file is of another request or version, naming what differs; DecodeError when it is no such file.
 */
export async function openCaseRecords(path: string, request: RecordRequest): Promise<CaseRecords> {
  const header = JSON.stringify({ format: FORMAT, version: VERSION, request });
  await makeFolder(dirname(path));
  const lines: Line[] = [];
  for await (const line of wholeLines(path)) lines.push(line);
  const [first, ...records] = lines;
  const file = await open(path, "a+");
  const append = (line: string): Promise<void> => naming(path, () => appendLine(file, line));
  try {
    if (first !== undefined) requireSame(await readLine(file, first), header, path);
    const places = new Map<string, Line>();
    for (const line of records) places.set(caseOf(line, path), line);
    // A line that a kill cut short.
    await file.truncate(lines.reduce((sum, { length }) => sum + length + 1, 0));
    if (first === undefined) await append(header);
    return {
      find: async ({ initTime, leadHours }) => {
        const line = places.get(`${initTime} ${leadHours}`);
        return line && parseRecord(await readLine(file, line), `${path} byte ${line.offset}`);
      },
      add: (record) => append(sealed(JSON.stringify(record))),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws RequestError, DecodeError unless the first line is the header that is wanted. */
function requireSame(line: string, header: string, path: string): void {
  if (line === header) return;
  const held = headerOf(line);
  if (held === undefined) {
    throw new DecodeError({
      place: path,
      expected: "a file of judged cases",
      got: line.slice(0, 40),
      remedy: "remove the file",
    });
  }
  const wanted = (JSON.parse(header) as Header).request;
  const differing = Object.keys({ ...held.request, ...wanted }).filter(
    (key) => JSON.stringify(held.request[key]) !== JSON.stringify(wanted[key]),
  );
  throw new RequestError({
    place: path,
    expected: "cases of these forecasts, this truth and this protocol",
    got: held.version === VERSION ? `those of other ${differing.join(", ")}` : `those of version ${held.version}`,
    remedy: "choose another --report folder, or remove this one",
  });
}

interface Header {
  readonly version: number;
  readonly request: RecordRequest;
}

function headerOf(line: string): Header | undefined {
  try {
    return headerSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const headerSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number(),
  request: z.record(z.string(), z.unknown()),
});

/** A record with the checksum of what stands before it: sums are numbers like any other, and a flipped digit would be believed. */
function sealed(record: string): string {
  const body = record.slice(0, -1);
  return `${body},"crc32c":${crc32c(Buffer.from(body))}}`;
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

async function appendLine(file: FileHandle, line: string): Promise<void> {
  // Not `write`, which on a full disk writes half a line and is content.
  await file.appendFile(`${line}\n`);
  await file.datasync();
}

/** The case a line is of, by how it begins. @throws DecodeError */
function caseOf({ start, offset }: Line, path: string): string {
  const match = /^\{"initTime":(-?\d+),"leadHours":([\d.]+),/.exec(start);
  if (match !== null) return `${match[1]} ${match[2]}`;
  throw new DecodeError({
    place: `${path} byte ${offset}`,
    expected: "a judged case",
    got: "other text",
    remedy: "remove the file",
  });
}

const tallySchema = z.record(z.string(), z.union([z.number(), z.array(z.number())]));
const kindSchema = z.record(z.string(), tallySchema);
const recordSchema = z.object({
  initTime: z.int(),
  leadHours: z.number().positive(),
  crc32c: z.int(),
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
  const complaint = { place, expected: "a judged case", remedy: "remove the file" };
  const { initTime, leadHours, systems, crc32c: stored } = jsonAs(recordSchema, line, complaint);
  if (!line.endsWith(`,"crc32c":${stored}}`) || crc32c(Buffer.from(line.slice(0, line.lastIndexOf(",")))) !== stored) {
    throw new DecodeError({ ...complaint, got: "one with another checksum than is stored" });
  }
  // The schema has checked the shape; which sums a kind holds was decided by the same version of this program.
  return { initTime: initTime as InitTime, leadHours, systems: systems as unknown as CaseRecord["systems"] };
}

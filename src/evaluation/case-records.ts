/**
 * Judged cases on disk, one line each, so that a verification that was killed goes on with the cases it lacks:
 *
 *   {"format":"updraft-cases","version":1,"request":{…}}         what was asked; another request is another file
 *   {"initTime":1532343600,"leadHours":1,"systems":{"name":{…tallies…}}}
 *
 * A line cut short by a kill is judged again. Lines are appended and synced; nothing is rewritten.
 * @module
 */
import { type FileHandle, mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { DecodeError, type InitTime, RequestError } from "../core/index.ts";
import type { CaseTallies } from "./case-tallies.ts";
import type { ForecastCase } from "./cases.ts";

export interface CaseRecord extends ForecastCase {
  readonly systems: Readonly<Record<string, CaseTallies>>;
}

export interface CaseRecords {
  /** Of the cases that were there when it was opened, in their order. */
  readonly known: readonly CaseRecord[];
  readonly add: (record: CaseRecord) => Promise<void>;
  readonly close: () => Promise<void>;
}

const FORMAT = "updraft-cases";
const VERSION = 1;

/** Everything that decides what a record says. Compared as JSON. */
export type RecordRequest = Readonly<Record<string, unknown>>;

/** Records that live in memory only, when no folder is wanted. */
export function unkeptRecords(): CaseRecords {
  return { known: [], add: async () => {}, close: async () => {} };
}

/**
 * Opens a file of records, or begins it.
 * @throws RequestError when the file is of another request, DecodeError when it is no such file.
 */
export async function openCaseRecords(path: string, request: RecordRequest): Promise<CaseRecords> {
  const header = JSON.stringify({ format: FORMAT, version: VERSION, request });
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const [first = "", ...lines] = whole.split("\n").filter((line) => line !== "");
  if (first !== "" && first !== header) {
    throw new RequestError({
      place: path,
      expected: "cases of these forecasts, this truth and this protocol",
      got: "those of another request",
      remedy: "choose another --report folder, or remove this one",
    });
  }
  const known = lines.map((line, at) => parseRecord(line, `${path} line ${at + 2}`));
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const file = await open(path, "a");
  if (first === "") await append(file, header);
  return {
    known,
    add: (record) => append(file, JSON.stringify(record)),
    close: () => file.close(),
  };
}

async function append(file: FileHandle, line: string): Promise<void> {
  await file.write(`${line}\n`);
  await file.datasync();
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

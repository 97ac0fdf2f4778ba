/**
 * What a folder of fetched files holds and where each byte came from: `manifest.jsonl`, one file a line.
 *
 * While a job runs its lines are appended as files are finished; at the end they are sorted by path. A killed job leaves a list that is
 * right as far as it goes. There is no wall clock in it: the same answers of the servers give the same manifest, and when a file was
 * fetched is its modification time.
 * @module
 */
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { jsonAs } from "../core/index.ts";
import { makeFolder, naming, writeAside } from "../files/index.ts";

export const MANIFEST = "manifest.jsonl";

interface RecordBase {
  /** Below the folder. */
  readonly path: string;
  readonly initTime: string;
  readonly leadHours: number;
  /** Wanted, but nowhere to be had. */
  readonly absent: readonly string[];
}

/** A message of one of our files. */
export interface MessageRecord {
  /** Names of the wants it answers. */
  readonly names: readonly string[];
  /** [start, end) in the file at `url`. */
  readonly range: readonly [number, number];
  /** ":TMP:2 m above ground:anl", one for each field. */
  readonly lines: readonly string[];
}

export interface HeldRecord extends RecordBase {
  readonly status: "held";
  readonly source: string;
  readonly url: string;
  /** Other hosts that redirects of `url` led to: they gave the bytes. */
  readonly servedBy?: readonly string[] | undefined;
  /** Size of the whole file at `url`. */
  readonly sourceBytes: number;
  readonly lastModified?: string | undefined;
  /** From the init time to `lastModified`: how late the file was. */
  readonly latencySeconds?: number | undefined;
  /** For observations: the times asked for to which this was the nearest; `initTime` is then its own. */
  readonly answers?: readonly string[] | undefined;
  /** In the order of our file; absent where a file is taken whole. */
  readonly messages?: readonly MessageRecord[] | undefined;
  /** Of our file. */
  readonly bytes: number;
  readonly sha256: string;
}

/** The one reason for which a file is not asked for again. */
export const NO_SUCH_FILE = "no such file";

/** Every source was asked, and none has such a file. */
export interface MissingRecord extends RecordBase {
  readonly status: "missing";
  /** Absent in records of before 0.1.0, which also stood for files without an inventory or without what was wanted. */
  readonly because?: typeof NO_SUCH_FILE | undefined;
  readonly tried: readonly string[];
}

export type ManifestRecord = HeldRecord | MissingRecord;

const base = { path: z.string(), initTime: z.string(), leadHours: z.number() };
const message = z.strictObject({
  names: z.array(z.string()),
  range: z.tuple([z.number(), z.number()]),
  lines: z.array(z.string()),
});
const schema: z.ZodType<ManifestRecord> = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("held"),
    ...base,
    source: z.string(),
    url: z.string(),
    servedBy: z.array(z.string()).optional(),
    sourceBytes: z.number(),
    lastModified: z.string().optional(),
    latencySeconds: z.number().optional(),
    answers: z.array(z.string()).optional(),
    messages: z.array(message).optional(),
    absent: z.array(z.string()),
    bytes: z.number(),
    sha256: z.string(),
  }),
  z.strictObject({
    status: z.literal("missing"),
    ...base,
    because: z.literal(NO_SUCH_FILE).optional(),
    tried: z.array(z.string()),
    absent: z.array(z.string()),
  }),
]);

/** The records of a folder by path. One that was killed while writing a line loses that line, and only that. */
export interface Manifest {
  readonly records: ReadonlyMap<string, ManifestRecord>;
  /** Takes effect at once. */
  readonly add: (record: ManifestRecord) => Promise<void>;
  /** Sorted by path, each path once. */
  readonly settle: () => Promise<void>;
}

/** The records of a folder by path, for those who only look; none where there is no manifest. @throws DecodeError for a line that is none of ours */
export async function readManifest(folder: string): Promise<ReadonlyMap<string, ManifestRecord>> {
  return (await readRecords(join(folder, MANIFEST))).records;
}

async function readRecords(path: string): Promise<{ text: string; records: Map<string, ManifestRecord> }> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    // One that is there and can't be read is not none: everything would be fetched again.
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const records = new Map<string, ManifestRecord>();
  // The text behind the last line feed is empty, or a line that was cut off.
  for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
    const record = parseLine(line, `${path} line ${index + 1}`);
    records.set(record.path, record);
  }
  return { text, records };
}

/** @throws DecodeError for a line that is none of ours */
export async function openManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  const { text, records } = await readRecords(path);
  const settle = async (): Promise<void> => {
    const sorted = [...records.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    if (sorted.length > 0) await writeAside(path, sorted.map(lineOf).join(""));
  };
  if (text !== "" && !text.endsWith("\n")) await settle();
  let last: Promise<void> = Promise.resolve();
  return {
    records,
    add: (record) => {
      records.set(record.path, record);
      last = last.then(async () => {
        await makeFolder(folder);
        await naming(path, () => appendFile(path, lineOf(record)));
      });
      return last;
    },
    settle,
  };
}

/** The schema puts keys in its own order, so that a record is the same bytes whoever made it. */
const lineOf = (record: ManifestRecord): string => `${JSON.stringify(schema.parse(record))}\n`;

function parseLine(line: string, place: string): ManifestRecord {
  const remedy = "remove the manifest to have the folder fetched anew";
  return jsonAs(schema, line, { place, expected: "a record of a fetched file", remedy });
}

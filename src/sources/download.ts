/**
 * Carries a plan out, from wherever an earlier job stopped:
 *
 *   F.plan.partial (the plan)  →  F.partial (whole messages, each looked at)  →  F.idx  →  F  →  a line of the manifest
 *
 * Each arrow may be the last thing a killed job did; the next one finds out which and goes on.
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DecodeError, formatTime } from "../core/index.ts";
import { makeFolder, naming, writeAside } from "../files/index.ts";
import { searchText } from "../grib2/index.ts";
import { checkMessage } from "./check-message.ts";
import type { HeldRecord } from "./manifest.ts";
import { type Plan, type PlannedMessage, planBytes, type Request, requestsFor, subsetInventory } from "./plan.ts";
import type { Place } from "./remote.ts";
import type { Shelf } from "./shelf.ts";
import type { Ledger, Result } from "./task.ts";

export interface Download {
  readonly plan: Plan;
  readonly place: Place;
  readonly path: string;
  /** The plan is an earlier job's, and F.partial what it had of it. */
  readonly resuming: boolean;
  /** Messages of the file we hold may be taken over. */
  readonly trusting: boolean;
}

/** @throws DecodeError when what came is not what was planned. @throws TransferError when it did not come */
export async function download(job: Download, shelf: Shelf, ledger: Ledger): Promise<Result> {
  const { plan, path, resuming } = job;
  const file = join(shelf.folder, path);
  const total = planBytes(plan);
  let counted = 0;
  const count = (bytes: number): void => {
    counted += bytes;
    ledger.gain(bytes);
  };
  ledger.expect(total);
  try {
    const named = resuming ? await namedAlready(plan, file) : undefined;
    if (named !== undefined) {
      count(total);
      return await noteDown(plan, path, shelf, { sha256: named, fetchedBytes: 0, servedBy: hostsOf(plan) });
    }
    if (!resuming) await begin(plan, file);
    const { sha256, fetchedBytes, servedBy } = await fill(job, shelf, count);
    await shelf.confirm?.();
    await writeAside(`${file}.idx`, subsetInventory(plan));
    await rename(`${file}.partial`, file);
    return await noteDown(plan, path, shelf, { sha256, fetchedBytes, servedBy });
  } catch (error) {
    // The next try counts for itself.
    ledger.expect(-total);
    ledger.gain(-counted);
    throw error;
  }
}

/** The hash of a file that was renamed but not noted down before the job was killed. */
async function namedAlready(plan: Plan, file: string): Promise<string | undefined> {
  if ((await sizeOf(`${file}.partial`)) !== undefined || (await sizeOf(file)) !== planBytes(plan)) return undefined;
  const hash = createHash("sha256");
  return (await keepWhole(plan, file, hash)) === plan.messages.length ? hash.digest("hex") : undefined;
}

/** First the old part goes, then the new plan comes: a part is always of the plan beside it. */
async function begin(plan: Plan, file: string): Promise<void> {
  await rm(`${file}.partial`, { force: true });
  await makeFolder(dirname(file));
  await writeAside(planPath(file), JSON.stringify({ format: PLAN_FORMAT, plan }));
}

/** Appends to F.partial whatever it lacks. */
async function fill(
  { plan, place, path, trusting }: Download,
  shelf: Shelf,
  count: (bytes: number) => void,
): Promise<Filled> {
  const file = join(shelf.folder, path);
  const hash = createHash("sha256");
  const kept = await keepWhole(plan, `${file}.partial`, hash);
  let at = planBytes({ ...plan, messages: plan.messages.slice(0, kept) });
  let fetchedBytes = 0;
  const servedBy = hostsOf(plan);
  count(at);
  const handle = await open(`${file}.partial`, kept === 0 ? "w" : "r+");
  try {
    await handle.truncate(at);
    const append = async (message: PlannedMessage, bytes: Uint8Array): Promise<void> => {
      checkMessage(bytes, `${plan.url} byte ${message.start}`, { ...plan, chosen: message.chosen });
      await naming(file, () => writeAll(handle, bytes, at));
      hash.update(bytes);
      at += bytes.length;
      count(bytes.length);
    };
    const old = trusting ? await heldMessages(plan, path, shelf) : new Map<number, number>();
    for (const run of runsOf(plan.messages.slice(kept), old)) {
      const { start } = run.messages[0];
      const { end } = run.messages[run.messages.length - 1];
      const isOld = run.old !== undefined;
      const content = isOld
        ? { bytes: await readAt(file, run.old, end - start) }
        : await place.read({ start, end }, plan.version);
      const { bytes } = content;
      if ("servedBy" in content && content.servedBy !== undefined) servedBy.add(content.servedBy);
      if (!isOld) fetchedBytes += bytes.length;
      for (const message of run.messages) {
        await append(message, bytes.subarray(message.start - start, message.end - start));
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), fetchedBytes, servedBy };
}

/** What came of it. */
interface Filled {
  readonly sha256: string;
  readonly fetchedBytes: number;
  /** Hosts that redirects led to. */
  readonly servedBy: Set<string>;
}

const hostsOf = ({ version }: Plan): Set<string> => new Set(version.servedBy === undefined ? [] : [version.servedBy]);

/** Messages to append in order: one that the old file has (at that byte of it), or those that one request brings. */
interface Run {
  readonly messages: readonly PlannedMessage[];
  readonly old?: number;
}

function runsOf(messages: readonly PlannedMessage[], old: ReadonlyMap<number, number>): Run[] {
  const runs: Run[] = [];
  let lacking: PlannedMessage[] = [];
  const ask = (): void => {
    runs.push(...requestsFor(lacking).map((group) => ({ messages: group })));
    lacking = [];
  };
  for (const message of messages) {
    const at = old.get(message.start);
    if (at === undefined) lacking.push(message);
    else {
      ask();
      runs.push({ messages: [message], old: at });
    }
  }
  ask();
  return runs;
}

/** How many of the plan's messages lie whole at the beginning of a file; they go into the hash. */
async function keepWhole(plan: Plan, path: string, hash: Hash): Promise<number> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return 0;
  try {
    let at = 0;
    for (const [index, message] of plan.messages.entries()) {
      const bytes = await readFrom(handle, at, message.end - message.start);
      if (bytes === undefined || !isGood(bytes, plan, message)) return index;
      hash.update(bytes);
      at += bytes.length;
    }
    return plan.messages.length;
  } finally {
    await handle.close();
  }
}

function isGood(bytes: Uint8Array, plan: Plan, { start, chosen }: PlannedMessage): boolean {
  try {
    checkMessage(bytes, `${plan.url} byte ${start}`, { ...plan, chosen });
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/** Where our finished file holds messages of this very version of the remote one: their start there → their start here. */
async function heldMessages({ url, version }: Plan, path: string, shelf: Shelf): Promise<Map<number, number>> {
  const record = shelf.manifest.records.get(path);
  const held = new Map<number, number>();
  if (record?.status !== "held" || record.messages === undefined) return held;
  const same = record.url === url && record.sourceBytes === version.size;
  if (!same || record.lastModified !== optionalTime(version.lastModified)) return held;
  if ((await sizeOf(join(shelf.folder, path))) !== record.bytes) return held;
  let at = 0;
  for (const { range } of record.messages) {
    held.set(range[0], at);
    at += range[1] - range[0];
  }
  return held;
}

/** Notes the finished file down; what helped to make it goes. */
async function noteDown(
  plan: Plan,
  path: string,
  shelf: Shelf,
  { sha256, fetchedBytes, servedBy }: Filled,
): Promise<Result> {
  const { source, url, version, initTime, leadHours, messages, absent } = plan;
  const lastModified = optionalTime(version.lastModified);
  const record: HeldRecord = {
    path,
    status: "held",
    initTime: formatTime(initTime),
    leadHours,
    source,
    url,
    ...(servedBy.size > 0 && { servedBy: [...servedBy].sort() }),
    sourceBytes: version.size,
    ...(lastModified !== undefined && { lastModified }),
    ...(version.lastModified !== undefined && { latencySeconds: version.lastModified - initTime }),
    messages: messages.map(({ start, end, chosen }) => ({
      names: [...new Set(chosen.flatMap(({ wants }) => wants.map(({ name }) => name)))],
      range: [start, end] as const,
      lines: chosen.map(({ entry }) => searchText(entry)),
    })),
    absent,
    bytes: planBytes(plan),
    sha256,
  };
  await shelf.manifest.add(record);
  await tidy(join(shelf.folder, path));
  return { kind: "fetched", record, fetchedBytes };
}

export async function tidy(file: string): Promise<void> {
  for (const rest of [`${file}.partial`, planPath(file), `${planPath(file)}.partial`, `${file}.idx.partial`]) {
    await rm(rest, { force: true });
  }
}

const planPath = (file: string): string => `${file}.plan.partial`;

const PLAN_FORMAT = 2;

/** The plan of a job that was killed, when it still answers this request. */
export async function savedPlan(path: string, request: Request, { folder }: Shelf): Promise<Plan | undefined> {
  const text = await readFile(planPath(join(folder, path)), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // Written aside and renamed by ourselves; what is no plan all the same is made anew, as another version's is.
  const { format, plan } = planIn(text);
  if (plan === undefined) return undefined;
  const same = format === PLAN_FORMAT && JSON.stringify(plan.wants) === JSON.stringify(request.wants);
  return same && plan.initTime === request.initTime && plan.leadHours === request.leadHours ? plan : undefined;
}

function planIn(text: string): { readonly format?: number; readonly plan?: Plan } {
  try {
    return (JSON.parse(text) ?? {}) as { format?: number; plan?: Plan };
  } catch {
    return {};
  }
}

const optionalTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : formatTime(time);

export async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

async function readAt(path: string, start: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const bytes = await readFrom(handle, start, length);
    if (bytes !== undefined) return bytes;
    throw new DecodeError({ place: `${path} byte ${start}`, expected: `${length} octets`, got: "fewer" });
  } finally {
    await handle.close();
  }
}

async function readFrom(handle: FileHandle, start: number, length: number): Promise<Uint8Array | undefined> {
  const { size } = await handle.stat();
  if (start + length > size) return undefined;
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, start);
  return bytesRead === length ? bytes : undefined;
}

/**
 * Some messages of a remote GRIB2 file, as a file of our own. Places are tried in order, inventory and bytes always from the same one:
 *
 *   plan (inventory, size)  →  ask for the bytes that lack  →  check each message  →  append it to F.partial  →  rename to F  →  manifest
 *
 * Killed anywhere, it goes on with the plan it kept: the whole messages of F.partial are looked at again and stay. A damaged answer is
 * planned anew once, then the next place is asked. Nowhere a file, and the init time older than three hours: it is missing, for the record.
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DecodeError, formatHour, formatTime, RequestError, SECONDS_PER_HOUR, TransferError } from "../core/index.ts";
import { searchText } from "../grib2/index.ts";
import { checkMessage } from "./check-message.ts";
import type { Clock } from "./clock.ts";
import type { HeldRecord, Manifest, MissingRecord } from "./manifest.ts";
import {
  type Plan,
  type PlannedMessage,
  planBytes,
  planFrom,
  type Request,
  requestsFor,
  subsetInventory,
} from "./plan.ts";
import type { Place } from "./remote.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";
import type { Want } from "./want.ts";
import { writeAside } from "./write-aside.ts";

export interface GribTarget extends Request {
  /** Our file, below the output folder. */
  readonly path: string;
  /** Copies of the remote file, the preferred one first. */
  readonly places: readonly Place[];
}

/** Where files go, and what is known of them. */
export interface Shelf {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly clock: Clock;
  /** Ask again for what was missing last time. */
  readonly retryMissing?: boolean;
}

/** A file that is not there may still come for so long after its init time. */
export const MISSING_AFTER_HOURS = 3;

/** The first of several targets for one file that gives anything: fields that never change may come from any init time. */
export function anyOf(targets: readonly GribTarget[], shelf: Shelf): Task {
  const asking = { ...shelf, retryMissing: true };
  return {
    path: targets[0].path,
    estimate: () => estimateSubset(targets[0], asking),
    run: async (ledger) => {
      for (const target of targets.slice(0, -1)) {
        const result = await fetchSubset(target, asking, ledger);
        if (result.kind === "fetched" || result.kind === "kept") return result;
      }
      return fetchSubset(targets[targets.length - 1], asking, ledger);
    },
  };
}

export function subsetTask(target: GribTarget, shelf: Shelf): Task {
  return {
    path: target.path,
    estimate: () => estimateSubset(target, shelf),
    run: (ledger) => fetchSubset(target, shelf, ledger),
  };
}

async function fetchSubset(target: GribTarget, shelf: Shelf, ledger: Ledger): Promise<Result> {
  const known = await settled(target, shelf);
  if (known !== undefined) return known;
  const request = widened(target, shelf);
  const saved = await savedPlan(target, request, shelf);
  const isSaved = (place: Place): boolean => place.source === saved?.source && place.url === saved.url;
  const places = [...target.places.filter(isSaved), ...target.places.filter((place) => !isSaved(place))];
  const outcome = await fromFirst(places, async (place, attempt) => {
    const resumed = attempt === 0 && isSaved(place) ? saved : undefined;
    const plan = resumed ?? (await planFrom(place, request));
    if (plan === undefined) return undefined;
    return download(
      { plan, place, path: target.path, resuming: resumed !== undefined, trusting: attempt === 0 },
      shelf,
      ledger,
    );
  });
  if (outcome === undefined) return nowhere(target, shelf);
  return "error" in outcome ? { kind: "failed", path: target.path, error: outcome.error } : outcome.value;
}

async function estimateSubset(target: GribTarget, shelf: Shelf): Promise<Estimate> {
  const known = await settled(target, shelf);
  if (known?.kind === "kept") return { kind: "kept", bytes: known.record.bytes };
  if (known !== undefined) return { kind: "missing" };
  const outcome = await fromFirst(target.places, (place) => planFrom(place, widened(target, shelf)));
  if (outcome === undefined) return { kind: mayCome(target, shelf) ? "pending" : "missing" };
  if ("error" in outcome) return { kind: "failed", error: outcome.error };
  const { source, messages, absent } = outcome.value;
  return { kind: "fetch", source, bytes: planBytes(outcome.value), requests: requestsFor(messages).length, absent };
}

const TRIES_AT_A_PLACE = 2;

/** What the first place gives that has it; `undefined` when every one was asked and has nothing. */
async function fromFirst<T>(
  places: readonly Place[],
  attempt: (place: Place, number: number) => Promise<T | undefined>,
): Promise<{ readonly value: T } | { readonly error: Error } | undefined> {
  let error: Error | undefined;
  for (const place of places) {
    for (let number = 0; number < TRIES_AT_A_PLACE; number++) {
      try {
        const value = await attempt(place, number);
        if (value !== undefined) return { value };
        break;
      } catch (failure) {
        if (!(failure instanceof DecodeError || failure instanceof TransferError)) throw failure;
        error ??= failure;
        // A site that cannot be reached was already asked five times; a damaged answer may have been a file in the making.
        if (failure instanceof TransferError) break;
      }
    }
  }
  // As long as one place could not say, nobody knows that the file is missing.
  return error && { error };
}

/** What an earlier job left, when nothing is to be done: the file, or the knowledge that there is none. */
async function settled(target: GribTarget, { folder, manifest, retryMissing }: Shelf): Promise<Result | undefined> {
  const record = manifest.records.get(target.path);
  if (record === undefined) return undefined;
  const answered = new Set([...record.absent, ...heldNames(record)]);
  if (!target.wants.every(({ name }) => answered.has(name))) return undefined;
  if (record.status === "missing") return retryMissing === true ? undefined : { kind: "missing", record };
  const file = join(folder, target.path);
  if ((await sizeOf(file)) !== record.bytes) return undefined;
  await tidy(file);
  return { kind: "kept", record };
}

function heldNames(record: HeldRecord | MissingRecord): string[] {
  return record.status === "held" ? (record.messages ?? []).flatMap(({ names }) => names) : [];
}

/** The request, and with it whatever the file holds already, so that asking for more never loses anything. */
function widened(target: GribTarget, { manifest }: Shelf): Request {
  const { initTime, leadHours, wants, path } = target;
  const record = manifest.records.get(path);
  const asked = new Set(wants.map(({ name }) => name));
  const held = record?.status === "held" ? (record.messages ?? []) : [];
  const more: Want[] = held.flatMap(({ names, lines }) =>
    names.some((name) => asked.has(name))
      ? []
      : lines.map((line, at) => ({ name: names[at] ?? names[0], search: `^${escaped(line)}$` })),
  );
  return { initTime, leadHours, wants: [...more, ...wants] };
}

/** The text as a regular expression that finds it and nothing else. */
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const planPath = (file: string): string => `${file}.plan.partial`;

/** The plan of a job that was killed, when it still answers this request. */
async function savedPlan({ path }: GribTarget, request: Request, { folder }: Shelf): Promise<Plan | undefined> {
  const text = await readFile(planPath(join(folder, path)), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  // Written aside and renamed by ourselves, so it is whole; another version's plan has another format.
  const { format, plan } = JSON.parse(text) as { format: number; plan: Plan };
  const same = format === PLAN_FORMAT && JSON.stringify(plan.wants) === JSON.stringify(request.wants);
  return same && plan.initTime === request.initTime && plan.leadHours === request.leadHours ? plan : undefined;
}

const PLAN_FORMAT = 1;

interface Download {
  readonly plan: Plan;
  readonly place: Place;
  readonly path: string;
  /** The plan is an earlier job's, and F.partial what it had of it. */
  readonly resuming: boolean;
  /** Messages of the file we hold may be taken over. */
  readonly trusting: boolean;
}

/** Everything of a plan, from where an earlier job stopped. */
async function download(
  { plan, place, path, resuming, trusting }: Download,
  shelf: Shelf,
  ledger: Ledger,
): Promise<Result> {
  const file = join(shelf.folder, path);
  const partial = `${file}.partial`;
  const total = planBytes(plan);
  ledger.expect(total);
  const gained = { bytes: 0 };
  const hash = createHash("sha256");
  try {
    // Killed between renaming and noting it down: the file is there, whole, and only the note is lacking.
    if (resuming && (await sizeOf(partial)) === undefined && (await sizeOf(file)) === total) {
      const whole = createHash("sha256");
      if ((await keepWhole(plan, file, whole)) === plan.messages.length) {
        return await finish(plan, path, shelf, whole.digest("hex"), 0);
      }
    }
    if (!resuming) {
      await rm(partial, { force: true });
      await mkdir(dirname(file), { recursive: true });
      await writeAside(planPath(file), JSON.stringify({ format: PLAN_FORMAT, plan }));
    }
    const kept = await keepWhole(plan, partial, hash);
    gained.bytes = planBytes({ ...plan, messages: plan.messages.slice(0, kept) });
    ledger.gain(gained.bytes);
    const handle = await open(partial, kept === 0 ? "w" : "r+");
    let fetchedBytes = 0;
    try {
      await handle.truncate(gained.bytes);
      const append = async (message: PlannedMessage, bytes: Uint8Array): Promise<void> => {
        checkMessage(bytes, `${plan.url} byte ${message.start}`, { ...plan, chosen: message.chosen });
        await handle.write(bytes, 0, bytes.length, gained.bytes);
        hash.update(bytes);
        gained.bytes += bytes.length;
        ledger.gain(bytes.length);
      };
      const old = trusting ? await heldMessages(plan, path, shelf) : new Map<number, number>();
      for (const run of runsOf(plan.messages.slice(kept), old)) {
        if (run.old !== undefined) {
          await append(run.messages[0], await readAt(file, run.old, run.messages[0].end - run.messages[0].start));
          continue;
        }
        const [{ start }] = run.messages;
        const bytes = await place.read({ start, end: run.messages[run.messages.length - 1].end }, plan.version);
        fetchedBytes += bytes.length;
        for (const message of run.messages) {
          await append(message, bytes.subarray(message.start - start, message.end - start));
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await writeAside(`${file}.idx`, subsetInventory(plan));
    await rename(partial, file);
    return await finish(plan, path, shelf, hash.digest("hex"), fetchedBytes);
  } catch (error) {
    // The next try counts its bytes itself.
    ledger.expect(-total);
    ledger.gain(-gained.bytes);
    throw error;
  }
}

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
async function finish(plan: Plan, path: string, shelf: Shelf, sha256: string, fetchedBytes: number): Promise<Result> {
  const { source, url, version, initTime, leadHours, messages, absent } = plan;
  const lastModified = optionalTime(version.lastModified);
  const record: HeldRecord = {
    path,
    status: "held",
    initTime: formatTime(initTime),
    leadHours,
    source,
    url,
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

async function tidy(file: string): Promise<void> {
  for (const rest of [`${file}.partial`, planPath(file), `${planPath(file)}.partial`, `${file}.idx.partial`]) {
    await rm(rest, { force: true });
  }
}

function mayCome({ initTime }: GribTarget, { clock }: Shelf): boolean {
  return clock.now() - initTime < MISSING_AFTER_HOURS * SECONDS_PER_HOUR;
}

async function nowhere(target: GribTarget, shelf: Shelf): Promise<Result> {
  const { path, initTime, leadHours, wants, places } = target;
  if (places.length === 0) return { kind: "failed", path, error: noPlace(target) };
  if (mayCome(target, shelf)) return { kind: "pending", path };
  const tried = places.map(({ source }) => source);
  const absent = wants.map(({ name }) => name);
  const record: MissingRecord = { path, status: "missing", initTime: formatTime(initTime), leadHours, tried, absent };
  // A file we hold stays known, also when its origin has gone.
  if (shelf.manifest.records.get(path)?.status !== "held") await shelf.manifest.add(record);
  return { kind: "missing", record };
}

/** Nobody was asked, so nobody said that it is missing. */
function noPlace({ path, initTime }: GribTarget): RequestError {
  const expected = `a source with files of ${formatHour(initTime)}`;
  return new RequestError({ place: path, expected, got: "none of those named", remedy: "name more with --sources" });
}

const optionalTime = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : formatTime(time);

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
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

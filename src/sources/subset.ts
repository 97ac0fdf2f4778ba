/**
 * Some messages of a remote GRIB2 file, as a file of our own. Places are tried in order, inventory and bytes always from the same one:
 *
 *   plan (inventory, size)  →  ask for the bytes that lack  →  check each message  →  append it to F.partial  →  rename to F  →  manifest
 *
 * Killed anywhere, it goes on with the plan it kept: the whole messages of F.partial are looked at again and stay. A damaged answer is
 * planned anew once, then the next place is asked. Nowhere a file, and the init time older than three hours: it is missing, for the record.
 * @module
 */
import { join } from "node:path";
import { DecodeError, formatHour, formatTime, RequestError, SECONDS_PER_HOUR, TransferError } from "../core/index.ts";
import { download, savedPlan, sizeOf, tidy } from "./download.ts";
import type { HeldRecord, MissingRecord } from "./manifest.ts";
import { planBytes, planFrom, type Request, requestsFor } from "./plan.ts";
import type { Place } from "./remote.ts";
import { MISSING_AFTER_HOURS, type Shelf } from "./shelf.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";
import type { Want } from "./want.ts";

export interface GribTarget extends Request {
  /** Our file, below the output folder. */
  readonly path: string;
  /** Copies of the remote file, the preferred one first. */
  readonly places: readonly Place[];
}

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
  const saved = await savedPlan(target.path, request, shelf);
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

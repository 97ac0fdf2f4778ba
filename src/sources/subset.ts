/**
 * Some messages of a remote GRIB2 file, as a file of our own. Places are tried in order, inventory and bytes always from the same one:
 *
 *   plan (inventory, size)  →  ask for the bytes that lack  →  check each message  →  append it to F.partial  →  rename to F  →  manifest
 *
 * Killed anywhere, it goes on with the plan it kept: the whole messages of F.partial are looked at again and stay. A damaged answer is
 * planned anew, then the next place is asked (`inquiry.ts`). Nowhere a file, and its source's time to publish over: it is missing, for the
 * record. A file that is there without what is wanted of it is not: next time it is asked again.
 * @module
 */
import { join } from "node:path";
import { formatTime, SECONDS_PER_HOUR } from "../core/index.ts";
import { download, savedPlan, sizeOf, tidy } from "./download.ts";
import { type Asked, inquire } from "./inquiry.ts";
import { type HeldRecord, type MissingRecord, NO_SUCH_FILE } from "./manifest.ts";
import { type Plan, planBytes, planFrom, type Request, requestsFor } from "./plan.ts";
import type { Place } from "./remote.ts";
import type { Shelf } from "./shelf.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";
import type { Want } from "./want.ts";

export interface GribTarget extends Request {
  /** Our file, below the output folder. */
  readonly path: string;
  /** Copies of the remote file, the preferred one first. */
  readonly places: readonly Place[];
  /** Why there is no place to ask, where there is none. */
  readonly outside?: string;
  /** Hours after the init time in which a file that is not there may still come. */
  readonly publishedWithinHours: number;
  /** Asked when no place has the file: what else there is of its cycle, should the files lie under names we do not know. */
  readonly otherNames?: () => Promise<string | undefined>;
  /** What users of such a file should know. */
  readonly remarks?: (record: HeldRecord) => readonly string[];
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
    run: async (ledger) => {
      const result = await fetchSubset(target, shelf, ledger);
      if (result.kind !== "fetched" && result.kind !== "kept") return result;
      const remarks = target.remarks?.(result.record) ?? [];
      return remarks.length === 0 ? result : { ...result, remarks };
    },
  };
}

async function fetchSubset(target: GribTarget, shelf: Shelf, ledger: Ledger): Promise<Result> {
  const { path } = target;
  const known = await settled(target, shelf);
  if (known !== undefined) return known;
  const held = await heldFile(path, shelf);
  const request = widened(target, shelf);
  const saved = await savedPlan(path, request, shelf);
  const isSaved = (place: Place): boolean => place.source === saved?.source && place.url === saved.url;
  const places = [...target.places.filter(isSaved), ...target.places.filter((place) => !isSaved(place))];
  const inquiry = await inquire(places, !mayCome(target, shelf), async (place, asked) => {
    const resumed = asked.isFirst && isSaved(place) ? saved : undefined;
    const answer = resumed === undefined ? await planFrom(place, request, asked.reading) : planned(resumed);
    if (answer.kind !== "plan") return answer;
    if (held !== undefined && bringsNothing(answer.plan, held))
      return { kind: "found", value: await keep(held, shelf) };
    const resuming = resumed !== undefined;
    const job = { plan: answer.plan, place, path, resuming, trusting: asked.isFirst };
    return { kind: "found", value: await download(job, shelf, ledger) };
  });
  if (inquiry.kind === "found") return inquiry.value;
  // A file we hold stays, also when its origin has gone.
  if (held !== undefined) return keep(held, shelf);
  if (inquiry.kind === "failed") return { kind: "failed", path, error: inquiry.error };
  if (inquiry.kind === "lacking") return { kind: "lacking", path, why: inquiry.why };
  return inquiry.kind === "no inventory" ? { kind: "pending", path } : nowhere(target, shelf);
}

const planned = (plan: Plan): { readonly kind: "plan"; readonly plan: Plan } => ({ kind: "plan", plan });

async function estimateSubset(target: GribTarget, shelf: Shelf): Promise<Estimate> {
  const known = await settled(target, shelf);
  if (known?.kind === "kept") return { kind: "kept", bytes: known.record.bytes };
  if (known !== undefined) return { kind: "missing" };
  const held = await heldFile(target.path, shelf);
  const ask = async (place: Place, { reading }: Asked): ReturnType<typeof planFrom> =>
    planFrom(place, widened(target, shelf), reading);
  const inquiry = await inquire(target.places, !mayCome(target, shelf), async (place, asked) => {
    const answer = await ask(place, asked);
    return answer.kind === "plan" ? { kind: "found", value: answer.plan } : answer;
  });
  if (held !== undefined && (inquiry.kind !== "found" || bringsNothing(inquiry.value, held))) {
    return { kind: "kept", bytes: held.bytes };
  }
  if (inquiry.kind === "found") {
    const { source, messages, absent } = inquiry.value;
    return { kind: "fetch", source, bytes: planBytes(inquiry.value), requests: requestsFor(messages).length, absent };
  }
  if (inquiry.kind === "failed") return { kind: "failed", error: inquiry.error };
  if (inquiry.kind === "lacking") return { kind: "lacking", why: inquiry.why };
  if (target.places.length === 0) return { kind: "outside", why: whyOutside(target) };
  return { kind: inquiry.kind === "no inventory" || mayCome(target, shelf) ? "pending" : "missing" };
}

/** What an earlier job left, when nothing is to be done: the whole file, or the knowledge that there is none. */
async function settled(target: GribTarget, shelf: Shelf): Promise<Result | undefined> {
  const record = shelf.manifest.records.get(target.path);
  if (record?.status === "missing") {
    // Before records told why, they also stood for files without an inventory, or without what was wanted: those are asked again.
    if (record.because !== NO_SUCH_FILE || shelf.retryMissing === true) return undefined;
    return target.wants.every(({ name }) => record.absent.includes(name)) ? { kind: "missing", record } : undefined;
  }
  const held = await heldFile(target.path, shelf);
  const names = new Set(held && heldNames(held));
  return held !== undefined && target.wants.every(({ name }) => names.has(name)) ? keep(held, shelf) : undefined;
}

/** The record of our file, when it is there as recorded. */
async function heldFile(path: string, { folder, manifest }: Shelf): Promise<HeldRecord | undefined> {
  const record = manifest.records.get(path);
  return record?.status === "held" && (await sizeOf(join(folder, path))) === record.bytes ? record : undefined;
}

async function keep(record: HeldRecord, { folder }: Shelf): Promise<Result> {
  await tidy(join(folder, record.path));
  return { kind: "kept", record };
}

const heldNames = ({ messages = [] }: HeldRecord): string[] => messages.flatMap(({ names }) => names);

/** True when all that could be fetched is held. */
function bringsNothing({ messages }: Plan, held: HeldRecord): boolean {
  const names = new Set(heldNames(held));
  return messages.every(({ chosen }) => chosen.every(({ wants }) => wants.every(({ name }) => names.has(name))));
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

function mayCome({ initTime, publishedWithinHours }: GribTarget, { clock }: Shelf): boolean {
  return clock.now() - initTime < publishedWithinHours * SECONDS_PER_HOUR;
}

async function nowhere(target: GribTarget, shelf: Shelf): Promise<Result> {
  const { path, initTime, leadHours, wants, places } = target;
  // Nobody was asked, so nobody said that it is missing.
  if (places.length === 0) return { kind: "outside", path, why: whyOutside(target) };
  if (mayCome(target, shelf)) return { kind: "pending", path };
  const other = await target.otherNames?.();
  if (other !== undefined) {
    const why = `${places[0].url}: no such file, but its cycle is there under other names, ${other} among them`;
    return { kind: "lacking", path, why };
  }
  const tried = [...new Set(places.map(({ source }) => source))];
  const absent = wants.map(({ name }) => name);
  const init = formatTime(initTime);
  const record: MissingRecord = {
    path,
    status: "missing",
    initTime: init,
    leadHours,
    because: NO_SUCH_FILE,
    tried,
    absent,
  };
  await shelf.manifest.add(record);
  return { kind: "missing", record };
}

function whyOutside({ outside = "no source was named that has files of that time" }: GribTarget): string {
  return outside;
}

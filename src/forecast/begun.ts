/**
 * A forecast under way, in `F.zarr.partial`, which any number of processes on any machines may write:
 *
 *   begun.json      which forecast it is, and its hash; written once, by whoever is first
 *   HASH/…          the store as it will be, in a folder named for the hash: no state of another forecast can come into it
 *   aside/…         files until they are whole, so that the store never holds half of one
 *   whole/MEMBER    empty; a member all of whose states are there
 *
 * One rename of HASH to `F.zarr` publishes it, and all else goes. A twin that still computes then finds no folder to write to and never
 * makes one anew. What is there is asked by listing folders, and what others have done by the marks in `whole`, a folder in which the one
 * who asks has just made its own: names that were absent a moment ago are never asked for (`files/listing.ts`).
 * @module
 */
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DecodeError, jsonAs, RequestError } from "../core/index.ts";
import { isListed, makeFolder, namesIn, nameUnlessTaken, newAside, type Tree } from "../files/index.ts";
import { type Attributes, hasShard, partialPath, shardPath } from "../zarr/index.ts";
import { firstDifference } from "./difference.ts";
import { FORECAST_FORMAT, type ForecastHeader, headerSchema, stateOf } from "./layout.ts";

/** One state of a forecast. */
export interface ForecastPart {
  readonly member: number;
  /** In the order of `leadHours`. */
  readonly lead: number;
}

export interface Begun {
  readonly header: Pick<ForecastHeader, "channels" | "grid" | "leadHours" | "memberCount">;
  readonly attributes: Attributes;
  readonly hash: string;
  /** Where states are written. */
  readonly tree: Tree;
  /** Leads of a member that are there; marks the member when that is all. */
  readonly leadsOf: (member: number) => Promise<ReadonlySet<number>>;
  /** Every part that nobody has written yet. */
  readonly missing: () => Promise<ForecastPart[]>;
  /** Gives the store its name, once it was looked at. @throws RequestError when a state is not there though its member is marked */
  readonly publish: () => Promise<void>;
}

const BEGUN = "begun.json";
const ASIDE = "aside";
const WHOLE = "whole";
const FORMAT = "updraft-forecast-begun";

const begunSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
  attributes: z.record(z.string(), z.unknown()),
});

/** What tells one forecast from every other: all its attributes say, and the state its members start from. */
export function forecastHash(attributes: Attributes, initial: Float32Array): string {
  const bytes = new Uint8Array(initial.buffer, initial.byteOffset, initial.byteLength);
  return createHash("sha256").update(JSON.stringify(attributes)).update(bytes).digest("hex").slice(0, 16);
}

/**
 * Begins a forecast beside `path`, or joins those who have.
 * @throws RequestError when another forecast was begun there
 */
export async function beginForecast(path: string, attributes: Attributes, hash: string): Promise<Begun> {
  const partial = partialPath(path);
  const own = { format: FORMAT, version: 1, hash, attributes } as const;
  const names = await namesIn(partial);
  requireOurs(partial, names);
  if (names.includes(BEGUN)) requireSame(partial, await readBegun(partial), own);
  // Marks without the store they speak of are of one that was published from here.
  if (!names.includes(hash)) await rm(join(partial, WHOLE), { recursive: true, force: true });
  const begun = begunAt(path, own);
  for (const folder of [begun.tree.asides, join(partial, WHOLE), stateFolder(begun)]) {
    await makeFolder(folder);
  }
  const aside = await newAside(join(begun.tree.asides, BEGUN));
  await writeFile(aside, `${JSON.stringify(own, undefined, 2)}\n`);
  const isFirst = await nameUnlessTaken(aside, join(partial, BEGUN));
  await rm(aside, { force: true });
  if (isFirst) return begun;
  try {
    requireSame(partial, await readBegun(partial), own);
  } catch (error) {
    await rm(begun.tree.root, { recursive: true, force: true });
    throw error;
  }
  return begun;
}

/**
 * The forecast under way beside `path`, undefined when there is none.
 * @throws RequestError when something else lies there, DecodeError when its begun.json is damaged
 */
export async function openBegun(path: string): Promise<Begun | undefined> {
  const partial = partialPath(path);
  const names = await namesIn(partial);
  requireOurs(partial, names);
  return names.includes(BEGUN) ? begunAt(path, await readBegun(partial)) : undefined;
}

/** Removes what is left beside a forecast that is published. */
export async function removeBegun(path: string, hash: string): Promise<void> {
  const partial = partialPath(path);
  const names = await namesIn(partial);
  // What a twin writes there at this moment is not worth an error: whoever comes next removes it.
  const remove = (...name: string[]): Promise<void> =>
    rm(join(partial, ...name), { recursive: true, force: true }).catch(() => undefined);
  if (!names.includes(BEGUN) || (await readBegun(partial)).hash !== hash) return;
  for (const name of [hash, ASIDE, WHOLE, BEGUN]) await remove(name);
  await rmdir(partial).catch(() => undefined);
}

function begunAt(path: string, { hash, attributes }: z.infer<typeof begunSchema>): Begun {
  const partial = partialPath(path);
  const header = headerOf(attributes, partial);
  const { leadHours, memberCount, ...space } = header;
  const state = stateOf(space, memberCount, leadHours.length);
  const tree = { root: join(partial, hash), asides: join(partial, ASIDE) };
  const whole = join(partial, WHOLE);
  const members = Array.from({ length: memberCount }, (_, member) => member);
  const leads = leadHours.map((_, lead) => lead);
  const hasState = (member: number, lead: number): Promise<boolean> =>
    hasShard(tree.root, state, [member, lead, 0, 0, 0]);

  const leadsOf = async (member: number): Promise<ReadonlySet<number>> => {
    const folder = join(tree.root, state.name, "c");
    if (!(await namesIn(folder)).includes(String(member))) return new Set();
    const files = new Set(await readdir(join(folder, String(member)), { recursive: true }));
    const there = new Set(leads.filter((lead) => files.has(join(String(lead), "0", "0", "0"))));
    if (there.size === leads.length) await writeFile(join(whole, String(member)), "");
    return there;
  };
  const missing = async (): Promise<ForecastPart[]> => {
    const marked = new Set(await namesIn(whole));
    const parts: ForecastPart[] = [];
    for (const member of members.filter((one) => !marked.has(String(one)))) {
      const there = await leadsOf(member);
      parts.push(...leads.filter((lead) => !there.has(lead)).map((lead) => ({ member, lead })));
    }
    return parts;
  };
  const requireAll = async (): Promise<void> => {
    for (const member of members) {
      for (const lead of leads) {
        if (await hasState(member, lead)) continue;
        await rm(join(whole, String(member)), { force: true });
        throw new RequestError({
          place: tree.root,
          expected: `${memberCount} members at ${leads.length} leads`,
          got: `no ${shardPath("", state, [member, lead, 0, 0, 0])}, though its member was whole`,
          remedy: "run the forecast again: it makes what is missing",
        });
      }
    }
  };
  return {
    header,
    attributes,
    hash,
    tree,
    leadsOf,
    missing,
    publish: async () => {
      try {
        await requireAll();
        await rename(tree.root, path);
      } catch (error) {
        const isListedNow = await isListed(path);
        if (isListedNow && (await namesIn(partial)).includes(hash)) throw inTheWay(path);
        // Else another process found it whole too, and was quicker.
        if (!isListedNow) throw error;
      }
      await removeBegun(path, hash);
    },
  };
}

/** Something else lies where a forecast is to be. */
export function inTheWay(path: string): RequestError {
  return new RequestError({
    place: path,
    expected: "nothing there yet",
    got: "a file or folder",
    remedy: "choose another path or remove it",
  });
}

const stateFolder = ({ tree }: Begun): string => join(tree.root, "state", "c");

function headerOf(attributes: Attributes, place: string): Begun["header"] {
  const parsed = headerSchema.safeParse(attributes.updraft);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new DecodeError({
    place: join(place, BEGUN),
    expected: "a forecast's description",
    got: `${path.join(".")}: ${message}`,
  });
}

async function readBegun(partial: string): Promise<z.infer<typeof begunSchema>> {
  const place = join(partial, BEGUN);
  return jsonAs(begunSchema, await readFile(place, "utf8"), { place, expected: FORMAT, remedy: `remove ${partial}` });
}

/** @throws RequestError for a folder that holds something else: an archive's, or an unfinished forecast of before */
function requireOurs(partial: string, names: readonly string[]): void {
  const strange = names.find((name) => ![BEGUN, ASIDE, WHOLE].includes(name) && !/^[0-9a-f]{16}$/.test(name));
  if (strange === undefined) return;
  throw new RequestError({
    place: partial,
    expected: "nothing there yet, or a forecast that was begun",
    got: `something with ${strange}: another store, or an unfinished ${FORECAST_FORMAT} of an earlier version`,
    remedy: "remove it, or choose another path",
  });
}

function requireSame(
  partial: string,
  held: { readonly hash: string; readonly attributes: Attributes },
  wanted: { readonly hash: string; readonly attributes: Attributes },
): void {
  if (held.hash === wanted.hash) return;
  const got =
    firstDifference(held.attributes, JSON.parse(JSON.stringify(wanted.attributes))) ?? "another initial state";
  throw new RequestError({
    place: partial,
    expected: "the beginning of this same forecast",
    got,
    remedy: "remove it, or choose another path",
  });
}

/**
 * What lies below a prefix of a public S3 bucket, page by page:
 *
 *   GET /?list-type=2&prefix=…[&continuation-token=…]  →  <ListBucketResult> of <Contents> with <Key>, <Size>, <LastModified>
 *
 * The reader knows this one document and no other XML: no declarations, no entities but the five and numbers, nothing nested where
 * nothing belongs. Source: Amazon S3 API reference, ListObjectsV2.
 * @module
 */
import { DecodeError, type UtcSeconds } from "../core/index.ts";
import type { Http } from "./http.ts";
import type { SiteName, Sites } from "./sites.ts";

export interface S3Object {
  readonly key: string;
  readonly size: number;
  readonly lastModified: UtcSeconds;
}

export interface S3Page {
  readonly objects: readonly S3Object[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** A page holds at most 1000 objects of at most about 2 kB each. */
const LARGEST_PAGE = 2 ** 23;
/** A day of MRMS is one page, HRRR's largest folder three. */
const MOST_PAGES = 100;

/** Every object below the prefix, by key. @throws DecodeError for an answer that is no listing, or one that does not end */
export async function listBucket(http: Http, sites: Sites, site: SiteName, prefix: string): Promise<S3Object[]> {
  const objects: S3Object[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== undefined) query.set("continuation-token", token);
    const url = `${sites[site].base}/?${query}`;
    const content = await http.whole(site, url, LARGEST_PAGE);
    if (content === undefined) throw noListing(url, "no such bucket (404)");
    const { objects: more, next } = parseListing(new TextDecoder().decode(content.bytes), url);
    objects.push(...more);
    if (next === undefined) return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
    token = next;
  }
  throw noListing(`${sites[site].base}/ prefix ${prefix}`, `more than ${MOST_PAGES} pages`);
}

/**
 * The first object below the prefix; `undefined` where there is none, and where nobody lists: a mirror need not.
 * @throws TransferError when the bucket cannot be reached
 */
export async function firstBelow(
  http: Http,
  sites: Sites,
  site: SiteName,
  prefix: string,
): Promise<string | undefined> {
  const url = `${sites[site].base}/?${new URLSearchParams({ "list-type": "2", prefix, "max-keys": "1" })}`;
  const content = await http.whole(site, url, LARGEST_PAGE);
  try {
    return content && parseListing(new TextDecoder().decode(content.bytes), url).objects[0]?.key;
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** A question about each key, asked once however often it comes. */
export function remembered<K, T>(ask: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const answers = new Map<K, Promise<T>>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}

const DOCUMENT = /^\s*(?:<\?xml[^>]*\?>)?\s*<ListBucketResult(?:\s[^<>]*)?>([\s\S]*)<\/ListBucketResult>\s*$/;
const CONTENTS = /<Contents>([\s\S]*?)<\/Contents>/g;

/** @throws DecodeError */
export function parseListing(text: string, place: string): S3Page {
  const body = DOCUMENT.exec(text)?.[1];
  if (body === undefined || body.includes("<!")) throw noListing(place, JSON.stringify(text.slice(0, 60)));
  const objects: S3Object[] = [];
  for (const [, content] of body.matchAll(CONTENTS)) {
    const size = Number(requireElement(content, "Size", place));
    const lastModified = Date.parse(requireElement(content, "LastModified", place)) / 1000;
    if (!Number.isSafeInteger(size) || size < 0) throw noListing(place, `the size ${size}`);
    if (Number.isNaN(lastModified)) throw noListing(place, "a time that is none");
    objects.push({ key: requireElement(content, "Key", place), size, lastModified });
  }
  const rest = body.replace(CONTENTS, "");
  if (requireElement(rest, "IsTruncated", place) !== "true") return { objects };
  return { objects, next: requireElement(rest, "NextContinuationToken", place) };
}

function requireElement(xml: string, name: string, place: string): string {
  const found = new RegExp(`<${name}>([^<>]*)</${name}>`).exec(xml);
  if (found === null) throw noListing(place, `no <${name}>`);
  return found[1].replace(/&([^;&]*);?/g, (entity, word: string) => {
    const character = entity.endsWith(";") ? decodeEntity(word) : undefined;
    if (character === undefined) throw noListing(place, `the entity ${JSON.stringify(entity)}`);
    return character;
  });
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decodeEntity(word: string): string | undefined {
  const digits = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(word);
  if (digits === null) return ENTITIES.get(word);
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function noListing(place: string, got: string): DecodeError {
  return new DecodeError({ place, expected: "an S3 bucket listing", got, remedy: "check the address of the bucket" });
}

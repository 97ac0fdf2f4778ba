/**
 * What was computed of one case of a calibration, kept until all are done, so that one that was stopped goes on:
 *
 *   calibration.partial/NAME DIGEST.json    {"sha256": of the text of value, "value": …}
 *   calibration.partial/NAME DIGEST.zarr    the forecast it is computed from, until it is
 *
 * The digest is of all that the value depends on; what does not verify is computed anew.
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, hoursDigest, type LargeScale } from "../archive/index.ts";
import { removeTree, writeAside } from "../files/index.ts";

export interface KeptCase<T> {
  readonly scratch: string;
  /** For people, before the digest in the file's name. */
  readonly name: string;
  /** All that the value depends on, so that one of another model, budget or archive is not taken for it. */
  readonly key: readonly unknown[];
  readonly schema: z.ZodType<T>;
}

/**
 * The value that is kept, or the one that is made now and kept. `make` is given the path of a store that is the case's own, of which nothing is
 * left once the value is kept: it loses its name before its parts, so that a kill leaves no half of it to go on from.
 */
export async function keptCase<T>(
  { scratch, name, key, schema }: KeptCase<T>,
  make: (store: string) => Promise<T>,
): Promise<T> {
  const path = join(scratch, `${name} ${sha256(JSON.stringify(key)).slice(0, 16)}`.trim());
  const held = parsed(await readFile(`${path}.json`, "utf8").catch(() => undefined), schema);
  if (held !== undefined) return held;
  const store = `${path}.zarr`;
  const value = await make(store);
  await writeAside(`${path}.json`, JSON.stringify({ sha256: sha256(JSON.stringify(value)), value }));
  await removeTree(store);
  return value;
}

function parsed<T>(text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    const { sha256: stored, value } = fileSchema.parse(JSON.parse(text));
    return sha256(JSON.stringify(value)) === stored ? schema.parse(value) : undefined;
  } catch {
    return undefined;
  }
}

const fileSchema = z.object({ sha256: z.string(), value: z.unknown() });
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What forecasts are made from and held to, by content: another archive at the same path is another. */
export async function contentOf(archive: Archive, largeScale: LargeScale | undefined): Promise<unknown[]> {
  return [(await hoursDigest(archive)) ?? archive.path, (await largeScale?.digest()) ?? null];
}

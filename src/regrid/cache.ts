/**
 * Weights kept between runs: 24 million MRMS pixels take seconds to place, and their places never change. A file is named for what it
 * holds, the kind and both grids, and holds the same again:
 *
 *   "UPDRAFT-REGRID-1\n" · one line of JSON {kind, from, to, sources, weighted} · starts · sources · weights · sha256
 *
 * Little-endian; whatever does not fit or does not verify is computed anew, so the folder may be emptied at any time.
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cellCount, type Grid } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { type RegridWeights, regridWeights, type WeightKind } from "./weights.ts";

const MAGIC = "UPDRAFT-REGRID-1\n";
const DIGEST = 32;

/** As `regridWeights`, but kept in a folder. Errors as there, and those of the disk when the folder cannot be written. */
export async function cachedWeights(kind: WeightKind, from: Grid, to: Grid, folder: string): Promise<RegridWeights> {
  const key = JSON.stringify({ kind, from, to });
  const path = join(folder, `${kind}-${sha256(key).toString("hex").slice(0, 32)}.weights`);
  const held = await readFile(path).catch(() => undefined);
  const found = held === undefined ? undefined : decodeWeights(held, { kind, from, to });
  if (found !== undefined) return found;
  const weights = regridWeights(kind, from, to);
  await writeAside(path, encodeWeights(weights));
  return weights;
}

/** The bytes of a file. */
export function encodeWeights({ kind, from, to, starts, sources, weights }: RegridWeights): Uint8Array {
  const head = `${JSON.stringify({ kind, from, to, sources: sources.length, weighted: weights !== undefined })}\n`;
  const parts = [MAGIC, head, bytesOf(starts), bytesOf(sources), ...(weights === undefined ? [] : [bytesOf(weights)])];
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
  return Buffer.concat([body, sha256(body)]);
}

/** The weights in a file, `undefined` unless they are whole and those asked for. */
export function decodeWeights(
  file: Uint8Array,
  wanted: Pick<RegridWeights, "kind" | "from" | "to">,
): RegridWeights | undefined {
  const body = file.subarray(0, -DIGEST);
  if (file.length < DIGEST || Buffer.compare(sha256(body), file.subarray(-DIGEST)) !== 0) return undefined;
  const end = body.indexOf(10, MAGIC.length) + 1;
  const { sources, weighted, ...held } = JSON.parse(Buffer.from(body.subarray(MAGIC.length, end)).toString()) as {
    sources: number;
    weighted: boolean;
  };
  if (JSON.stringify(held) !== JSON.stringify({ kind: wanted.kind, from: wanted.from, to: wanted.to }))
    return undefined;
  let at = end;
  const take = (count: number): ArrayBuffer => {
    const bytes = body.subarray(at, at + 4 * count);
    at += 4 * count;
    return Uint8Array.from(bytes).buffer;
  };
  const starts = new Uint32Array(take(cellCount(wanted.to) + 1));
  const rows = { ...wanted, starts, sources: new Uint32Array(take(sources)) };
  return weighted ? { ...rows, weights: new Float32Array(take(sources)) } : rows;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();
const bytesOf = (values: Uint32Array | Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

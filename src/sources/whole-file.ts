/**
 * A remote file taken whole: observations come as one small file each. It is looked at before it is kept, written aside, and renamed.
 * @module
 */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAside } from "../files/index.ts";
import type { HeldRecord } from "./manifest.ts";
import type { Shelf } from "./shelf.ts";

/** The record of a file that is there as recorded. */
export async function heldRecord(path: string, { manifest, folder }: Shelf): Promise<HeldRecord | undefined> {
  const record = manifest.records.get(path);
  if (record?.status !== "held") return undefined;
  const entry = await stat(join(folder, path)).catch(() => undefined);
  return entry?.size === record.bytes ? record : undefined;
}

/** Everything a record says but what the bytes say themselves. */
export type Provenance = Omit<HeldRecord, "status" | "bytes" | "sha256" | "absent" | "sourceBytes">;

/** Keeps bytes that were found good. */
export async function keepFile(bytes: Uint8Array, provenance: Provenance, shelf: Shelf): Promise<HeldRecord> {
  const { path, initTime, leadHours, ...origin } = provenance;
  await shelf.confirm?.();
  await writeAside(join(shelf.folder, path), bytes);
  const record: HeldRecord = {
    path,
    status: "held",
    initTime,
    leadHours,
    ...origin,
    sourceBytes: bytes.length,
    absent: [],
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
  await shelf.manifest.add(record);
  return record;
}

/**
 * Names aside: where a file lies until it is whole.
 *
 *   F.HOST-PLACE-PID-STARTED-RANDOM.partial
 *
 * No two writers share one, wherever they run, and whoever finds one knows whose it is. What a killed writer left is removed by the next
 * that writes in the same folder: at once if the writer is known to be gone, and if it can't be looked up, when the file was not touched
 * for an hour by the clock of the disk itself.
 * @module
 */
import { randomBytes } from "node:crypto";
import { open, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { requireLocalPath } from "../core/index.ts";
import { makeFolder } from "./folder.ts";
import { standingOf, thisWriter, type Writer } from "./writer.ts";

/** Longer than any pause between two pieces of a file. */
const ABANDONED_SECONDS = 3600;
const NAME = /\.([\w.]*)-([0-9a-f]*)-(\d+)-(\d*)-[0-9a-f]{12}\.partial$/;
/** Octets that file systems allow in a name. */
const LONGEST_NAME = 255;

/** A name aside for `path`, its folder made; what killed writers left in that folder is removed the first time. */
export async function newAside(path: string): Promise<string> {
  requireLocalPath(path);
  const folder = dirname(path);
  await makeFolder(folder);
  const aside = join(folder, asideName(basename(path)));
  await sweepOnce(folder, aside);
  return aside;
}

/** "a.txt" → "a.txt.node7-1a2b3c4d5e6f-4711-86213-9f8e7d6c5b4a.partial"; of a long name only the beginning. */
export function asideName(name: string): string {
  const { host, place, pid, started } = thisWriter();
  const own = `${host.replace(/[^\w.]/g, "_").slice(0, 16)}-${place}-${pid}-${started}-${randomBytes(6).toString("hex")}`;
  const rest = `.${own}.partial`;
  let kept = name;
  while (Buffer.byteLength(kept) + rest.length > LONGEST_NAME) kept = kept.slice(0, -1);
  return kept + rest;
}

/** Whose file aside this is; `undefined` for a name that is none of ours. */
export function writerOfAside(name: string): Writer | undefined {
  const [, host, place, pid, started] = NAME.exec(name) ?? [];
  return host === undefined ? undefined : { host, place, pid: Number(pid), started };
}

const swept = new Set<string>();

/** Once a process and folder: a folder of ten thousand files is not listed ten thousand times. */
async function sweepOnce(folder: string, aside: string): Promise<void> {
  const key = resolve(folder);
  if (swept.has(key)) return;
  swept.add(key);
  const names = (await readdir(folder)).filter((name) => writerOfAside(name) !== undefined);
  if (names.length === 0) return;
  // Two times of one clock, the disk's: those of two hosts may differ.
  await (await open(aside, "w")).close();
  const { mtimeMs: now } = await stat(aside);
  for (const name of names) {
    const left = join(folder, name);
    // Whoever else sweeps may be quicker, and what can't be removed does no harm.
    if (await isAbandoned(left, now)) await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isAbandoned(path: string, now: number): Promise<boolean> {
  const standing = standingOf(writerOfAside(path) as Writer);
  if (standing !== "out of sight") return standing === "gone";
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && now - touched.mtimeMs > ABANDONED_SECONDS * 1000;
}

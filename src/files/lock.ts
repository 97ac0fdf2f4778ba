/**
 * One writer at a time: `X.lock` beside X is a lease of whoever is at work there.
 *
 *   {"host": "node7", "place": "1a2b…", "pid": 4711, "started": "86213", "token": "…"}      written again every 15 s
 *
 * A holder that can be looked up (`writer.ts`) holds it as long as it lives, and no longer. One that can't be, on another host or in another
 * container, holds it as long as it renews it: two minutes of silence by the disk's own clock end it, whatever the host's name. A holder
 * that slept through them learns so from `confirm`, which is asked before anything is published.
 *
 * A dead lock has one heir: whoever first makes `X.lock.TOKEN.heir`, named for the dead holder. Of several that find it only that one may
 * replace it; if it dies at that, it has one heir in its turn.
 * @module
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { RequestError } from "../core/index.ts";
import { newAside } from "./aside.ts";
import { nameUnlessTaken } from "./exclusive.ts";
import { makeFolder } from "./folder.ts";
import { standingOf, thisWriter, type Writer } from "./writer.ts";

/** What the holder of a lock has in hand. */
export interface Lease {
  /** @throws RequestError when the lock is no longer its own: whatever was to come must not be done */
  readonly confirm: () => Promise<void>;
}

export interface AloneOptions {
  /** `path` is a folder that is filled and never replaced: the lock lies in it, on the disk that is written. Default false. */
  readonly inside?: boolean;
}

interface Holder extends Writer {
  readonly token: string;
}

/** A lock as it lies there. */
interface Held {
  /** Undefined for one that is damaged. */
  readonly holder: Holder | undefined;
  readonly token: string;
  readonly renewedMs: number;
}

const RENEW_SECONDS = 15;
/** More than one renewal and the minute for which a network's client may believe an old time. */
const LAPSE_SECONDS = 120;

/**
 * Does `work` while no other process may at this path.
 * @throws RequestError when another is at work there; nothing was done then
 * @example await alone("x.zarr", async (lease) => { await build("x.zarr"); await lease.confirm(); });
 */
export async function alone<T>(
  path: string,
  work: (lease: Lease) => Promise<T>,
  { inside = false }: AloneOptions = {},
): Promise<T> {
  const lock = inside ? join(path, ".lock") : `${besideName(path)}.lock`;
  const token = randomBytes(8).toString("hex");
  const isNew = inside && (await makeFolder(path)) !== undefined;
  await take(lock, path, token);
  const isOwn = async (): Promise<boolean> => (await read(lock))?.token === token;
  const file = await open(lock, "r+");
  const renewal = setInterval(() => {
    // A disk that refuses for once is asked again; one that refuses for long is the end of the lease.
    renew(file, token).catch(() => undefined);
  }, RENEW_SECONDS * 1000);
  renewal.unref();
  try {
    return await work({
      confirm: async () => {
        if (!(await isOwn())) throw lost(path, lock);
      },
    });
  } finally {
    clearInterval(renewal);
    await file.close();
    if (await isOwn()) await rm(lock, { force: true });
    // Work that was refused leaves no empty folder.
    if (isNew) await rmdir(path).catch(() => undefined);
  }
}

/** "out/" and "." have a name too. */
function besideName(path: string): string {
  return [".", "..", "", "/"].includes(basename(path)) ? resolve(path) : path.replace(/\/+$/, "");
}

const textOf = (token: string): string => JSON.stringify({ ...thisWriter(), token } satisfies Holder);

/** By the open file and not by its name, which may be another's by now. */
async function renew(file: FileHandle, token: string): Promise<void> {
  await file.write(textOf(token), 0);
  await file.datasync();
}

async function take(lock: string, path: string, token: string): Promise<void> {
  const aside = await newAside(lock);
  try {
    await writeFile(aside, textOf(token));
    const { mtimeMs: now } = await stat(aside);
    // Again if its holder just went.
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await nameUnlessTaken(aside, lock)) return;
      const held = await read(lock);
      if (held === undefined) continue;
      if (!isDead(held, now)) throw refused(path, held, now);
      return await inherit({ lock, path, aside, now }, held);
    }
    throw refused(path, undefined, now);
  } finally {
    await rm(aside, { force: true });
  }
}

interface Claim {
  readonly lock: string;
  readonly path: string;
  readonly aside: string;
  readonly now: number;
}

/** Puts what lies aside in the place of a dead holder's lock, as its only heir. @throws RequestError when another is */
async function inherit({ lock, path, aside, now }: Claim, dead: Held): Promise<void> {
  const heirs: string[] = [];
  for (let before = dead; ; ) {
    const heir = `${lock}.${before.token}.heir`;
    heirs.push(heir);
    if (await nameUnlessTaken(aside, heir)) break;
    const rival = await read(heir);
    if (rival === undefined || !isDead(rival, now)) throw refused(path, rival, now);
    before = rival;
  }
  // Another heir may have come and gone since the lock was read.
  const isStill = (await read(lock))?.token === dead.token;
  if (isStill) await rename(aside, lock);
  for (const heir of isStill ? heirs : heirs.slice(-1)) await rm(heir, { force: true });
  if (!isStill) throw refused(path, undefined, now);
}

/** Undefined when there is none. A half lock is of a disk that lost the rest: it has no holder, and lapses. */
async function read(lock: string): Promise<Held | undefined> {
  let file: FileHandle;
  try {
    // Opened first: a network's client asks the server then, and believes itself otherwise.
    file = await open(lock, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { mtimeMs: renewedMs } = await file.stat();
    const holder = holderIn(await file.readFile("utf8"));
    return { holder, token: holder?.token ?? "damaged", renewedMs };
  } finally {
    await file.close();
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { host, place, pid, started, token } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    // Those of before locks were leases name no place; a token becomes part of a name.
    const isToken = typeof token === "string" && /^[0-9a-f]{1,64}$/.test(token);
    return {
      host: String(host),
      place: typeof place === "string" ? place : "",
      pid: Number(pid),
      started: String(started),
      token: isToken ? token : "unnamed",
    };
  } catch {
    return undefined;
  }
}

function isDead({ holder, renewedMs }: Held, now: number): boolean {
  const standing = holder === undefined ? "out of sight" : standingOf(holder);
  return standing === "gone" || (standing === "out of sight" && now - renewedMs > LAPSE_SECONDS * 1000);
}

function refused(path: string, held: Held | undefined, now: number): RequestError {
  const expected = "no other process writing there";
  if (held?.holder === undefined) {
    return new RequestError({ place: path, expected, got: "one that was quicker", remedy: "wait for it" });
  }
  const { pid, host } = held.holder;
  const seconds = Math.max(0, Math.round((now - held.renewedMs) / 1000));
  if (standingOf(held.holder) === "alive") {
    return new RequestError({ place: path, expected, got: `process ${pid} of ${host}`, remedy: "wait for it" });
  }
  return new RequestError({
    place: path,
    expected,
    got: `process ${pid} of ${host}, heard of ${seconds} s ago`,
    remedy: `wait for it; if it is gone, its lock ends after ${LAPSE_SECONDS} s of silence`,
  });
}

function lost(path: string, lock: string): RequestError {
  return new RequestError({
    place: path,
    expected: `${lock} to be still this process's own`,
    got: "another's, or none: this process stood still for too long, or somebody removed it",
    remedy: "nothing was published; run the command again",
  });
}

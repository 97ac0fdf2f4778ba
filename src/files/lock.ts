/**
 * One writer at a time: `X.lock` beside X holds who is at work there, and a process that was killed holds nothing.
 *
 *   {"pid": 4711, "started": "86213", "host": "node7"}      started: in clock ticks after boot, where the system tells (Linux)
 *
 * A number of a process comes to be used again, so on Linux the one named must also have started when the lock says. A lock of another
 * machine, on a shared disk, can't be looked into and is believed.
 * @module
 */
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { RequestError } from "../core/index.ts";

interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
}

/**
 * Does `work` while no other process may at this path.
 * @throws RequestError when another is at work there; nothing was done then
 * @example await alone("x.zarr", () => build("x.zarr"));
 */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path.replace(/\/+$/, "")}.lock`;
  await take(lock, path);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, path: string): Promise<void> {
  const self: Holder = { pid: process.pid, started: await startOf(process.pid), host: hostname() };
  await mkdir(dirname(lock), { recursive: true });
  const aside = `${lock}.${process.pid}`;
  await writeFile(aside, JSON.stringify(self));
  try {
    // Once more after a dead holder's lock was cleared; whoever is quicker then has it.
    for (let attempt = 0; attempt < 2; attempt++) {
      if (await linked(aside, lock)) return;
      const holder = await readHolder(lock);
      if (attempt > 0 || (await isAtWork(holder))) throw held(path, lock, holder);
      await rm(lock, { force: true });
    }
  } finally {
    await rm(aside, { force: true });
  }
}

/** Gives the lock its name, unless another has it: it is there whole or not at all. */
async function linked(aside: string, lock: string): Promise<boolean> {
  try {
    await link(aside, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function held(path: string, lock: string, holder: Holder | undefined): RequestError {
  return new RequestError({
    place: path,
    expected: "no other process writing there",
    got: holder === undefined ? "one that was quicker" : `process ${holder.pid} of ${holder.host}`,
    remedy: `wait for it, or remove ${lock} if it is gone`,
  });
}

/** Undefined for one that is damaged, or just gone. */
async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lock, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

async function isAtWork(holder: Holder | undefined): Promise<boolean> {
  if (holder === undefined) return false;
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return (await startOf(holder.pid)) === holder.started;
}

/** Field 22 of /proc/PID/stat, behind the name in parentheses; "" where there is no such file. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

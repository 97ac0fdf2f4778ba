/**
 * Who writes: a process told apart from every other, on any host and in any container.
 *
 *   place     which kernel since which start, and which namespace of process numbers: in every container the first process is number 1
 *   started   in clock ticks after boot: a number comes to be used again
 *
 * Of a process of the same place it can be asked whether it lives; of any other nothing is known but what its files tell.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface Writer {
  readonly host: string;
  /** "" where the system does not tell. */
  readonly place: string;
  readonly pid: number;
  /** "" where the system does not tell. */
  readonly started: string;
}

/** What can be said of a writer from here. */
export type Standing = "alive" | "gone" | "out of sight";

let known: Writer | undefined;

/** This process. */
export function thisWriter(): Writer {
  known ??= { host: hostname(), place: placeOf(), pid: process.pid, started: lifeOf("self")?.started ?? "" };
  return known;
}

export function standingOf({ place, pid, started }: Writer): Standing {
  if (place === "" || place !== thisWriter().place) return "out of sight";
  if (!isNumberTaken(pid)) return "gone";
  if (process.platform !== "linux") return "alive";
  const life = lifeOf(pid);
  // A system may hide the processes of others.
  if (life === undefined) return "out of sight";
  return life.started === started && !life.ended ? "alive" : "gone";
}

function placeOf(): string {
  if (process.platform !== "linux") return digestOf(`${process.platform} ${hostname()}`);
  try {
    // Without a /proc of its own namespace nothing can be looked up by number.
    if (readlinkSync("/proc/self") !== String(process.pid)) return "";
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return digestOf(`${boot} ${readlinkSync("/proc/self/ns/pid")}`);
  } catch {
    return "";
  }
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

function isNumberTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** From /proc/PID/stat: field 22, and field 3, behind the name in parentheses. One that has ended may wait for its parent to notice. */
function lifeOf(pid: number | "self"): { started: string; ended: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { started: fields[19] ?? "", ended: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}

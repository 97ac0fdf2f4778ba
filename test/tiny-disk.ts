/**
 * A file system of so many kilobytes, to be filled and made read-only. It takes root to mount one; where that is not allowed, what needs one is
 * skipped, and says so.
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TinyDisk {
  readonly path: string;
  resize(kilobytes: number): void;
  readOnly(is: boolean): void;
  unmount(): void;
}

function mount(...args: readonly string[]): boolean {
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

/** Mounts one at a path; `undefined` where that is not allowed. */
export function tinyDisk(path: string, kilobytes: number): TinyDisk | undefined {
  mkdirSync(path, { recursive: true });
  if (!mount("-t", "tmpfs", "-o", `size=${kilobytes}k,nr_inodes=0`, "tmpfs", path)) return undefined;
  const again = (options: string): void => {
    if (!mount("-o", `remount,${options}`, path)) throw new Error(`${path} can't be remounted ${options}`);
  };
  return {
    path,
    resize: (size) => again(`size=${size}k`),
    readOnly: (is) => again(is ? "ro" : "rw"),
    unmount: () => void spawnSync("umount", ["-l", path]),
  };
}

/** Whether one can be mounted here. */
export function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), "updraft-disk-"));
  const disk = tinyDisk(probe, 64);
  disk?.unmount();
  rmSync(probe, { recursive: true, force: true });
  return disk !== undefined;
}

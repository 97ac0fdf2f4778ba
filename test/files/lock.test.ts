import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { alone } from "../../src/files/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("lock");
const place = (name: string): string => join(folder, name);

it("lets one at a time, and the next when the first is done or failed", async () => {
  const path = place("a.zarr");
  await alone(path, async () => {
    expect(existsSync(`${path}.lock`)).toBe(true);
    await expect(alone(path, async () => "second")).rejects.toThrow(
      `${path}: expected no other process writing there, got process ${process.pid} of ${hostname()}`,
    );
  });
  await expect(alone(path, () => Promise.reject(new Error("work failed")))).rejects.toThrow("work failed");
  expect(await alone(path, async () => "third")).toBe("third");
  expect(existsSync(`${path}.lock`)).toBe(false);
});

it("takes over from a process that is gone", async () => {
  const path = place("b.zarr");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(`${path}.lock`, JSON.stringify({ pid, started: "1", host: hostname() }));
  expect(await alone(path, async () => "mine")).toBe("mine");
});

it.runIf(existsSync("/proc/self/stat"))("takes over from one whose number another process has now", async () => {
  const path = place("c.zarr");
  writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.pid, started: "1", host: hostname() }));
  expect(await alone(path, async () => "mine")).toBe("mine");
});

it("takes over a lock that was cut short, and believes one of another machine", async () => {
  const path = place("d.zarr");
  writeFileSync(`${path}.lock`, '{"pi');
  expect(await alone(path, async () => "mine")).toBe("mine");
  const theirs = JSON.stringify({ pid: 1, started: "1", host: "another-machine" });
  writeFileSync(`${path}.lock`, theirs);
  await expect(alone(path, async () => "mine")).rejects.toThrow("got process 1 of another-machine");
  expect(readFileSync(`${path}.lock`, "utf8")).toBe(theirs);
});

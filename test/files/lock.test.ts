import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { alone, type Lease } from "../../src/files/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("lock");
const place = (name: string): string => join(folder, name);
const minutesAgo = (path: string, minutes: number): void => {
  const { mtimeMs } = statSync(path);
  utimesSync(path, mtimeMs / 1000 - 60 * minutes, mtimeMs / 1000 - 60 * minutes);
};
/** A lock as a process of another host, or of another container of this host, leaves it. */
const foreign = (path: string, holder: object = {}): void =>
  writeFileSync(
    `${path}.lock`,
    JSON.stringify({ host: "pod3", place: "0123456789ab", pid: 1, started: "7", ...holder }),
  );
const held = async (path: string): Promise<Record<string, unknown>> =>
  await alone(path, async () => JSON.parse(readFileSync(`${path}.lock`, "utf8")) as Record<string, unknown>);

it("lets one at a time, and the next when the first is done or failed", async () => {
  const path = place("a.zarr");
  await alone(path, async () => {
    expect(existsSync(`${path}.lock`)).toBe(true);
    await expect(alone(path, async () => "second")).rejects.toThrow(
      `${path}: expected no other process writing there, got process ${process.pid} of ${hostname()}; wait for it`,
    );
  });
  await expect(alone(path, () => Promise.reject(new Error("work failed")))).rejects.toThrow("work failed");
  expect(await alone(path, async () => "third")).toBe("third");
  expect(readdirSync(folder).filter((name) => name.startsWith("a.zarr"))).toEqual([]);
});

describe("a holder of this place", () => {
  it("is gone when no process has its number, or another that started later has it", async () => {
    const path = place("b.zarr");
    const self = await held(path);
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(`${path}.lock`, JSON.stringify({ ...self, pid }));
    expect(await alone(path, async () => "mine")).toBe("mine");
    if (self.started === "") return;
    writeFileSync(`${path}.lock`, JSON.stringify({ ...self, started: "1" }));
    expect(await alone(path, async () => "mine")).toBe("mine");
  });

  it("holds it as long as it lives, though it stands still", async () => {
    const path = place("c.zarr");
    writeFileSync(`${path}.lock`, JSON.stringify(await held(path)));
    minutesAgo(`${path}.lock`, 600);
    await expect(alone(path, async () => "mine")).rejects.toThrow(`got process ${process.pid}`);
  });

  it.runIf(process.platform === "linux")("is gone when it has ended, though its parent has not noticed", async () => {
    const path = place("d.zarr");
    const self = await held(path);
    const script =
      "const { spawn } = require('node:child_process'); const c = spawn('true'); console.log(c.pid);" +
      "const stop = Date.now() + 60000; while (Date.now() < stop);";
    const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once("data", resolve)));
      await vi.waitUntil(() => readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "), { timeout: 20_000 });
      const started = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[19];
      writeFileSync(`${path}.lock`, JSON.stringify({ ...self, pid, started }));
      expect(await alone(path, async () => "mine")).toBe("mine");
    } finally {
      parent.kill("SIGKILL");
    }
  });
});

describe("a holder that can't be looked up", () => {
  it("is believed while it renews its lease, whatever its host's name, and not after two minutes of silence", async () => {
    const path = place("e.zarr");
    // Another container of this very host: same name, same number as ours.
    foreign(path, { host: hostname(), pid: process.pid });
    minutesAgo(`${path}.lock`, 1);
    await expect(alone(path, async () => "mine")).rejects.toThrow(
      new RegExp(
        `got process ${process.pid} of ${hostname()}, heard of 6\\d s ago; wait for it; if it is gone, its lock ends after 120 s`,
      ),
    );
    minutesAgo(`${path}.lock`, 2);
    expect(await alone(path, async () => "mine")).toBe("mine");
    foreign(path);
    minutesAgo(`${path}.lock`, 3);
    expect(await alone(path, async () => "mine")).toBe("mine");
  });

  it("lapses too when its lock was cut short by a failure of power, or is of before there were leases", async () => {
    const path = place("f.zarr");
    for (const text of ['{"pi', "", JSON.stringify({ pid: 1, started: "1", host: "another-machine" })]) {
      writeFileSync(`${path}.lock`, text);
      await expect(alone(path, async () => "mine")).rejects.toThrow("expected no other process writing there");
      minutesAgo(`${path}.lock`, 3);
      expect(await alone(path, async () => "mine")).toBe("mine");
    }
  });
});

describe("a dead lock", () => {
  it("has one heir, however many find it", async () => {
    for (let round = 0; round < 20; round++) {
      const path = place(`heirs${round}.zarr`);
      foreign(path);
      minutesAgo(`${path}.lock`, 3);
      let [inside, most, entered] = [0, 0, 0];
      const work = async (): Promise<void> => {
        entered++;
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      };
      const ends = await Promise.allSettled(Array.from({ length: 12 }, () => alone(path, work)));
      for (const end of ends) {
        if (end.status === "rejected") expect(String(end.reason)).toContain("expected no other process writing there");
      }
      expect(entered).toBeGreaterThan(0);
      expect(most, "at work at once").toBe(1);
      expect(readdirSync(folder).filter((name) => name.startsWith(`heirs${round}.`))).toEqual([]);
    }
  });

  it("goes to the heir of an heir that died on the way", async () => {
    const path = place("g.zarr");
    foreign(path, { token: "aa" });
    foreign(`${path}.lock.aa.heir`.replace(/\.lock$/, ""), {});
    const heir = `${path}.lock.aa.heir`;
    writeFileSync(heir, JSON.stringify({ host: "pod4", place: "0123456789ab", pid: 1, started: "8", token: "bb" }));
    minutesAgo(`${path}.lock`, 3);
    await expect(alone(path, async () => "mine")).rejects.toThrow("got process 1 of pod4");
    minutesAgo(heir, 3);
    expect(await alone(path, async () => "mine")).toBe("mine");
  });
});

describe("a lease", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is renewed while the work goes on", async () => {
    const path = place("h.zarr");
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    await alone(path, async () => {
      minutesAgo(`${path}.lock`, 60);
      const before = statSync(`${path}.lock`).mtimeMs;
      vi.advanceTimersByTime(15_000);
      vi.useRealTimers();
      await vi.waitUntil(() => statSync(`${path}.lock`).mtimeMs > before + 60_000, { timeout: 20_000 });
    });
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it("that another holds by now is not confirmed, and not given back", async () => {
    const path = place("i.zarr");
    const publish = async (lease: Lease): Promise<void> => {
      await lease.confirm();
      foreign(path);
      await lease.confirm();
    };
    await expect(alone(path, publish)).rejects.toThrow(
      `${path}: expected ${path}.lock to be still this process's own, got another's, or none`,
    );
    expect(readFileSync(`${path}.lock`, "utf8")).toContain("pod3");
  });

  it("of a folder that is filled lies in it, on the disk that is written, and leaves no empty folder", async () => {
    const path = place("filled");
    await alone(path, async () => expect(readdirSync(path)).toEqual([".lock"]), { inside: true });
    expect(existsSync(path)).toBe(false);
    mkdirSync(path);
    await alone(path, async () => writeFileSync(join(path, "a"), ""), { inside: true });
    expect(readdirSync(path)).toEqual(["a"]);
  });
});

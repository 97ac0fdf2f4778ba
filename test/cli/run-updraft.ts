/** Runs the built command line as a user would, as a process of its own. `npm test` builds before it tests. @module */
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "..", "..", "bin", "updraft.js");

export function runUpdraft(args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

/** Like `runUpdraft`, but a failure is the test's failure, with what was said. Returns stdout. */
export function updraft(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = runUpdraft(args, cwd);
  if (status !== 0) throw new Error(`updraft ${args.join(" ")} exited ${status}\n${stderr}`);
  return stdout;
}

/**
 * Starts it and kills it without warning so many milliseconds after it first told of its progress, however long a busy machine takes to
 * start a program; true when it had finished by then.
 */
export function killUpdraftAfter(milliseconds: number, args: readonly string[], cwd: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let timer: NodeJS.Timeout | undefined;
    child.stderr.once("data", () => {
      timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
    });
    child.stderr.resume();
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (code !== null && code !== 0) reject(new Error(`updraft ${args.join(" ")} exited ${code}`));
      else resolve(code === 0);
    });
  });
}

/** Runs the built command line beside this process, which meanwhile can serve it: `runUpdraft` would stand still. @module */
import { spawn } from "node:child_process";
import { join } from "node:path";

const BIN = join(import.meta.dirname, "..", "..", "bin", "updraft.js");

export interface Ended {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** `killWhen` is asked every millisecond; at the first yes the process is killed without warning, and has no status. */
export function runBeside(args: readonly string[], cwd: string, killWhen?: () => boolean): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (piece: Buffer) => (said.stdout += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (said.stderr += piece.toString()));
    const watch = killWhen && setInterval(() => killWhen() && child.kill("SIGKILL"), 1);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      resolve({ status: code ?? undefined, ...said });
    });
  });
}

/**
 * Python, as an independent client that checks us: `UPDRAFT_PYTHON`, else `peers/.venv/bin/python`.
 * `python3 -m venv peers/.venv && peers/.venv/bin/pip install -r peers/requirements.txt` makes one.
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { skippedSuite } from "./skipped-suite.ts";

const peers = join(import.meta.dirname, "..", "peers");
const candidate = process.env["UPDRAFT_PYTHON"] ?? join(peers, ".venv", "bin", "python");

/** The Python that has the packages of `peers/requirements.txt`, or `undefined`. */
export const peerPython: string | undefined = existsSync(candidate) ? candidate : undefined;

/** A suite that needs Python. Skips loudly, by name, where it is absent. */
export function describeWithPeer(name: string, suite: () => void): void {
  if (peerPython !== undefined) {
    describe(name, suite);
    return;
  }
  skippedSuite(name, "Python peers (peers/README.md)");
}

/** Runs `peers/<script>` and returns what it printed; its failure is the test's failure. */
export function runPeer(script: string, args: readonly string[]): string {
  const result = spawnSync(peerPython ?? candidate, [join(peers, script), ...args], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`peers/${script} failed:\n${result.stderr}`);
  return result.stdout;
}

/**
 * What the files of a run should hold: `SHA256SUMS`, in the form of sha256sum, whose `-c` checks them too.
 *
 *   9f86d0…  model/forecaster.onnx
 *
 * A flipped bit in a weight makes another forecast and no error; here it is one. A file that the list does not name, as in a run of before
 * there was one, is taken as it is, and whoever reads it can say so. A line is removed before its file is written anew and comes back after
 * it: a kill in between leaves a file without a line, never one that is called damaged and is not.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { DecodeError } from "../core/index.ts";
import { writeAside } from "../files/index.ts";

export const CHECKSUMS = "SHA256SUMS";
const LINE = /^([0-9a-f]{64}) [ *](.+)$/;

/** A file of a run, and whether its bytes are known to be those that were written. */
export interface RunFile {
  readonly bytes: Uint8Array;
  readonly isChecked: boolean;
}

/** Writes files of a run, in this order, each whole, and notes down what they hold. */
export async function writeRunFiles(run: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  const sums = readChecksums(run);
  const names = [...files.keys()].map((path) => nameOf(run, path));
  if (names.some((name) => sums.has(name))) {
    for (const name of names) sums.delete(name);
    await writeChecksums(run, sums);
  }
  for (const [path, content] of files) await writeAside(path, content);
  for (const [path, content] of files) sums.set(nameOf(run, path), sha256(content));
  await writeChecksums(run, sums);
}

/**
 * Reads a file of a run.
 * @throws DecodeError when it does not hold what was written; errors of the disk when it is not there
 */
export function readRunFile(run: string, path: string): RunFile {
  const bytes = readFileSync(path);
  const wanted = readChecksums(run).get(nameOf(run, path));
  if (wanted === undefined) return { bytes, isChecked: false };
  const held = sha256(bytes);
  if (held === wanted) return { bytes, isChecked: true };
  throw new DecodeError({
    place: path,
    expected: `the bytes that ${join(run, CHECKSUMS)} names, sha256 ${wanted.slice(0, 12)}…`,
    got: `${bytes.length} bytes with sha256 ${held.slice(0, 12)}…`,
    remedy: "copy the run again; if the file was changed on purpose, remove its line there",
  });
}

function readChecksums(run: string): Map<string, string> {
  const path = join(run, CHECKSUMS);
  const sums = new Map<string, string>();
  if (!existsSync(path)) return sums;
  for (const [at, line] of readFileSync(path, "utf8").split("\n").entries()) {
    if (line === "") continue;
    const [, sum, name] = LINE.exec(line) ?? [];
    if (sum === undefined) {
      const got = JSON.stringify(line.slice(0, 60));
      throw new DecodeError({
        place: `${path} line ${at + 1}`,
        expected: "a sha256 and a name",
        got,
        remedy: "copy the run again",
      });
    }
    sums.set(name, sum);
  }
  return sums;
}

async function writeChecksums(run: string, sums: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => `${sum}  ${name}\n`);
  await writeAside(join(run, CHECKSUMS), lines.join(""));
}

const nameOf = (run: string, path: string): string => relative(run, path).split(sep).join("/");
const sha256 = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

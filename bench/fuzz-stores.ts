/**
 * Damages stores, runs and records tens of thousands of times, one place at a time, and reads them: the old values, one typed line, or, in
 * what has no checksum, other values; no crash, and no memory on a header's word.
 *
 *   npx tsx bench/fuzz-stores.ts [--seed 1] [--from 0] [--count 50000]
 *
 * Case k of a seed is always the same, so a run that was stopped goes on with --from, and a failure is found again by its number.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { countMemory } from "../test/grib2/survival.ts";
import { believed, damageable, damaged } from "../test/survival/damaged-stores.ts";
import { surviveStore } from "../test/survival/survive-stores.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "50000" },
    "keep-going": { type: "boolean", default: false },
  },
});
const [seed, from, count] = [options.seed, options.from, options.count].map(Number);
const folder = mkdtempSync(join(tmpdir(), "updraft-fuzz-stores-"));
const outcomes = new Map<string, number>();
let failures = 0;
try {
  const targets = await damageable(folder);
  const whole = new Map<string, string>();
  for (const { name, read } of targets) whole.set(name, await believed(read));
  countMemory();
  for (let index = from; index < from + count; index++) {
    const damage = damaged(targets, seed, index);
    const { target, file, kind } = damage;
    let outcome: string;
    try {
      outcome = await surviveStore(damage, whole.get(target.name) ?? "");
    } catch (cause) {
      const told = `seed ${seed} case ${index}: ${target.name} ${file}, ${kind}`;
      if (!options["keep-going"]) throw new Error(told, { cause });
      process.stdout.write(`${told}: ${(cause as Error).stack?.split("\n").slice(0, 4).join(" ") ?? ""}\n`);
      outcome = "FAILED";
      failures++;
    }
    const key = `${target.name}: ${outcome}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    if ((index + 1) % 5000 === 0) process.stderr.write(`${index + 1 - from} of ${count}, next --from ${index + 1}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const [outcome, times] of [...outcomes].sort(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(`${outcome.padEnd(28)}${times}\n`);
process.stdout.write(`${failures} failures of ${count}\n`);

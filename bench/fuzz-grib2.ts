/**
 * Damages GRIB2 messages and inventories hundreds of thousands of times and sees that nothing but values and typed errors comes
 * of it: no crash, no case over a second, no memory beyond what a sound field needs and 64 MiB.
 *
 *   npx tsx bench/fuzz-grib2.ts [--seed 1] [--from 0] [--count 200000] [--json]
 *
 * Case k of a seed is always the same, so a run that was stopped goes on with --from, and a failure is found again by its number.
 * @module
 */
import { parseArgs } from "node:util";
import { prepareDecoders } from "../src/grib2/index.ts";
import { damagedInventory, damagedMessage } from "../test/grib2/mutations.ts";
import { countMemory, surviveInventory, surviveMessage } from "../test/grib2/survival.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "200000" },
    json: { type: "boolean", default: false },
  },
});
const [seed, from, count] = [options.seed, options.from, options.count].map(Number);
/** Other work on the machine can hold a case up; one that is slow three times is slow. */
const TRIES = 3;
const LIMIT_MS = 1000;
/** One case in four is an inventory. */
const SHARE = 4;

const outcomes = new Map<string, number>();
let slowest = { milliseconds: 0, index: -1 };
let inventories = 0;

await prepareDecoders();
countMemory();
const started = performance.now();
for (let index = from; index < from + count; index++) {
  const isInventory = index % SHARE === SHARE - 1;
  const milliseconds = oneCase(index, isInventory);
  if (isInventory) inventories++;
  if (milliseconds > slowest.milliseconds) slowest = { milliseconds, index };
  if (milliseconds > LIMIT_MS) throw new Error(`seed ${seed} case ${index} took ${milliseconds.toFixed(0)} ms`);
  if ((index + 1) % 10_000 === 0) process.stderr.write(`${index + 1 - from} of ${count}, next --from ${index + 1}\n`);
  if (index % 500 === 0) await prepareDecoders();
}

function oneCase(index: number, isInventory: boolean): number {
  let best = Number.POSITIVE_INFINITY;
  const run = isInventory
    ? surviving(damagedInventory(seed, index), surviveInventory)
    : surviving(damagedMessage(seed, index).bytes, surviveMessage);
  for (let attempt = 0; attempt < TRIES && best > LIMIT_MS; attempt++) {
    const start = performance.now();
    try {
      const outcome = `${isInventory ? "inventory" : "message"}: ${run()}`;
      if (attempt === 0) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (cause) {
      throw new Error(`seed ${seed} case ${index}`, { cause });
    }
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function surviving<T>(input: T, survive: (input: T) => string): () => string {
  return () => survive(input);
}

const seconds = (performance.now() - started) / 1000;
const sorted = [...outcomes].toSorted(([, a], [, b]) => b - a);
const summary = { seed, from, count, inventories, seconds, slowest, maxRssKiB: process.resourceUsage().maxRSS };
if (options.json) {
  process.stdout.write(`${JSON.stringify({ ...summary, outcomes: Object.fromEntries(sorted) })}\n`);
} else {
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  for (const [outcome, times] of sorted) process.stdout.write(`${String(times).padStart(8)}  ${outcome}\n`);
}

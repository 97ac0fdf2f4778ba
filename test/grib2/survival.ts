/**
 * What every damaged message and inventory must do: give values or a typed error, ask for no memory that a sound field would not
 * need, and be done within a second.
 * @module
 */
import { isUpdraftError } from "../../src/core/index.ts";
import {
  byteRanges,
  decodeValues,
  fieldsOf,
  mergeRanges,
  parseEvent,
  parseForecastTime,
  parseInventory,
  scanMessages,
  selectEntries,
} from "../../src/grib2/index.ts";

/** "values", or the sentence of the error without its numbers, to count what was met. */
export type Outcome = string;

/** Octets beyond what a sound field of that size needs. */
export const ALLOWANCE: number = 64 * 2 ** 20;
/** Its values, its bitmap's octets, a picture's pixels: at most this many octets a point. */
const OCTETS_A_POINT = 10;

/** Octets asked for since it was last set to 0, while `countMemory` is in force. */
let asked = 0;

const COUNTED = ["Float64Array", "Float32Array", "Uint32Array", "Uint8Array", "ArrayBuffer"] as const;

/** Counts what is asked for through the constructors of typed arrays, until the function it returns is called. */
export function countMemory(): () => void {
  const world = globalThis as unknown as Record<string, unknown>;
  const originals = COUNTED.map((name) => [name, world[name]] as const);
  for (const [name, original] of originals) {
    world[name] = new Proxy(original as new (...args: unknown[]) => { byteLength: number; buffer?: ArrayBufferLike }, {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number")
          asked += args[0] * ((target as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1);
        return Reflect.construct(target, args, newTarget === world[name] ? target : newTarget) as object;
      },
    });
  }
  return () => {
    for (const [name, original] of originals) world[name] = original;
  };
}

/** Octets asked for since this was last called. */
export function takenOctets(): number {
  const taken = asked;
  asked = 0;
  return taken;
}

/** @throws Error when the message does anything else than it may. */
export function surviveMessage(bytes: Uint8Array): Outcome {
  let points = 0;
  let finite = 0;
  asked = 0;
  try {
    for (const found of scanMessages(bytes, "fuzz.grib2")) {
      if (found.kind === "gap") continue;
      for (const field of fieldsOf(found)) {
        points += field.grid.nx * field.grid.ny;
        finite += decodeValues(field).length;
      }
    }
    if (finite !== points) throw new Error(`${finite} values for ${points} points`);
    return checked("values", points);
  } catch (error) {
    return checked(outcomeOf(error), points);
  }
}

function checked(outcome: Outcome, points: number): Outcome {
  if (asked > ALLOWANCE + OCTETS_A_POINT * points) throw new Error(`${asked} octets asked for ${points} points`);
  return outcome;
}

/** @throws Error when the inventory does anything else than it may. */
export function surviveInventory(text: string): Outcome {
  try {
    const inventory = parseInventory(text, "fuzz.idx", { fileBytes: 3_000_000 });
    for (const { time, extra } of inventory.entries) {
      parseForecastTime(time);
      parseEvent(extra);
    }
    const ranges = byteRanges(inventory, selectEntries(inventory, ":"));
    const merged = mergeRanges(ranges, { maxGapBytes: 1000 });
    const first = inventory.entries[0].offset;
    // All messages are wanted, so they are one piece from the first offset to the end of the file.
    if (merged.length !== 1 || merged[0].start !== first || merged[0].end !== 3_000_000) {
      throw new Error(`${merged.length} pieces of one file`);
    }
    return "ranges";
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf(error: unknown): Outcome {
  if (!isUpdraftError(error)) throw error;
  if (!/^fuzz\.\w+( byte \d+| line \d+)?.*: expected .+, got /s.test(error.message)) {
    throw new Error(`an error that does not say where: ${error.message}`);
  }
  return error.expected.replace(/-?\d+(\.\d+)?/g, "#");
}

/** What every damaged store, run or record must do. @module */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isUpdraftError } from "../../src/core/index.ts";
import { takenOctets } from "../grib2/survival.ts";
import { believed, type Damage } from "./damaged-stores.ts";

/** Octets that reading the small targets may ask for: a page of the pool, zlib's and zstd's own rooms, and all of them. */
export const ALLOWANCE: number = 32 * 2 ** 20;

/** "as before", "believed" (only where nothing seals it) or "refused". */
export type Outcome = "as before" | "believed" | "refused";

/**
 * Puts the damage in place, reads, and puts back what was there. `countMemory` has to be in force.
 * @param whole what is believed of the undamaged target
 * @throws Error for anything else than it may do
 */
export async function surviveStore({ target, file, kind, bytes, also }: Damage, whole: string): Promise<Outcome> {
  const changes = [{ file, bytes }, ...(also === undefined ? [] : [also])].map((change) => ({
    path: join(target.folder, change.file),
    bytes: change.bytes,
    before: readFileSync(join(target.folder, change.file)),
  }));
  for (const change of changes) writeFileSync(change.path, change.bytes);
  takenOctets();
  let outcome: Outcome | Error;
  try {
    outcome = judged(await believed(target.read), whole, target.sealed(file) && kind !== "a forged index");
  } catch (error) {
    if (!isUpdraftError(error)) throw error;
    const isOneLine = !/\n/.test(error.message) && error.message.length <= LONGEST;
    outcome = isOneLine ? "refused" : new Error("more than one line", { cause: error });
  } finally {
    for (const { path, before } of changes) {
      rmSync(path, { force: true });
      writeFileSync(path, before);
    }
  }
  const taken = takenOctets();
  if (taken > ALLOWANCE) throw new Error(`${taken} octets were asked for`);
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

/** Of a message, with its paths. */
const LONGEST = 700;

function judged(now: string, whole: string, isSealed: boolean): Outcome | Error {
  if (now === whole) return "as before";
  return isSealed ? new Error("other values were believed, though they have a checksum") : "believed";
}

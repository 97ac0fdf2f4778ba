/**
 * Asking places in turn until one gives. First each by the inventory beside its file, twice where an answer was damaged, for it may have
 * been a file in the making. Then, where a file is there and its inventory is not, or speaks of another file, by the file's own headers:
 * some inventories never heal.
 * @module
 */
import { DecodeError, TransferError } from "../core/index.ts";
import type { Reading, Silence } from "./plan.ts";
import type { Place } from "./remote.ts";

export interface Asked {
  readonly reading: Reading;
  /** Not again after a damaged answer. */
  readonly isFirst: boolean;
}

export type Reply<T> = { readonly kind: "found"; readonly value: T } | Silence;

export type Inquiry<T> = Reply<T> | { readonly kind: "failed"; readonly error: Error };

const TRIES_AT_A_PLACE = 2;

/**
 * @param isDue the inventory should be there by now: where it is not, headers are read
 * @returns what the first place gives that has it. Where none has: the file that lacks what is wanted, else the first failure, else a file
 *   without an inventory, else no file. As long as one place could not say, nobody knows that the file is missing.
 */
export async function inquire<T>(
  places: readonly Place[],
  isDue: boolean,
  ask: (place: Place, asked: Asked) => Promise<Reply<T>>,
): Promise<Inquiry<T>> {
  const silences = new Map<Place, Silence>();
  const failures = new Map<Place, Error>();
  const consult = async (place: Place, asked: Asked): Promise<Reply<T> | DecodeError | TransferError> => {
    try {
      const reply = await ask(place, asked);
      if (reply.kind !== "found") silences.set(place, reply);
      failures.delete(place);
      return reply;
    } catch (failure) {
      if (!(failure instanceof DecodeError || failure instanceof TransferError)) throw failure;
      if (!failures.has(place)) failures.set(place, failure);
      return failure;
    }
  };
  for (const place of places) {
    for (let number = 0; number < TRIES_AT_A_PLACE; number++) {
      const reply = await consult(place, { reading: "inventory", isFirst: number === 0 });
      if ("kind" in reply && reply.kind === "found") return reply;
      // A site that cannot be reached was already asked five times.
      if (!(reply instanceof DecodeError)) break;
    }
  }
  for (const place of places) {
    const isAlone = silences.get(place)?.kind === "no inventory";
    if (!((isAlone && isDue) || failures.get(place) instanceof DecodeError)) continue;
    const reply = await consult(place, { reading: "headers", isFirst: false });
    if ("kind" in reply && reply.kind === "found") return reply;
    if (isAlone && reply instanceof Error) failures.set(place, alone(place, reply));
  }
  const said = [...silences].filter(([place]) => !failures.has(place)).map(([, silence]) => silence);
  const [error] = failures.values();
  const lacking = said.find(({ kind }) => kind === "lacking");
  if (lacking !== undefined) return lacking;
  if (error !== undefined) return { kind: "failed", error };
  return said.find(({ kind }) => kind === "no inventory") ?? { kind: "no file" };
}

/** The file is there, and nobody could say what is in it. */
function alone({ url }: Place, failure: DecodeError | TransferError): TransferError {
  return new TransferError(
    {
      place: url,
      expected: "its inventory (.idx) beside it, or its headers by byte ranges",
      got: `the GRIB2 file without an inventory, and of its headers ${failure.got}`,
      remedy: "try again later, or choose another source",
    },
    { cause: failure },
  );
}

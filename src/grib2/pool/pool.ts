/**
 * Decoding on worker threads. A message goes to a worker and its values come back as moved memory, not as copies; results keep
 * the order of the messages, and only so many are under way that every thread has one at work and one waiting.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { DecodeError, RequestError } from "../../core/index.ts";
import type { GribMessage } from "../index.ts";
import type { Decoded, Task } from "./worker.ts";

export interface DecodePool {
  /**
   * The values of each field of a message, as `decodeValues` gives them in float32, in the order of `fieldsOf`.
   *
   * A message with a buffer to itself is moved to the worker: its bytes, and fields read from it, can no longer be decoded here.
   * One that is a view into a file is copied. Read what the headers say before.
   * @throws DecodeError what `fieldsOf` and `decodeValues` throw.
   */
  decode(message: GribMessage): Promise<Float32Array[]>;
  /** The same for many, in their order; takes the next message only when there is room for it. */
  decodeInOrder(messages: Iterable<GribMessage> | AsyncIterable<GribMessage>): AsyncGenerator<Float32Array[]>;
  /** Ends the threads. What is under way is given up. */
  close(): Promise<void>;
}

/**
 * A pool of `threads` workers, which live until it is closed.
 * @throws RangeError for less than one thread.
 * @example
 * const pool = decodePool(2);
 * for await (const [values] of pool.decodeInOrder(messages)) …
 * await pool.close();
 */
export function decodePool(threads: number): DecodePool {
  if (!(Number.isInteger(threads) && threads >= 1)) throw new RangeError(`${threads} threads`);
  const workers = new Piscina({
    filename: workerFile(),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
  const decode = async ({ file, offset, bytes }: GribMessage): Promise<Float32Array[]> => {
    // Not slice(): of a Buffer that is a view, and moving it would take the whole file along.
    const owned = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    const task: Task = { file, offset, bytes: owned };
    const decoded = (await workers.run(task, { name: WORK, transferList: [owned.buffer as ArrayBuffer] })) as Decoded;
    if (decoded.kind === "values") return decoded.values;
    throw decoded.error === "DecodeError" ? new DecodeError(decoded.complaint) : new RequestError(decoded.complaint);
  };
  return {
    decode,
    decodeInOrder: (messages) => inOrder(messages, decode, 2 * threads),
    close: () => workers.destroy(),
  };
}

/** The worker's function. */
const WORK: keyof typeof import("./worker.ts") = "decodeMessage";

/** Results in the order of `items`, `most` of them under way at a time. */
async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
  most: number,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // A failure is told when its turn comes; until then nobody is listening.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= most) yield await (underWay.shift() as Promise<Result>);
  }
  for (const result of underWay) yield await result;
}

/** The compiled worker: beside this file, or in `dist/` where the sources themselves run, as in tests. */
function workerFile(): string {
  const places = [
    new URL("./worker.js", import.meta.url),
    new URL("../../../dist/grib2/pool/worker.js", import.meta.url),
  ];
  const file = places.map((place) => fileURLToPath(place)).find((place) => existsSync(place));
  if (file !== undefined) return file;
  const place = fileURLToPath(places[0]);
  throw new RequestError({ place, expected: "the compiled worker", got: "nothing there", remedy: "run npm run build" });
}

/**
 * Decoding on worker threads. A message goes to a worker and its values come back as moved memory, not as copies; results keep
 * the order of the messages, and only so many are under way that every thread has one at work and one waiting.
 *
 * Threads share one address space, and the kernel lets one at a time change it: two threads that allocate a fresh field each are no
 * faster than one. Whoever is done with values gives them back, and the next field goes there (docs/design/0020).
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
  /** Takes values that are no longer needed, as memory for the next fields. They can't be read afterwards. */
  giveBack(values: readonly Float32Array[]): void;
  /** Ends the threads. What is under way is given up. */
  close(): Promise<void>;
}

/**
 * A pool of `threads` workers, which live until it is closed.
 * @throws RangeError for less than one thread.
 * @example
 * const pool = decodePool(2);
 * for await (const values of pool.decodeInOrder(messages)) {
 *   …
 *   pool.giveBack(values);
 * }
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
  const spares: ArrayBuffer[] = [];
  const envelopes: ArrayBuffer[] = [];
  const decode = async ({ file, offset, bytes }: GribMessage): Promise<Float32Array[]> => {
    const sent = ownsItsMemory(bytes) ? bytes : copyInto(envelopes, bytes);
    const spare = spares.splice(0, 1);
    const task: Task = { file, offset, bytes: sent, spare };
    const transferList = [sent.buffer as ArrayBuffer, ...spare];
    const decoded = (await workers.run(task, { name: WORK, transferList })) as Decoded;
    if (sent !== bytes && decoded.kind === "values") envelopes.push(decoded.envelope);
    if (decoded.kind === "values") return decoded.values;
    throw decoded.error === "DecodeError" ? new DecodeError(decoded.complaint) : new RequestError(decoded.complaint);
  };
  return {
    decode,
    decodeInOrder: (messages) => inOrder(messages, decode, 2 * threads),
    giveBack: (values) => spares.push(...values.map(({ buffer }) => buffer as ArrayBuffer)),
    close: () => workers.destroy(),
  };
}

function ownsItsMemory({ byteLength, buffer }: Uint8Array): boolean {
  return byteLength === buffer.byteLength;
}

/** A copy, in memory of an earlier one where some is large enough. */
function copyInto(envelopes: ArrayBuffer[], bytes: Uint8Array): Uint8Array {
  const at = envelopes.findIndex(({ byteLength }) => byteLength >= bytes.length);
  const [room] = at < 0 ? [new ArrayBuffer(2 * bytes.length)] : envelopes.splice(at, 1);
  const copy = new Uint8Array(room, 0, bytes.length);
  copy.set(bytes);
  return copy;
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
  throw new RequestError({ place, expected: "the compiled worker", got: "nothing there", remedy: "run npm run setup" });
}

/** What a thread of `shared-gradient.ts` does: the gradient of one micro-batch, on an engine of its own. @module */
import { workerData } from "piscina";
import { createSession, type Device, type Session } from "../graph/index.ts";
import type { Feeds } from "./objective.ts";

export interface GradientWork {
  readonly model: Uint8Array;
  readonly device: Device;
  /** Of each engine. */
  readonly threads: number;
  /** One number, shared by all workers: the machine's next GPU that none of them has taken. */
  readonly nextGpu: Int32Array<SharedArrayBuffer>;
}

export interface GradientTask {
  readonly feeds: Feeds;
  /** By parameter name, in shared memory. */
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** gradient/NAME in shared memory, to be written. */
  readonly into: Readonly<Record<string, Float32Array>>;
}

const { model, device, threads, nextGpu } = workerData as GradientWork;
const deviceNumber = Atomics.add(nextGpu, 0, 1);
let session: Promise<Session> | undefined;
const own = new Map<string, Float32Array>();

/** Writes the gradient and returns the loss. The pool calls it by name. */
export async function gradientOf({ feeds, weights, into }: GradientTask): Promise<number> {
  session ??= createSession(model, { device, threads, deviceNumber });
  const held = Object.keys(weights).map((name) => [`held/${name}`, zerosLike(`held/${name}`, weights[name])]);
  const copies = Object.entries(weights).map(([name, values]) => [name, copyOf(name, values)]);
  const results = await (await session).run({ ...feeds, ...Object.fromEntries(held), ...Object.fromEntries(copies) });
  for (const [name, place] of Object.entries(into)) place.set(results[name]);
  return results["loss"][0];
}

/** ONNX Runtime takes no shared memory, so a thread has a copy of its own, in the memory of the copy before. */
function copyOf(name: string, values: Float32Array): Float32Array {
  const copy = zerosLike(name, values);
  copy.set(values);
  return copy;
}

function zerosLike(name: string, { length }: Float32Array): Float32Array {
  const known = own.get(name) ?? new Float32Array(length);
  own.set(name, known);
  return known;
}

/**
 * Runs a model: named float32 arrays in, named float32 arrays out. The only file that knows ONNX Runtime.
 *
 * Nothing is repaired on the way: every feed must be there with exactly the length its shape needs, and a NaN that goes
 * in or arises inside comes out.
 * @module
 */
import { tmpdir } from "node:os";
import type { Tensor as NativeTensor, OnnxValue } from "#onnxruntime";
import { DecodeError, RequestError, ShapeError } from "../core/index.ts";
import { formatShape, sizeOf } from "./shape.ts";

/** Where the arithmetic happens. `cuda` needs ONNX Runtime's CUDA libraries (docs/design/0042). */
export type Device = "cpu" | "webgpu" | "cuda";

export const DEVICES: readonly ["cpu", "webgpu", "cuda"] = ["cpu", "webgpu", "cuda"];

/** A tensor in a GPU's memory, to be fed to this or another session there. */
export interface Resident {
  readonly length: number;
  /** Gives its memory back; it must not be fed any more. */
  free(): void;
}

/** What goes into a model: an array, or what a model left on the device. */
export type Held = Float32Array | Resident;

export interface SessionOptions {
  /** Default "cpu". */
  readonly device?: Device | (string & {});
  /** Which of the machine's GPUs, from 0; told to CUDA alone. */
  readonly deviceNumber?: number;
  /** Threads within one operation; default as many as the machine has cores. Up to four, results do not depend on it. */
  readonly threads?: number;
  /** Outputs that `hold` leaves on the device, where its runtime can (WebGPU); elsewhere they are arrays like the others. */
  readonly resident?: readonly string[];
  /** ONNX Runtime prints nothing of a failed pass, which throws all the same; for those who only try. Default false. */
  readonly quiet?: boolean;
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * One pass through the model. Row-major arrays, one per input.
   * @throws RequestError for a feed that is missing or that the model does not know.
   * @throws ShapeError for a feed of another length than its shape has.
   */
  run(feeds: Readonly<Record<string, Held>>): Promise<Record<string, Float32Array>>;
  /**
   * The same, but outputs named by `resident` stay on the device. On the CPU, outputs found in `into` are written there, which saves an
   * allocation a pass; such an array must not be fed in the same pass.
   */
  hold(feeds: Readonly<Record<string, Held>>, into?: Readonly<Record<string, Held>>): Promise<Record<string, Held>>;
  /** Frees the model's memory; `run` throws from then on. */
  close(): Promise<void>;
}

/** Of each resident, ONNX Runtime's own value. */
const natives = new WeakMap<Resident, NativeTensor>();

/**
 * Loads a model onto a device.
 * @throws RequestError for a device that is unknown or not available here, or a thread count that is not positive.
 * @throws DecodeError when the bytes are not a model ONNX Runtime accepts.
 */
export async function createSession(
  model: Uint8Array,
  { device = "cpu", deviceNumber = 0, threads, resident = [], quiet = false }: SessionOptions = {},
): Promise<Session> {
  if (!(DEVICES as readonly string[]).includes(device)) {
    throw new RequestError({ place: "device", expected: `one of ${DEVICES.join(", ")}`, got: JSON.stringify(device) });
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new RequestError({ place: "threads", expected: "a positive whole number", got: String(threads) });
  }
  if (device === "webgpu") {
    // Vulkan's loader complains on stderr, past every log level, of a login without a runtime folder; any folder will do.
    process.env["XDG_RUNTIME_DIR"] ??= tmpdir();
  }
  const { env, InferenceSession, Tensor: Value } = await import("#onnxruntime");
  // What it would say of a device that is not there, we say in one line.
  env.logLevel = "fatal";
  const stays = device === "webgpu" ? resident : [];
  const native = await InferenceSession.create(model, {
    executionProviders: [device === "cuda" ? { name: device, deviceId: deviceNumber } : device],
    executionMode: "sequential",
    interOpNumThreads: 1,
    logSeverityLevel: quiet ? 4 : 3, // errors only: its advice on unused initializers is not for our users
    // Each value's memory goes back to the next that fits, instead of one block laid out for all of them at once: a quarter less.
    enableMemPattern: false,
    // Threads wait actively within a run only: else those of one session steal the cores from the next one's.
    extra: { session: { force_spinning_stop: "1" } },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // A device that keeps one output must be told of all.
    ...(stays.length === 0
      ? {}
      : { preferredOutputLocation: Object.fromEntries(stays.map((name) => [name, "gpu-buffer"])) }),
  }).catch((cause: unknown) => {
    throw unusable(device, cause);
  });
  const shapesOf = (metadata: typeof native.inputMetadata): ReadonlyMap<string, readonly number[]> =>
    new Map(metadata.map((meta) => [meta.name, meta.isTensor ? (meta.shape as readonly number[]) : []]));
  const shapes = shapesOf(native.inputMetadata);
  const outputShapes = shapesOf(native.outputMetadata);
  let open = true;
  const pass = async (
    feeds: Readonly<Record<string, Held>>,
    into: Readonly<Record<string, Held>> = {},
  ): Promise<Readonly<Record<string, OnnxValue>>> => {
    if (!open) throw new RangeError("this session is closed");
    checkFeeds(feeds, shapes);
    const valueOf = (data: Held, shape: readonly number[] | undefined): NativeTensor =>
      data instanceof Float32Array ? new Value("float32", data, shape) : natives.get(data)!;
    const values = Object.entries(feeds).map(([name, data]) => [name, valueOf(data, shapes.get(name))]);
    const given = native.outputNames.map((name) => {
      const place = device === "cpu" ? into[name] : undefined;
      return [name, place instanceof Float32Array ? valueOf(place, outputShapes.get(name)) : null];
    });
    return native.run(Object.fromEntries(values), Object.fromEntries(given));
  };
  return {
    inputNames: native.inputNames,
    outputNames: native.outputNames,
    run: async (feeds) => {
      if (stays.length > 0) throw new RangeError("this session leaves outputs on the device: use hold");
      const results = await pass(feeds);
      return Object.fromEntries(native.outputNames.map((name) => [name, results[name].data as Float32Array]));
    },
    hold: async (feeds, into) => {
      const results = await pass(feeds, into);
      return Object.fromEntries(native.outputNames.map((name) => [name, heldOf(results[name])]));
    },
    close: async () => {
      if (!open) return;
      open = false;
      await native.release();
    },
  };
}

function heldOf(value: NativeTensor): Held {
  if (value.location === "cpu") return value.data as Float32Array;
  const resident: Resident = { length: value.size, free: () => value.dispose() };
  natives.set(resident, value);
  return resident;
}

function checkFeeds(feeds: Readonly<Record<string, Held>>, shapes: ReadonlyMap<string, readonly number[]>): void {
  const missing = [...shapes.keys()].filter((name) => !Object.hasOwn(feeds, name));
  const unknown = Object.keys(feeds).filter((name) => !shapes.has(name));
  if (missing.length > 0 || unknown.length > 0) {
    throw new RequestError({
      place: "feeds",
      expected: missing.length > 0 ? `also ${missing.join(", ")}` : `only ${[...shapes.keys()].join(", ")}`,
      got: unknown.length > 0 ? `unknown ${unknown.join(", ")}` : `${Object.keys(feeds).length} feeds without them`,
    });
  }
  for (const [name, shape] of shapes) {
    if (feeds[name].length !== sizeOf(shape)) {
      const expected = `${sizeOf(shape)} values for ${formatShape(shape)}`;
      throw new ShapeError({ place: `feed "${name}"`, expected, got: String(feeds[name].length) });
    }
  }
}

/** Tells a device that is not there from bytes that are not a model. */
function unusable(device: string, cause: unknown): RequestError | DecodeError {
  if (device === "cpu") {
    const got = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0];
    return new DecodeError({ place: "ONNX model", expected: "a model ONNX Runtime accepts", got }, { cause });
  }
  const remedy = device === "cuda" ? "install ONNX Runtime's CUDA libraries, or use cpu" : "use cpu";
  const complaint = { place: `device ${device}`, expected: "one this machine has", got: "none ONNX Runtime can open" };
  return new RequestError({ ...complaint, remedy }, { cause });
}

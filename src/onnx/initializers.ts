/**
 * The weights of a written model, and the same model with others in their place: no longer and no shorter, so every other byte stays.
 *
 *   ModelProto { graph 7 { initializer 5 { dims 1, data_type 2, name 8, raw_data 9 } } }
 *
 * @module
 */
import { DecodeError, RequestError } from "../core/index.ts";

/** One float32 initializer, and where its bytes lie in the file. */
interface Place {
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Values with their shape, C order. */
interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const VARINT = 0;
const EIGHT_BYTES = 1;
const DELIMITED = 2;
const FOUR_BYTES = 5;
const FLOAT = 1;

/**
 * The model with every weight of `weights` in place of its initializer of that name. `names`: the weights the network has, all of which must
 * be given, in its shapes, and no other.
 * @param place names the file in errors.
 * @throws RequestError for a weight that is missing, unknown or of another shape; DecodeError when the model is not ONNX
 */
export function replaceWeights(
  model: Uint8Array,
  weights: ReadonlyMap<string, Values>,
  names: Iterable<string>,
  place: string,
): Uint8Array {
  const places = initializers(model, place);
  const wanted = new Set(names);
  const missing = [...wanted].find((name) => !weights.has(name));
  if (missing !== undefined) throw unfit(`weight "${missing}"`, `it, as one of ${wanted.size}`, "none of that name");
  const out = model.slice();
  for (const [name, { shape, data }] of weights) {
    const at = wanted.has(name) ? places.get(name) : undefined;
    if (at === undefined) throw unfit(`weight "${name}"`, "a weight of the run's network", "none of its names");
    if (at.shape.join() !== shape.join() || at.end - at.begin !== data.byteLength) {
      throw unfit(`weight "${name}"`, `shape [${at.shape.join(", ")}]`, `[${shape.join(", ")}]`);
    }
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at.begin);
  }
  return out;
}

function unfit(place: string, expected: string, got: string): RequestError {
  return new RequestError({ place, expected, got, remedy: "import weights of the same network" });
}

function initializers(model: Uint8Array, place: string): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  for (const graph of fields(model, 0, model.length, place)) {
    if (graph.number !== 7) continue;
    for (const tensor of fields(model, graph.begin, graph.end, place)) {
      if (tensor.number !== 5) continue;
      const shape: number[] = [];
      let name = "";
      let type = 0;
      let raw: { begin: number; end: number } | undefined;
      for (const { number, value, begin, end } of fields(model, tensor.begin, tensor.end, place)) {
        if (number === 1) shape.push(value);
        else if (number === 2) type = value;
        else if (number === 8) name = new TextDecoder().decode(model.subarray(begin, end));
        else if (number === 9) raw = { begin, end };
      }
      if (type === FLOAT && raw !== undefined) found.set(name, { shape, ...raw });
    }
  }
  return found;
}

interface Field {
  readonly number: number;
  /** Of a varint. */
  readonly value: number;
  /** Of a delimited field's content. */
  readonly begin: number;
  readonly end: number;
}

function* fields(bytes: Uint8Array, begin: number, end: number, place: string): Generator<Field> {
  let at = begin;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < end; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw cutShort();
  };
  const cutShort = (): DecodeError =>
    new DecodeError({
      place: `${place}, byte ${at}`,
      expected: "an ONNX model",
      got: "one that is cut short or damaged",
    });
  while (at < end) {
    const key = varint();
    const wire = key % 8;
    const value = wire === VARINT ? varint() : 0;
    const length =
      { [VARINT]: 0, [EIGHT_BYTES]: 8, [FOUR_BYTES]: 4 }[wire] ?? (wire === DELIMITED ? varint() : end + 1);
    if (at + length > end) throw cutShort();
    yield { number: Math.floor(key / 8), value, begin: at, end: at + length };
    at += length;
  }
}

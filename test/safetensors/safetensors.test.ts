import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DecodeError, ShapeError } from "../../src/core/index.ts";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "../../src/safetensors/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";

const tensor = (shape: number[], values: number[]): StoredTensor => ({ shape, data: Float32Array.from(values) });
const example = new Map([
  ["weight", tensor([2, 3], [1, -2, 3.5, 0, 1e-20, -0])],
  ["0", tensor([], [42])],
  ["nothing yet", tensor([0, 4], [])],
]);

/** A file with this header, forged. */
function forge(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out;
}

/** One tensor's entry in a forged header. */
const entry = (begin: number, end: number, shape = "[1]", dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe("safetensors", () => {
  it("gives back the tensors, their order, their bits and the texts", () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(example, { step: "7" }), "x");
    expect([...tensors.keys()]).toEqual(["weight", "0", "nothing yet"]);
    expect(tensors).toEqual(example);
    expect(Object.is(tensors.get("weight")?.data[5], -0)).toBe(true);
    expect(metadata).toEqual({ step: "7" });
  });

  it("writes the very bytes of the specification", () => {
    const bytes = encodeSafetensors(new Map([["a", tensor([1], [1])]]));
    const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(bytes).toEqual(forge(padded, [0, 0, 0x80, 0x3f]));
  });

  it("reads tensors from bytes that begin at an odd address", () => {
    const bytes = encodeSafetensors(example);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeSafetensors(shifted.subarray(1), "x").tensors).toEqual(example);
  });

  it("holds for any tensors", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            name: fc.string().filter((name) => name !== "__metadata__"),
            values: fc.array(fc.float({ noNaN: true }), { maxLength: 20 }),
          }),
          { selector: ({ name }) => name, maxLength: 6 },
        ),
        (list) => {
          const tensors = new Map(list.map(({ name, values }) => [name, tensor([values.length], values)]));
          expect(decodeSafetensors(encodeSafetensors(tensors), "x").tensors).toEqual(tensors);
        },
      ),
    );
  });

  it("reads entries in any order, after a header of any length", () => {
    const file = forge(
      `{"b":${entry(4, 8)},"__metadata__":{"format":"pt"},"a":${entry(0, 4)}} `,
      [0, 0, 128, 63, 0, 0, 0, 64],
    );
    expect(decodeSafetensors(file, "x")).toEqual({
      tensors: new Map([
        ["a", tensor([1], [1])],
        ["b", tensor([1], [2])],
      ]),
      metadata: { format: "pt" },
    });
  });

  // Bit patterns by IEEE 754: 1, -2, the largest binary16, its smallest normal and subnormal numbers, -0, infinity.
  it.each([
    ["F16", [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00], [1, -2, 65504, 2 ** -14, 2 ** -24, -0, Infinity]],
    [
      "BF16",
      [0x3f80, 0xc000, 0x7f7f, 0x0080, 0x0001, 0x8000, 0x7f80],
      [1, -2, 255 * 2 ** 120, 2 ** -126, 2 ** -133, -0, Infinity],
    ],
  ])("reads %s as the float32 it is", (dtype, patterns, values) => {
    const bytes = [...patterns, 0x7fff].flatMap((bits) => [bits & 255, bits >> 8]);
    const file = forge(`{"a":${entry(0, 16, "[8]", dtype)}} `, bytes);
    const { data } = decodeSafetensors(file, "x").tensors.get("a")!;
    expect(Array.from(data)).toEqual([...values, Number.NaN]);
  });

  it("refuses to write a shape that does not fit its values", () => {
    expect(() => encodeSafetensors(new Map([["w", tensor([2, 2], [1, 2, 3])]]))).toThrow(
      new ShapeError({ place: 'tensor "w"', expected: "4 values for shape [2, 2]", got: "3" }),
    );
    expect(() => encodeSafetensors(new Map([["__metadata__", tensor([0], [])]]))).toThrow(RangeError);
  });

  const four = [0, 0, 0, 0];
  it.each([
    ["fewer than 8 bytes", new Uint8Array(7), "at least 8 bytes"],
    ["a header longer than the file", Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 0x7b), "a header of at most 1 bytes"],
    ["a header length beyond any machine", new Uint8Array(16).fill(255), "a header of at most 8 bytes"],
    ["a header that is not an object", forge("[]"), 'begins with "{"'],
    ["a header that is not JSON", forge("{nope}"), "a header of JSON in UTF-8"],
    [
      "an element type float32 has no room for",
      forge(`{"a":${entry(0, 8, "[1]", "F64")}}`, [...four, ...four]),
      'BF16, got "F64"',
    ],
    ["a half type of another length", forge(`{"a":${entry(0, 4, "[1]", "BF16")}}`, four), "2 bytes for shape"],
    ["a negative size", forge(`{"a":${entry(0, 4, "[-1]")}}`, four), "a shape of whole numbers"],
    ["a fractional size", forge(`{"a":${entry(0, 4, "[0.5]")}}`, four), "a shape of whole numbers"],
    [
      "sizes whose product overflows",
      forge(`{"a":${entry(0, 4, "[9007199254740991,9007199254740991]")}}`, four),
      "bytes for shape",
    ],
    ["an end before the begin", forge(`{"a":${entry(4, 0)}}`, four), "bytes for shape"],
    ["data beyond the file", forge(`{"a":${entry(0, 8, "[2]")}}`, four), "within the file's 4 bytes"],
    ["a hole before a tensor", forge(`{"a":${entry(4, 8)}}`, [...four, ...four]), "data to begin at 0, got 4"],
    [
      "two tensors on the same bytes",
      forge(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, four),
      "data to begin at 4, got 0",
    ],
    ["bytes nobody owns at the end", forge(`{"a":${entry(0, 4)}}`, [...four, 1]), "4 bytes of tensors"],
    ["metadata that are not texts", forge('{"__metadata__":{"a":1}}'), "texts by name"],
    ["an entry that is null", forge('{"a":null}'), "dtype F32"],
  ])("refuses %s", (_, bytes, expected) => {
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(DecodeError);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow(expected);
    expect(() => decodeSafetensors(bytes, "model.safetensors")).toThrow("model.safetensors");
  });

  it("never returns from a file cut short", () => {
    const bytes = encodeSafetensors(example, { step: "7" });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length), "x"), `${length} bytes`).toThrow(DecodeError);
    }
  });

  it("meets any damaged byte of the header with a typed error or a whole file, nothing else", () => {
    const bytes = encodeSafetensors(example, { step: "7" });
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    fc.assert(
      fc.property(fc.nat(headerEnd - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at] = damaged[at] ^ flip;
        try {
          decodeSafetensors(damaged, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describeWithPeer("safetensors and the reference package", () => {
  it("agree in both directions", () => {
    const folder = mkdtempSync(join(tmpdir(), "updraft-"));
    try {
      const [ours, theirs] = [join(folder, "ours.safetensors"), join(folder, "theirs.safetensors")];
      writeFileSync(ours, encodeSafetensors(example, { step: "7" }));
      const seen = JSON.parse(runPeer("read_safetensors.py", [ours, theirs]));
      expect(seen.metadata).toEqual({ step: "7" });
      for (const [name, { shape, data }] of example) {
        expect(seen.tensors[name]).toEqual({ dtype: "float32", shape, values: Array.from(data) });
      }
      const back = decodeSafetensors(readFileSync(theirs), theirs);
      expect(back.tensors).toEqual(example);
      expect(back.metadata).toEqual({ writer: "reference" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

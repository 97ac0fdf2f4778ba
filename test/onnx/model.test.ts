import { describe, expect, test } from "vitest";
import { InferenceSession, Tensor } from "#onnxruntime";
import { encodeModel, type OnnxModel } from "../../src/onnx/index.ts";

const MODEL: OnnxModel = {
  name: "affine",
  opsets: { "": 18 },
  nodes: [
    { operator: "Mul", domain: "", inputs: ["x", "w"], outputs: ["scaled"], attributes: {} },
    { operator: "LeakyRelu", domain: "", inputs: ["scaled"], outputs: ["bent"], attributes: { alpha: { float: 0.5 } } },
    { operator: "Transpose", domain: "", inputs: ["bent"], outputs: ["turned"], attributes: { perm: [1, 0] } },
    { operator: "Concat", domain: "", inputs: ["turned", "turned"], outputs: ["both"], attributes: { axis: -1 } },
    { operator: "Slice", domain: "", inputs: ["both", "from", "to"], outputs: ["y"], attributes: {} },
  ],
  initializers: [
    { name: "w", shape: [3], values: Float32Array.of(1, -1, 2) },
    { name: "from", shape: [2], values: BigInt64Array.of(-2n, 0n) },
    { name: "to", shape: [2], values: BigInt64Array.of(300n, 3n) },
  ],
  inputs: [{ name: "x", elementType: "float32", shape: [2, 3] }],
  outputs: [{ name: "y", elementType: "float32", shape: [2, 3] }],
  metadata: { grid: "Δx = 3 km" },
};

describe("encodeModel", () => {
  test("ONNX Runtime reads every kind of attribute, initializers, negative integers and shapes", async () => {
    const session = await InferenceSession.create(encodeModel(MODEL));
    expect(session.inputMetadata[0]).toMatchObject({ name: "x", type: "float32", shape: [2, 3] });
    const { y } = await session.run({ x: new Tensor("float32", Float32Array.of(1, 2, 3, 4, 5, -6), [2, 3]) });
    // x·w = [[1, -2, 6], [4, -5, -12]]; halved below 0; turned; rows 1 and 2 of three; columns 0 to 2 of [·, ·, ·, ·].
    expect([...(y.data as Float32Array)]).toEqual([-1, -2.5, -1, 6, -6, 6]);
    await session.release();
  });

  test("the first bytes are IR version 8 and the producer, as onnx.proto numbers them", () => {
    const head = Buffer.from(encodeModel(MODEL).subarray(0, 11));
    expect(head.toString("hex")).toBe(`08081207${Buffer.from("updraft").toString("hex")}`);
  });

  test("the same model gives the same bytes", () => {
    expect(Buffer.compare(encodeModel(MODEL), encodeModel(structuredClone(MODEL)))).toBe(0);
  });

  test("metadata travel as text", () => {
    expect(Buffer.from(encodeModel(MODEL)).includes(Buffer.from("Δx = 3 km"))).toBe(true);
  });

  test("a model too large for any reader is refused before it is written", () => {
    // Half a billion zeros that share one buffer of 1 GiB, twice.
    const values = new Float32Array(2 ** 28);
    const initializers = [0, 1].map((k) => ({ name: `w${k}`, shape: [values.length], values }));
    expect(() => encodeModel({ ...MODEL, initializers })).toThrow(/expected less than 2 GiB, got 21474\d+ bytes; feed/);
  });
});

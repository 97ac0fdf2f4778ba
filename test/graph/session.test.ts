import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DecodeError, RequestError, ShapeError } from "../../src/core/index.ts";
import { add, createSession, emitModel, input, maximum, minimum, type Session } from "../../src/graph/index.ts";

const [a, b] = [input("a", [2]), input("b", [])];
const model = emitModel({ outputs: { sum: add(a, b), low: minimum(a, b), high: maximum(a, b) } });

describe("a session", () => {
  let session: Session;
  beforeAll(async () => {
    session = await createSession(model, { threads: 1 });
  });
  afterAll(() => session.close());

  test("names what goes in and what comes out", () => {
    expect(session.inputNames).toEqual(["a", "b"]);
    expect(session.outputNames).toEqual(["sum", "low", "high"]);
  });

  test("feeds scalars as arrays of one number", async () => {
    const { sum } = await session.run({ a: Float32Array.of(1, 2), b: Float32Array.of(10) });
    expect([...sum]).toEqual([11, 12]);
  });

  test("hides no NaN, wherever it comes in", async () => {
    for (const [values, other] of [
      [[Number.NaN, Number.NaN], 1],
      [[1, 2], Number.NaN],
    ] as const) {
      const results = await session.run({ a: Float32Array.from(values), b: Float32Array.of(other) });
      for (const name of ["sum", "low", "high"]) expect([...results[name]], name).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test("refuses feeds that are missing, unknown, or of a wrong length", async () => {
    const one = Float32Array.of(1);
    const two = Float32Array.of(1, 2);
    await expect(session.run({ a: two })).rejects.toThrow(
      new RequestError(complaint("also b", "1 feeds without them")),
    );
    await expect(session.run({ a: two, b: one, c: one })).rejects.toThrow("feeds: expected only a, b, got unknown c");
    await expect(session.run({ a: one, b: one })).rejects.toThrow(ShapeError);
    await expect(session.run({ a: one, b: one })).rejects.toThrow('feed "a": expected 2 values for [2], got 1');
  });
});

function complaint(expected: string, got: string): ConstructorParameters<typeof RequestError>[0] {
  return { place: "feeds", expected, got };
}

test("an unknown device or thread count is a wrong request", async () => {
  await expect(createSession(model, { device: "tpu" })).rejects.toThrow(RequestError);
  await expect(createSession(model, { device: "tpu" })).rejects.toThrow(
    'device: expected one of cpu, webgpu, cuda, got "tpu"',
  );
  await expect(createSession(model, { threads: 0 })).rejects.toThrow(
    "threads: expected a positive whole number, got 0",
  );
});

test("bytes that are no model are damaged data", async () => {
  await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(DecodeError);
});

test("a closed session says so", async () => {
  const session = await createSession(model, { threads: 1 });
  await session.close();
  await session.close();
  await expect(session.run({})).rejects.toThrow("this session is closed");
});

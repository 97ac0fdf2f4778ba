import { describe, expect, it } from "vitest";
import {
  ConfigError,
  DecodeError,
  isUpdraftError,
  NumericError,
  RequestError,
  ShapeError,
  TransferError,
} from "../../src/core/index.ts";

const complaint = { place: "demo.zarr/state", expected: 'channel "cape"', got: "refc,t2m" };

describe("an error", () => {
  it("is one line: place, expected, got, remedy", () => {
    const error = new RequestError({ ...complaint, remedy: "rebuild the archive" });
    expect(error.message).toBe('demo.zarr/state: expected channel "cape", got refc,t2m; rebuild the archive');
    expect(error).toMatchObject({ ...complaint, remedy: "rebuild the archive", name: "RequestError" });
  });

  it("ends after what it got where nobody can say what to do", () => {
    const error = new DecodeError(complaint);
    expect(error.message).toBe('demo.zarr/state: expected channel "cape", got refc,t2m');
    expect("remedy" in error).toBe(false);
  });

  it("keeps its cause", () => {
    const cause = new Error("ENOENT");
    expect(new RequestError(complaint, { cause }).cause).toBe(cause);
  });

  it.each([
    [RequestError, 2],
    [ConfigError, 2],
    [DecodeError, 3],
    [TransferError, 3],
    [ShapeError, 4],
    [NumericError, 4],
  ])("%o decides the exit code", (Kind, exitCode) => {
    const error = new Kind(complaint);
    expect(error.exitCode).toBe(exitCode);
    expect(error.name).toBe(Kind.name);
    expect(isUpdraftError(error)).toBe(true);
  });

  it("of another kind is not ours", () => {
    expect([new RangeError("x"), "x", undefined].map(isUpdraftError)).toEqual([false, false, false]);
  });
});

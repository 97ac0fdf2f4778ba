import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { isRefusal, jsonAs, RequestError, refusalOf, travelling } from "../../src/core/index.ts";
import { parseJson } from "../../src/core/json.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("refusals-unit");
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

it("the system's no is a request that cannot be met, by its path, in one line", () => {
  const long = join(folder, "x".repeat(300));
  const error = refusalOf(
    thrownBy(() => writeFileSync(long, "x")),
    "updraft maps",
  );
  expect(error).toBeInstanceOf(RequestError);
  expect(error?.message).toBe(
    `${long}: expected a path that can be used, got ENAMETOOLONG, a name too long for the disk; choose a shorter one`,
  );
  writeFileSync(join(folder, "file"), "x");
  expect(
    refusalOf(
      thrownBy(() => mkdirSync(join(folder, "file", "a"))),
      "x",
    )?.got,
  ).toContain("ENOTDIR");
  expect(
    refusalOf(
      thrownBy(() => readFileSync(folder)),
      "x",
    )?.got,
  ).toContain("EISDIR");
});

it("is found behind errors that wrap it, and told by the verb where it names no path", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const wrapped = new Error("codec", { cause: new Error("store", { cause: full }) });
  expect(isRefusal(wrapped)).toBe(true);
  expect(refusalOf(wrapped, "updraft maps")?.message).toMatch(/^updraft maps: expected .*, got ENOSPC, no space left/);
  expect(travelling(wrapped, "a thread")).toMatchObject({ error: "RequestError", complaint: { place: "a thread" } });
});

it("is nothing else: no bug, no network, no circle of causes", () => {
  const circle = new Error("a");
  circle.cause = circle;
  for (const error of [
    new TypeError("x"),
    Object.assign(new Error("y"), { code: "ECONNRESET" }),
    circle,
    undefined,
    7,
  ]) {
    expect(refusalOf(error, "x")).toBeUndefined();
  }
  expect(travelling(new TypeError("x"), "x")).toBeUndefined();
});

it("text that is no JSON is told by its place and not by its bytes", () => {
  const secret = "\u001b[2Jp4ssw0rd";
  const of = (text: string): string =>
    (thrownBy(() => parseJson(text, { place: "a.json", expected: "a count" })) as Error).message;
  expect(of("")).toBe("a.json: expected a count, got nothing");
  expect(of('{"a": 1')).toMatch(/got (JSON that breaks off|no JSON from character 7 on)$/);
  expect(of(`{"a" ${secret}}`)).toMatch(/got no JSON from character 5 on$/);
  for (const text of [secret, `{"a": ${secret}}`, `[${secret.repeat(1000)}`]) {
    expect(of(text).length).toBeLessThan(80);
    expect(of(text)).not.toContain("p4ss");
  }
  const schema = z.object({ n: z.object({ m: z.number() }) });
  expect(() =>
    jsonAs(schema, '{"n": {"m": "1"}}', { place: "a.json", expected: "a count", remedy: "remove it" }),
  ).toThrow(/^a\.json: expected a count, got n\.m: Invalid input: expected number, received string; remove it$/);
});

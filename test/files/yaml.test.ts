import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/files/index.ts";
import { parseTrainConfig } from "../../src/train/index.ts";

const billion = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  .concat("b c d e f g h i".split(" ").map((name, at) => `${name}: &${name} [${`*${"abcdefghi"[at]}, `.repeat(9)}]`))
  .join("\n");

describe("YAML that a person wrote", () => {
  it("may name a part and use it again", () => {
    expect(parseYaml("a: &n { widths: [8, 16] }\nb: *n", "x")).toEqual({
      a: { widths: [8, 16] },
      b: { widths: [8, 16] },
    });
    expect(parseYaml("", "x")).toBeNull();
  });

  it.each([
    [
      "a node that holds itself",
      "seed: 3\nforecaster: &f\n  network: *f",
      /got a node that holds itself, at forecaster\.network$/,
    ],
    ["a list that is its own only member", "&a [*a]", /got a node that holds itself, at 0$/],
    ["aliases of aliases", billion, /got Excessive alias count/],
    ["an alias of nothing", "a: *b", /got Unresolved alias/],
    ["two documents", "a: 1\n---\nb: 2", /got Source contains multiple documents/],
    ["a key twice", "a: 1\na: 2", /got Map keys must be unique/],
    ["nothing but nesting", "[".repeat(200_000), /expected YAML, got more levels of nesting/],
    ["nesting by signs", "- ? ".repeat(2000), /expected YAML, got more levels of nesting/],
    [
      "nesting by indentation",
      Array.from({ length: 1000 }, (_, at) => `${" ".repeat(at)}a:`).join("\n"),
      /got more levels of nesting/,
    ],
    ["two megabytes", `a: ${"x".repeat(2 ** 21)}`, /got \d+ characters, more than 1048576$/],
  ])("is refused in one line when it is %s", (_, text, message) => {
    for (const parse of [parseYaml, parseTrainConfig]) {
      expect(() => parse(text, "c.yaml")).toThrow(message);
      expect(() => parse(text, "c.yaml")).toThrow(/^c\.yaml: expected [^\n]{1,200}$/);
    }
  });

  it("may nest as deep as no configuration does", () => {
    const depth = (value: unknown): number => (Array.isArray(value) ? 1 + depth(value[0]) : 0);
    expect(depth(parseYaml(`${"[".repeat(60)}1${"]".repeat(60)}`, "x"))).toBe(60);
    expect(depth(parseYaml(`${"- ".repeat(50)}1`, "x"))).toBe(50);
  });

  it("has what is wrong told back in short", () => {
    expect(() => parseTrainConfig(`seed: [${"1, ".repeat(5000)}]`, "c.yaml")).toThrow(
      /^c\.yaml seed: expected .{1,150}$/,
    );
    expect(() => parseTrainConfig("- 1\n- 2", "c.yaml")).toThrow(/^c\.yaml/);
  });
});

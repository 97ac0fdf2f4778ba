/** The keys as data: what editors and people are told of them is what the parser takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  configKeys,
  configMethods,
  formatTrainConfig,
  parseTrainConfig,
  trainConfigJsonSchema,
} from "../../src/train/index.ts";

const CONFIGS = join(import.meta.dirname, "..", "..", "configs");
const FILES = readdirSync(CONFIGS).filter((name) => name.endsWith(".yaml"));
const read = (name: string): string => readFileSync(join(CONFIGS, name), "utf8");
const accepts = new Ajv2020({ strict: false }).compile(trainConfigJsonSchema());

/** What the parser says of a key that is none. */
function complaint(yaml: string): string {
  try {
    parseTrainConfig(yaml, "my.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("the schema for editors", () => {
  it("is the one that ships (vitest -u writes it)", async () => {
    await expect(`${JSON.stringify(trainConfigJsonSchema(), undefined, 1)}\n`).toMatchFileSnapshot(
      join(CONFIGS, "schema.json"),
    );
  });

  it.each(FILES)("is named by %s, and accepts it", (name) => {
    expect(read(name).split("\n")[0]).toBe("# yaml-language-server: $schema=./schema.json");
    expect(accepts(parse(read(name))), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each(FILES)("accepts %s as a run keeps it, with every default filled in", (name) => {
    expect(accepts(parse(formatTrainConfig(parseTrainConfig(read(name), name)))), JSON.stringify(accepts.errors)).toBe(
      true,
    );
  });

  it("refuses what the parser refuses, and takes what it takes", () => {
    const cases: readonly (readonly [string, boolean])[] = [
      ["{}", true],
      ["forecaster: { network: small }", true],
      ["forecaster: { network: { patch: 3 } }", false],
      ["forecaster: { learningrate: 1 }", false],
      ["method: crps\ngenerator: { members: 1 }", false],
      ["method: crps\nforecaster: {}", false],
      ["method: crpss", false],
      ["seed: -1", false],
      ["forecaster: { network: { kind: unet-2d, widths: [8], attention: [false] } }", true],
    ];
    for (const [yaml, taken] of cases) {
      expect(accepts(parse(yaml)), yaml).toBe(taken);
      expect(complaint(yaml) === "", yaml).toBe(taken);
    }
  });
});

describe("the keys of each method", () => {
  it.each(configMethods())("$name: every key has a meaning, and every default is the parser's", ({ name, meaning }) => {
    expect(meaning).not.toBe("");
    const resolved = parseTrainConfig(`method: ${name}`, "test") as unknown as Record<string, unknown>;
    for (const key of configKeys(name)) {
      expect(key.meaning, key.path).not.toBe("");
      expect(key.values, key.path).not.toMatch(/anything|undefined/);
      if (key.default === undefined || key.path.startsWith("tuning.") || key.meaning.startsWith("of kind")) continue;
      const value = key.path
        .split(".")
        .reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], resolved);
      expect(JSON.stringify(value), key.path).toBe(key.default);
    }
  });
});

describe("a key that is none", () => {
  it.each([
    [
      "forecaster: { learningrate: 1 }",
      "the unknown key forecaster.learningrate; did you mean forecaster.learningRate?",
    ],
    ["forecaster: { epochss: 1 }", "did you mean forecaster.epochs?"],
    ["sede: 1", "the unknown key sede; did you mean seed?"],
    ["learningRate: 1", "did you mean forecaster.learningRate?"],
    ["method: crps\ngenerator: { network: { width: [8] } }", "did you mean generator.network.widths?"],
    [
      "method: residual\nminSnr: true",
      'the unknown key minSnr; "updraft config explain --method residual" lists every key',
    ],
  ])("%s: names the one that was meant", (yaml, said) => {
    expect(complaint(yaml)).toContain(said);
  });
});

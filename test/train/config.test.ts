import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatTrainConfig, parseTrainConfig, readTrainConfig } from "../../src/train/index.ts";

const CONFIGS = join(import.meta.dirname, "..", "..", "configs");

describe("a training configuration", () => {
  it("refuses a key it does not know, by its whole path", () => {
    expect(() => parseTrainConfig("forecaster:\n  learningrate: 1\n", "c.yaml")).toThrow(
      "c.yaml: expected only keys that method def knows, got the unknown key forecaster.learningrate; did you mean forecaster.learningRate?",
    );
  });

  it("says which value is wrong", () => {
    expect(() => parseTrainConfig("forecaster:\n  batch: 0\n", "c.yaml")).toThrow(
      "c.yaml forecaster.batch: expected number to be >=1, got 0",
    );
    expect(() => parseTrainConfig("seed: soon\n", "c.yaml")).toThrow('c.yaml seed: expected number, got "soon"');
    expect(() => parseTrainConfig("stepHours: 0\n", "c.yaml")).toThrow(
      "c.yaml stepHours: expected number to be >0, got 0",
    );
    expect(() => parseTrainConfig("method: crps\nforecaster: {}\n", "c.yaml")).toThrow("the unknown key forecaster");
    expect(() => parseTrainConfig("method: magic\n", "c.yaml")).toThrow("c.yaml method");
    expect(() => parseTrainConfig("channels: [t2m, t2m]\n", "c.yaml")).toThrow(
      'c.yaml channels: expected distinct channels, got ["t2m","t2m"]',
    );
  });

  it("says so when the file is not YAML or not there", () => {
    expect(() => parseTrainConfig("a: [", "c.yaml")).toThrow("c.yaml: expected YAML");
    expect(() => readTrainConfig("no/such.yaml")).toThrow(
      "no/such.yaml: expected a YAML configuration, got no readable file",
    );
  });

  it("has DEF's own numbers as defaults", () => {
    // docs/def-fidelity.md: 10 % null, 50 % model output, T = 1000, AdamW decay 0.01, OneCycle to 1e-4, no EMA
    expect(parseTrainConfig("", "defaults")).toMatchObject({
      method: "def",
      denoiser: {
        nullProbability: 0.1,
        modelOutputProbability: 0.5,
        diffusionSteps: 1000,
        weightDecay: 0.01,
        learningRate: 1e-4,
        schedule: "onecycle",
        averageDecay: 0,
        use: "last",
      },
    });
  });

  it("survives being written and read back", () => {
    const config = parseTrainConfig("seed: 7\nchannels: [refc, t2m]\n", "c.yaml");
    expect(parseTrainConfig(formatTrainConfig(config), "again")).toEqual(config);
  });

  it.each(readdirSync(CONFIGS).filter((name) => name.endsWith(".yaml")))("%s, which we ship, is valid", (name) => {
    expect(() => parseTrainConfig(readFileSync(join(CONFIGS, name), "utf8"), name)).not.toThrow();
  });
});

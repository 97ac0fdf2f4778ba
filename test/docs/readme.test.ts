/**
 * The README's commands, run as they stand there, on real HRRR hours. One thing is replaced: the configuration, for training the small
 * network on the full grid takes nights.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TINY_CONFIG } from "../cli/tiny-run.ts";
import { describeWithData } from "../shared-data.ts";
import { shellCommands } from "./commands.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  it("has its picture, its pages and its two commands", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const [demo, test] = shellCommands(README);
    expect([demo, test]).toEqual(["npm run demo", "npm test"]);
    expect(scripts).toHaveProperty("demo");
    expect(scripts).toHaveProperty("test");
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path);
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(statSync(join(ROOT, path)).isFile(), path).toBe(true);
  });
});

describeWithData("the README's commands on real HRRR hours", (data) => {
  const folder = scratchFolder("readme");

  it("run as they stand there", () => {
    mkdirSync(join(folder, "hrrr"));
    mkdirSync(join(folder, "configs"));
    for (const day of readdirSync(join(data, "hrrr_series"))) {
      const hours = join(data, "hrrr_series", day);
      const into = day.endsWith("22") ? join(folder, "hrrr") : join(folder, "hrrr", day);
      mkdirSync(into, { recursive: true });
      for (const name of readdirSync(hours)) copyFileSync(join(hours, name), join(into, name));
    }
    writeFileSync(join(folder, "configs", "def-hrrr-small.yaml"), TINY_CONFIG);
    const ours = shellCommands(README).filter((command) => command.startsWith("node bin/updraft.js "));
    expect(ours.length).toBeGreaterThanOrEqual(8);
    for (const command of ours) updraft(command.split(/\s+/).slice(2), folder);
    for (const made of [
      "hrrr.zarr",
      "runs/first/model/denoiser.onnx",
      "idaho.zarr",
      "maps/02_ensemble_mean",
      "idaho.nc",
    ]) {
      expect(statSync(join(folder, made)), made).toBeTruthy();
    }
  });
});

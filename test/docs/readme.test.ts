/**
 * The README's commands, run by a shell as they are printed, on real HRRR hours. One thing is replaced: the configuration, for training the
 * small network on the full grid takes nights. Its first two commands are what `.ci/bare-clone` runs.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/scratch.ts";
import { TINY_CONFIG } from "../cli/tiny-run.ts";
import { describeWithData } from "../shared-data.ts";
import { shellCommands } from "./commands.ts";
import { installPackage, runAsPrinted } from "./installed-package.ts";

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

  it("run as they stand there", async () => {
    mkdirSync(join(folder, "hrrr"));
    for (const day of readdirSync(join(data, "hrrr_series"))) {
      const hours = join(data, "hrrr_series", day);
      const into = day.endsWith("22") ? join(folder, "hrrr") : join(folder, "hrrr", day);
      mkdirSync(into, { recursive: true });
      for (const name of readdirSync(hours)) copyFileSync(join(hours, name), join(into, name));
    }
    installPackage(folder, { "def-hrrr-small": TINY_CONFIG });
    const commands = shellCommands(README).slice(2);
    expect(commands.length).toBeGreaterThanOrEqual(9);
    for (const command of commands) {
      expect(command).toMatch(/^np(x updraft |m run setup$)/);
      const { status, stderr } = await runAsPrinted(command, folder);
      expect(status, `${command}\n${stderr}`).toBe(0);
    }
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

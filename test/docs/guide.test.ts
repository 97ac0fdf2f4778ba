/**
 * The guide's commands. Pages of the sandbox are run as they stand there, one after the other in one folder; two things are replaced: the
 * sandbox is smaller (18 x 12 cells) and the configuration trains the smallest network. Pages whose commands need the network, weeks of
 * data or a region beyond the sandbox (02, 04, 05) are held to the verbs' options: each verb and each flag must exist.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { program } from "../../src/cli/main.ts";
import { presetNamed } from "../../src/products/map/index.ts";
import { updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TINY_CONFIG } from "../cli/tiny-run.ts";
import { shellCommands } from "./commands.ts";

const GUIDE = join(import.meta.dirname, "..", "..", "docs", "guide");
const PAGES = readdirSync(GUIDE).sort();
const read = (page: string): string => readFileSync(join(GUIDE, page), "utf8");

/** In this order: the others go on with what the first has made. */
const RUN = ["01-first-forecast.md", "03-training-overnight.md", "coming-from-python.md"];

/** The attempt's scripts that named a member count, in the order of the page's table, and the preset that took their place. */
const SCRIPTS: Readonly<Record<string, string>> = {
  evaluate_diffusion_model: "full",
  generate_forecast_demo: "demo",
  generate_forecast_showcase: "showcase",
  generate_convective_forecast: "convective",
  generate_individual_quick: "quick",
};

describe("the guide", () => {
  it.each(PAGES)("has no dead link in %s", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path);
    for (const path of links) expect(statSync(join(GUIDE, path)).isFile(), path).toBe(true);
  });

  it.each(PAGES.filter((page) => !RUN.includes(page)))(
    "names only verbs and options that there are, in %s",
    async (page) => {
      const commands = shellCommands(read(page)).filter((line) => line.startsWith("updraft "));
      expect(commands.length).toBeGreaterThan(0);
      for (const line of commands) {
        const words = line.match(/'[^']*'|\S+/g)?.slice(1) ?? [];
        let verb: Command = await program(words);
        for (const word of words) verb = verb.commands.find((child) => child.name() === word) ?? verb;
        expect(verb.name(), line).not.toBe("updraft");
        for (const flag of words.filter((word) => word.startsWith("--"))) {
          expect(
            verb.options.map(({ long }) => long),
            line,
          ).toContain(flag);
        }
      }
    },
  );
});

describe("the guide's presets", () => {
  it.each(Object.entries(SCRIPTS))("%s has the members that its preset is meant for", (script, preset) => {
    const { members } = presetNamed(preset, "the guide");
    const row = read("coming-from-python.md")
      .split("\n")
      .find((line) => line.startsWith(`| \`${script}\``));
    expect(row).toContain(`--preset ${preset}\``);
    expect(row).toContain(`--members ${members}\``);
    expect(row).toMatch(new RegExp(`\\(${members}( members)?\\)`));
    expect(read("04-reading-the-maps.md")).toMatch(new RegExp(`\\| \`${preset}\` \\| ${members}( members)? \\|`));
  });
});

describe("the guide's commands on a small sandbox", () => {
  const folder = scratchFolder("guide");

  it.each(RUN)("run as they stand in %s", { timeout: 120_000 }, (page) => {
    const config = join(folder, "configs", "demo-quick.yaml");
    mkdirSync(dirname(config), { recursive: true });
    writeFileSync(config, TINY_CONFIG);
    const commands = shellCommands(read(page));
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const command of commands) {
      const [name, ...args] = command.split(/\s+/);
      expect(name, command).toBe("updraft");
      updraft(args[0] === "sandbox" ? [...args, "--nx", "18", "--ny", "12"] : args, folder);
    }
    for (const command of commands) {
      const made = /--(?:out|netcdf|grib2) (\S+)/.exec(command)?.[1];
      if (made !== undefined && !command.includes("--split lead"))
        expect(statSync(join(folder, made)), made).toBeTruthy();
    }
  });
});

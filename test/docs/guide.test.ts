/**
 * The guide's commands, run by a shell as they are printed, one page after the other in one folder that has the package installed. Three
 * things are replaced: the sandbox is smaller (18 x 12 cells), the configuration trains the smallest network, and a server plays NOAA with
 * cutouts of 20 x 10 cells.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { presetNamed } from "../../src/products/map/index.ts";
import type { Report } from "../../src/report/index.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { type NoaaServer, startNoaaServer } from "../noaa-server/server.ts";
import { shellCommands } from "./commands.ts";
import { fillGuideWorld } from "./guide-world.ts";
import { installPackage, runAsPrinted, shrunk } from "./installed-package.ts";

const GUIDE = join(import.meta.dirname, "..", "..", "docs", "guide");
const PAGES = readdirSync(GUIDE).sort();
const read = (page: string): string => readFileSync(join(GUIDE, page), "utf8");

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

describe("the guide's commands", () => {
  const folder = scratchFolder("guide");
  let server: NoaaServer;
  beforeAll(async () => {
    installPackage(folder, { "demo-quick": shrunk("demo-quick") });
    server = await startNoaaServer();
    fillGuideWorld(server, folder);
  });
  afterAll(() => server.close());

  /** In the order of their numbers: each goes on with what those before have made. */
  it.each(PAGES)("run as they stand in %s", { timeout: 600_000 }, async (page) => {
    const commands = shellCommands(read(page));
    expect(commands.length).toBeGreaterThanOrEqual(4);
    for (const command of commands) {
      expect(command).toMatch(/^npx updraft /);
      const smaller = command.startsWith("npx updraft sandbox ") ? " --nx 18 --ny 12" : "";
      const { status, stderr } = await runAsPrinted(command + smaller, folder, { UPDRAFT_BASES: server.bases });
      expect(status, `${command}\n${stderr}`).toBe(0);
    }
    for (const command of commands) {
      const made = /--(?:out|netcdf|grib2|report) (\S+)/.exec(command)?.[1];
      if (made === undefined || /--split lead|--dry-run/.test(command)) continue;
      // GRIB2 of several products is a file each, the mean the first.
      const isProducts = command.includes("--grib2") && !command.includes("--products members");
      const file = isProducts ? made.replace(".grib2", "_mean.grib2") : made;
      expect(statSync(join(folder, file)), file).toBeTruthy();
    }
  });

  it("compare with HREF and storm reports on twelve hours of radar", () => {
    const scores = JSON.parse(readFileSync(join(folder, "evs", "scores.json"), "utf8")) as Report;
    // Leads of 6 to 12 h have a mosaic, hail fell in the hour that ends at 21 UTC, and HREF is judged by the one event it has.
    expect(scores.cases).toBe(7);
    expect(scores.reports.filter(({ baseRate }) => baseRate > 0).map(({ leadHours }) => leadHours)).toContain(9);
    const byHref = scores.events.filter(({ system }) => system === "HREF");
    expect(byHref.map(({ event, leadHours }) => [event, leadHours])).toEqual(
      [6, 7, 8, 9, 10, 11, 12].map((lead) => ["refc>=40", lead]),
    );
  });
});

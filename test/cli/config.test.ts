/** Configurations by their names, from any folder, and what is said of them. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { configurationFile, shippedConfigurations } from "../../src/cli/configurations.ts";
import { main } from "../../src/cli/main.ts";
import { scratchFolder } from "./scratch.ts";

const folder = scratchFolder("config-verb");
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => process.chdir(home));

/** One command line in this process: what it wrote, and its exit code. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => (out += String(text)) !== "");
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => (err += String(text)) !== "");
  const code = await main(args);
  stdout.mockRestore();
  stderr.mockRestore();
  process.stdout.removeAllListeners("error"); // each command line adds its own
  return { code, out, err };
}

describe("updraft config", () => {
  it("lists what ships, with a word on each", async () => {
    expect((await run("config")).out).toMatch(/^crps-hrrr +CRPS-trained members on the full HRRR grid$/m);
    const { out } = await run("config", "list", "hrrr", "--json");
    const listed = JSON.parse(out) as { name: string; method: string }[];
    expect(listed).toContainEqual(expect.objectContaining({ name: "residual-hrrr", method: "residual" }));
    expect(listed.every(({ name }) => name.includes("hrrr"))).toBe(true);
  });

  it("shows one as it stands, and with every default", async () => {
    const { out } = await run("config", "show", "crps-hrrr");
    expect(out).toContain("rimCells: 8             # 24 km");
    // Saved in any folder it still leads an editor to the schema.
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(out) ?? [];
    expect(existsSync(new URL(schema))).toBe(true);
    writeFileSync("mine.yaml", "method: crps\n");
    expect((await run("config", "show", "mine.yaml", "--resolved")).out).toMatch(/noisePlanes: 4\n/);
  });

  it("explains every key, one, or those of a group", async () => {
    expect((await run("config", "explain")).out).toMatch(/^ {2}crps +members by one network pass/m);
    expect((await run("config", "explain", "gradientClip")).out).toBe(
      ["forecaster", "tuning", "denoiser"]
        .map(
          (stage) => `${stage}.gradientClip: number above 0 (default: 1)\n    most that the gradient's norm may be\n`,
        )
        .join(""),
    );
    expect((await run("config", "explain", "generator.network", "--method", "crps")).out).toMatch(
      /^generator\.network\.kind: one of unet, unet-2d, ultra-minimal, conditional-minimal \(default: "unet"\)$/m,
    );
    expect((await run("config", "explain", "fairness")).err).toContain("--method crps has it");
    expect((await run("config", "explain", "gradientclip")).err).toContain("did you mean gradientClip?");
    expect((await run("config", "explain", "--method", "cprs")).err).toContain("did you mean crps?");
    expect((await run("config", "explian")).err).toMatch(/got "explian"; did you mean explain\?\n$/);
  });
});

describe("--config", () => {
  it("takes one that ships, by its name and from any folder, and a file by its path", () => {
    for (const name of shippedConfigurations()) expect(isAbsolute(configurationFile(name))).toBe(true);
    mkdirSync("own");
    for (const file of ["own/crps-hrrr.yaml", "crps-hrrr.yaml", "mine"]) {
      writeFileSync(file, "");
      expect(configurationFile(file)).toBe(file);
    }
    mkdirSync("crps-sandbox"); // of a run, maybe: no configuration
    expect(isAbsolute(configurationFile("crps-sandbox"))).toBe(true);
  });

  it("says what ships where a name or path is none, and which was meant", async () => {
    const train = async (config: string): Promise<string> =>
      (await run("train", "--config", config, "--archive", "x.zarr", "--out", "r")).err;
    expect(await train("crps-hrr")).toMatch(
      /^updraft: --config crps-hrr: expected a file, or one of those that ship: crps-era5, .*got no such name; did you mean --config crps-hrrr\?\n$/,
    );
    expect(await train("configs/crps-hrrr.yaml")).toMatch(/got no such file; did you mean --config crps-hrrr\?\n$/);
    expect(await train("nothing/like/it.yml")).toMatch(/got no such file\n$/);
    writeFileSync("def-paper", "");
    expect(await train("def-paper")).toContain(
      "got one that ships and a file of that name here; name the file as ./def-paper",
    );
  });
});

describe("a verb or an option that is none", () => {
  it.each([
    [["trian"], "(Did you mean train?)"],
    [["archive", "biuld"], "(Did you mean build?)"],
    [["train", "--confg", "demo"], "(Did you mean --config?)"],
    [["forecast", "--membres", "8"], "(Did you mean --members?)"],
    [["grib2", "ls", "--jsno"], "(Did you mean --json?)"],
  ])("%j: names the one that was meant", async (args, meant) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(meant);
  });

  it("asks for an option that is missing once there is nothing else to say", async () => {
    const { code, err } = await run("train", "--archive", "x.zarr");
    expect(code).toBe(2);
    expect(err).toContain("required option '--config <name>' not specified");
  });
});

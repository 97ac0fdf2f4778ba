/** Addresses where paths are expected: every verb refuses them in one line, before it does anything. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { program } from "../../src/cli/main.ts";
import { isAddress, type RequestError } from "../../src/core/index.ts";
import { writeAside } from "../../src/files/index.ts";
import { openForecast } from "../../src/forecast/index.ts";
import { partialPath } from "../../src/zarr/index.ts";
import { scratchFolder } from "./scratch.ts";

async function refusal(line: string): Promise<RequestError> {
  const args = line.split(" ");
  return (await program(args)).parseAsync(args, { from: "user" }).then(
    () => {
      throw new Error("not refused");
    },
    (error: RequestError) => error,
  );
}

/** Every verb that does something, with its name from the beginning. */
function leaves(command: Command, before = ""): [string, Command][] {
  const name = `${before} ${command.name()}`.trim();
  return command.commands.length === 0 ? [[name, command]] : command.commands.flatMap((child) => leaves(child, name));
}

describe("an address where a path is expected", () => {
  it.each([
    [
      "forecast --method persistence --archive a.zarr --init 2024-05-01T00Z --members 1 --leads 1 --out s3://bucket/f.zarr",
      "--out: expected a path on this machine, got the address s3://bucket/f.zarr; Updraft reads and writes files alone: " +
        "mount it, or copy it from or to a folder",
    ],
    [
      "maps https://user:secret@host/f.zarr?key=abc --out maps",
      "path: expected a path on this machine, got the address https://host/f.zarr;",
    ],
    ["maps file:///data/f.zarr --out maps", "got the address file:///data/f.zarr; leave file:// out"],
    [
      "archive build --grib a gs://b/c.grib2 --out a.zarr",
      "--grib: expected a path on this machine, got the address gs://b/c.grib2",
    ],
    ["verify f.zarr --against a.zarr --baseline lagged=a.zarr,s3://b/c.zarr", "--baseline: expected a path"],
    ["fetch hrrr --out s3:/b/c", "--out: expected a path on this machine, got the address s3:/b/c"],
    ["grib2 ls https://host/x.grib2", "file: expected a path on this machine"],
  ])("is refused: %s", async (line, message) => {
    const error = await refusal(line);
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
    expect(error.message).not.toMatch(/\n|secret|abc/);
    expect(readdirSync(".").filter((name) => name.includes(":"))).toEqual([]);
  });

  it("is refused by every option of every verb whose value is a path, and by every argument", async () => {
    const root = await program([]);
    const path = /<(?:path|folder|file|archive|run|store|forecast|dir)s?(?:\.\.\.)?>|name=paths/;
    let asked = 0;
    for (const [name, verb] of root.commands.flatMap((child) => leaves(child))) {
      for (const option of verb.options.filter(({ flags }) => path.test(flags))) {
        const required = verb.options.flatMap((other) =>
          other.mandatory && other !== option ? [other.long ?? "", valueFor(other.long ?? "")] : [],
        );
        const given = verb.registeredArguments.filter((argument) => argument.required).map(() => "x");
        const line = [name, ...given, ...required, option.long, "s3://bucket/x"].join(" ");
        expect((await refusal(line)).message, line).toContain(
          `${option.long}: expected a path on this machine, got the`,
        );
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(25);
  });

  it("is refused by the library too, and nothing is made", async () => {
    const folder = scratchFolder("addresses");
    await expect(openForecast("https://host/f.zarr")).rejects.toThrow("https://host/f.zarr: expected a path on this");
    expect(() => partialPath("s3://bucket/f.zarr")).toThrow("expected a path on this machine, got an address");
    await expect(writeAside("s3://bucket/f.json", "{}")).rejects.toThrow("got an address");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is no path with a colon in it", () => {
    for (const text of ["C:\\data\\x.zarr", "C:/x", "x:y/z", join("a", "s3", "b"), "2024-05-01T00:00Z", "refc=20,40"]) {
      expect(isAddress(text), text).toBe(false);
    }
  });
});

/** What the parser of an option that is mandatory takes. */
function valueFor(flag: string): string {
  return { "--init": "2024-05-01T00Z", "--members": "2", "--leads": "2" }[flag] ?? "x";
}

import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { program } from "../../src/cli/main.ts";

/** The verbs that do something, by their full names; those with verbs of their own stand for them. */
function verbs(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  if (command.commands.length === 0) return [{ name: path.join(" "), command }];
  return command.commands.flatMap((child) => verbs(child, [...path, child.name()]));
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

const all = verbs(await program([]));

describe("every verb", () => {
  it.each(all)("$name says what it does and shows an example of itself", ({ name, command }) => {
    expect(command.description().length).toBeGreaterThan(10);
    expect(helpOf(command)).toMatch(new RegExp(`Examples?:[\\s\\S]*updraft ${name}`));
  });

  it.each(all)("$name explains each of its options", ({ command }) => {
    for (const option of command.options) expect(option.description, option.flags).not.toBe("");
  });

  it("is there", () => {
    const names = all.map(({ name }) => name);
    for (const verb of [
      "grib2 ls",
      "archive build",
      "archive inspect",
      "sandbox",
      "train",
      "forecast",
      "maps",
      "export",
      "verify",
      "demo",
    ]) {
      expect(names).toContain(verb);
    }
  });
});

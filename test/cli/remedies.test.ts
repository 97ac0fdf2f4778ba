/** Advice is followed: whatever verb or option a message of ours names is one there is. What it does is tried where its error is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { program } from "../../src/cli/main.ts";

const src = join(import.meta.dirname, "..", "..", "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

const options = new Set<string>();
const verbs = new Set<string>();

function learn(command: Command, path: readonly string[]): void {
  verbs.add(path.join(" "));
  for (const { long, short } of command.options) for (const flag of [long, short]) if (flag) options.add(flag);
  for (const child of command.commands) learn(child, [...path, child.name()]);
}
beforeAll(async () => learn(await program([]), ["updraft"]));

/** Texts in quotes of any kind, which people may get to read; comments are none. */
const textsOf = (source: string): string[] =>
  source
    .split("\n")
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
    .flatMap((line) => line.match(/"(?:[^"\\]|\\.)*"|`[^`]*`/g) ?? []);
const everyText = files.flatMap((file) =>
  textsOf(readFileSync(join(src, file), "utf8")).map((text) => ({ file, text })),
);

/** Of programs that are not ours. */
const OTHERS = new Set(["--trace-warnings", "--import", "--array", "--wrap"]);

describe("what messages advise", () => {
  it("are options that some verb has", () => {
    const named = everyText.flatMap(({ file, text }) =>
      (text.match(/(?<![\w-])--[a-z][a-z-]*[a-z]/g) ?? []).map((option) => `${option} in ${file}`),
    );
    expect(named.length).toBeGreaterThan(100);
    const strange = named.filter((name) => {
      const [option] = name.split(" ");
      return !options.has(option) && !OTHERS.has(option) && option !== "--help";
    });
    expect([...new Set(strange)]).toEqual([]);
  });

  it("are verbs that there are", () => {
    const named = everyText.flatMap(({ file, text }) =>
      (text.replaceAll("updraft helicity", "").match(/(?<=[`'"\s(]|\\n\s*)updraft [a-z0-9]+(?: [a-z-]+)?/g) ?? []).map(
        (verb) => ({ file, verb }),
      ),
    );
    expect(named.length).toBeGreaterThan(30);
    const strange = named.filter(({ verb }) => {
      const [root, first, second] = verb.split(" ");
      const sub = [...verbs].some((known) => known.startsWith(`${root} ${first} `));
      return (
        !verbs.has(`${root} ${first}`) || (sub && second !== undefined && !verbs.has(`${root} ${first} ${second}`))
      );
    });
    expect(strange).toEqual([]);
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeAside } from "../../src/files/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("aside");

it("writes the file whole, makes its folder and leaves nothing beside it", async () => {
  await writeAside(join(folder, "deep", "er", "a.txt"), "one");
  await writeAside(join(folder, "deep", "er", "a.txt"), "two", { contended: true });
  expect(readdirSync(join(folder, "deep", "er"))).toEqual(["a.txt"]);
  expect(readFileSync(join(folder, "deep", "er", "a.txt"), "utf8")).toBe("two");
});

it("takes the place of an aside that a kill left behind", async () => {
  writeFileSync(join(folder, "b.txt.partial"), "half of something longer");
  await writeAside(join(folder, "b.txt"), "whole");
  expect(readFileSync(join(folder, "b.txt"), "utf8")).toBe("whole");
  expect(readdirSync(folder).filter((name) => name.startsWith("b"))).toEqual(["b.txt"]);
});

it("removes its aside when the name cannot be taken, and says why", async () => {
  mkdirSync(join(folder, "taken", "inside"), { recursive: true });
  await expect(writeAside(join(folder, "taken"), "x")).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(folder)).not.toContain("taken.partial");
});

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { writerOfAside } from "../../src/files/aside.ts";
import { newAside, writeAside, writeInto } from "../../src/files/index.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("aside");
const fresh = (name: string): string => {
  mkdirSync(join(folder, name));
  return join(folder, name);
};

it("writes the file whole, makes its folder and leaves nothing beside it", async () => {
  await writeAside(join(folder, "deep", "er", "a.txt"), "one");
  await writeAside(join(folder, "deep", "er", "a.txt"), "two");
  expect(readdirSync(join(folder, "deep", "er"))).toEqual(["a.txt"]);
  expect(readFileSync(join(folder, "deep", "er", "a.txt"), "utf8")).toBe("two");
});

it("names what lies aside for its host, place, process, start and a random part, so that no two writers share one", async () => {
  const path = join(fresh("names"), "b.txt");
  const [one, other] = [await newAside(path), await newAside(path)];
  expect(one).not.toBe(other);
  expect(writerOfAside(basename(one))).toMatchObject({ pid: process.pid });
  expect(writerOfAside("b.txt.partial"), "a file of somebody else's").toBeUndefined();
  const long = join(folder, "names", `${"é".repeat(120)}.txt`);
  await writeAside(long, "a name of 244 octets has room for none aside");
  expect(readdirSync(join(folder, "names"))).toEqual([basename(long)]);
});

it("gives the bytes of one or the other when many write one path at once", async () => {
  const path = join(fresh("many"), "c.bin");
  const contents = Array.from({ length: 16 }, (_, k) => Buffer.alloc(300_000 + 1000 * k, k));
  await Promise.all(contents.map((content) => writeAside(path, content)));
  const left = readFileSync(path);
  expect(left.equals(contents[left[0]])).toBe(true);
  expect(readdirSync(join(folder, "many"))).toEqual(["c.bin"]);
});

it("removes what killed writers left in the folder, and nothing of living ones or of others", async () => {
  const place = fresh("left");
  const mine = basename(await newAside(join(place, "d.txt")));
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const killed = mine.replace(`-${process.pid}-`, `-${pid}-`);
  const elsewhere = mine.replace(/-[0-9a-f]{12}-(?=\d)/, "-0123456789ab-");
  const abandoned = elsewhere.replace("d.txt", "e.txt");
  for (const name of [mine, killed, elsewhere, abandoned, "theirs.partial"]) writeFileSync(join(place, name), "half");
  const { mtimeMs } = statSync(join(place, abandoned));
  utimesSync(join(place, abandoned), mtimeMs / 1000 - 3700, mtimeMs / 1000 - 3700);
  utimesSync(join(place, mine), mtimeMs / 1000 - 3700, mtimeMs / 1000 - 3700);
  // A folder is looked through once a process: under another name it is a new one.
  renameSync(place, join(folder, "left again"));
  await writeAside(join(folder, "left again", "f.txt"), "whole");
  expect(readdirSync(join(folder, "left again")).sort()).toEqual([elsewhere, "f.txt", mine, "theirs.partial"].sort());
});

it("removes its aside when the name cannot be taken, and says why by the name that was asked for", async () => {
  const place = fresh("taken");
  mkdirSync(join(place, "g", "inside"), { recursive: true });
  const error = await writeAside(join(place, "g"), "x").catch((caught: unknown) => caught as Error);
  expect(error).toMatchObject({ code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/), path: join(place, "g") });
  expect((error as Error).message).not.toContain(".partial");
  expect(readdirSync(place)).toEqual(["g"]);
});

it("never makes a tree anew that another has renamed or removed", async () => {
  const tree = { root: join(fresh("tree"), "x"), asides: join(folder, "tree", "aside") };
  mkdirSync(tree.root);
  mkdirSync(tree.asides);
  await writeInto(tree, join(tree.root, "c", "0", "1"), "one");
  renameSync(tree.root, join(folder, "tree", "y"));
  await expect(writeInto(tree, join(tree.root, "c", "0", "2"), "two")).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(join(folder, "tree")).sort()).toEqual(["aside", "y"]);
  expect(readdirSync(tree.asides)).toEqual([]);
  rmSync(tree.asides, { recursive: true });
  mkdirSync(tree.root);
  await expect(writeInto(tree, join(tree.root, "3"), "three")).rejects.toMatchObject({ code: "ENOENT" });
  expect(readdirSync(tree.root)).toEqual([]);
});

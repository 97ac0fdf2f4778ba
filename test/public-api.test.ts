import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, it } from "vitest";
import { exportsOf, tokenize } from "./source-scanner.ts";

const src = join(import.meta.dirname, "..", "src");

/** Every room's index.ts with the names it offers, one a line. */
function publicApi(): string {
  const doors = readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(sep).join("/"))
    .filter((name) => name === "index.ts" || name.endsWith("/index.ts"))
    .sort();
  return doors
    .map((door) => {
      const names = exportsOf(tokenize(readFileSync(join(src, door), "utf8")));
      const plain = (name: string): string => name.replace("type ", "");
      return [door, ...names.toSorted((a, b) => (plain(a) < plain(b) ? -1 : 1)).map((name) => `  ${name}`)].join("\n");
    })
    .join("\n\n")
    .concat("\n");
}

it("offers what test/public-api.txt lists: a change there is a change for everyone (refresh with vitest -u)", async () => {
  await expect(publicApi()).toMatchFileSnapshot("public-api.txt");
});

it("reads every form of export", () => {
  const source = `
    export { a, type B, c as d, } from "./x.ts"; export type { E } from "./y.ts"; export * as f from "./z.ts";
    export function g() {} export async function h() {} export const i = { export: 1 }; export interface J {} export type K = 1;
    export abstract class L {} // export { nothing }`;
  expect(exportsOf(tokenize(source))).toEqual([
    "a",
    "type B",
    "d",
    "type E",
    "f",
    "g",
    "h",
    "i",
    "type J",
    "type K",
    "L",
  ]);
});

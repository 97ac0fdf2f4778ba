import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { contains, importsOf, tokenize } from "./source-scanner.ts";

/**
 * The house, ground floor first. A room may import the rooms of the floors below it, through their `index.ts`, and nothing else.
 * `products/map` and `products/export` stand apart: they need Node, and products, which runs in a browser, must not import them.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["core"], // ground
  ["files", "neighborhood", "recalibration"], // how a file is written; what is near a cell; what a probability should have been
  ["graph", "grib2", "grib2/pool", "grib2/gzip", "zarr", "netcdf", "onnx", "safetensors"], // engines and formats
  ["nn", "diffusion", "regrid", "motion"], // models, and fields from grid to grid and along their motion
  ["sources", "archive", "sandbox", "products", "verify"], // meaning
  ["run", "products/map", "products/export", "evaluation"], // what a training leaves; meaning on paper; forecasts judged
  ["train", "forecast", "report"], // flows
  ["calibrate"], // flows that use flows: forecasts scored to set a dial
  ["cli", "server", "index.ts"], // edges
];

/** The one room that may import a neighbor on its own floor. */
const NEIGHBORS: Readonly<Record<string, readonly string[]>> = { graph: ["onnx"] };
/** Rooms that must not use all that lies below them: verify judges us, so it knows the ground only, and what "within 40 km" means. */
const ONLY: Readonly<Record<string, readonly string[]>> = { verify: ["core", "neighborhood"] };

/** Files and folders that may use Node; everything else runs in a browser too. */
const ON_NODE: readonly string[] = [
  "files/",
  "grib2/pool/", // worker threads
  "grib2/gzip/",
  "zarr/folder.ts", // the store on a file system
  "zarr/unchanged.ts",
  "zarr/write.ts",
  "netcdf/",
  "regrid/cache.ts", // weights kept on disk
  "graph/session.ts", // ONNX Runtime, behind one interface
  "sources/",
  "archive/build/",
  "archive/validate/validate.ts",
  "products/map/",
  "products/export/",
  "run/checksums.ts", // the files of a run, checked
  "run/description.ts",
  "run/statics.ts",
  "evaluation/", // files of forecasts and of what happened
  "report/",
  "calibrate/",
  "train/",
  "forecast/models.ts",
  "forecast/begun.ts", // a forecast under way, on disk
  "server/",
  "cli/",
];
const NODE_PACKAGES: readonly string[] = [
  "#onnxruntime",
  "h5wasm/node",
  "sharp",
  "@napi-rs/canvas",
  "piscina",
  "commander",
  "linkedom",
  "@resvg/resvg-js",
  "undici",
];

/** Numbers must come from keys and from the data, never from the moment of the run. */
const BANNED: readonly (readonly string[])[] = [
  ["Math", ".", "random"],
  ["Date", ".", "now"],
  ["new", "Date", "(", ")"],
];
const DUMPING_GROUND = /^(utils?|helpers?|common|misc|types|shared)\.ts$/;
const MAX_LINES = 500;
/** Files that are tables, and as long as what they list. */
const TABLES = /(^|\/)tables\/|(^|\/)colors\.ts$|-table\.ts$/;

const floorOf = (room: string): number => FLOORS.findIndex((rooms) => rooms.includes(room));

/** "products/map/draw.ts" → "products/map"; "core/time.ts" → "core"; `undefined` for a room that is not in the table. */
function roomOf(file: string): string | undefined {
  const parts = file.split("/");
  return [parts.slice(0, 2).join("/"), parts[0]].find((room) => floorOf(room) >= 0);
}

/** Everything wrong with one file of `src/`, each in one line; `file` is its path below `src/`. */
function breaches(file: string, source: string): string[] {
  const tokens = tokenize(source);
  const found: string[] = [];
  const room = roomOf(file);
  if (room === undefined) return [`${file}: its room is not in the table of test/architecture.test.ts`];
  for (const { specifier, form, star } of importsOf(tokens)) {
    if (specifier === undefined) found.push(`${file}: imports a path computed at run time`);
    else if (specifier.startsWith(".")) found.push(...crossing(file, room, specifier));
    else if (needsNode(specifier) && !ON_NODE.some((place) => file.startsWith(place))) {
      found.push(`${file}: imports ${specifier}, but must run in a browser too`);
    }
    if (star && form === "export") found.push(`${file}: export * hides what the room offers`);
  }
  for (const run of BANNED) if (contains(tokens, run)) found.push(`${file}: uses ${run.join("")}`);
  if (DUMPING_GROUND.test(posix.basename(file))) found.push(`${file}: is named for no concept`);
  const lines = source.split("\n").length;
  if (lines > MAX_LINES && !TABLES.test(file)) found.push(`${file}: has ${lines} lines, more than ${MAX_LINES}`);
  return found;
}

function needsNode(specifier: string): boolean {
  return specifier.startsWith("node:") || NODE_PACKAGES.includes(specifier);
}

/** What is wrong with one relative import. */
function crossing(file: string, room: string, specifier: string): string[] {
  if (!/\.(ts|json)$/.test(specifier)) return [`${file}: import "${specifier}" must end in .ts`];
  const target = posix.join(posix.dirname(file), specifier);
  const other = roomOf(target);
  // products/map is part of products' house, so it needs no door to it; the other way round is refused below.
  if (other === room || room.startsWith(`${other}/`)) return [];
  if (other === undefined) return [`${file}: imports ${target}, which is in no room`];
  const allowed =
    ONLY[room]?.includes(other) ?? (floorOf(other) < floorOf(room) || (NEIGHBORS[room]?.includes(other) ?? false));
  if (!allowed) return [`${file}: ${room} must not import ${other}`];
  return target === `${other}/index.ts` ? [] : [`${file}: imports ${target} past ${other}/index.ts`];
}

const src = join(import.meta.dirname, "..", "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => name.endsWith(".ts"))
  .sort();

describe("the house", () => {
  it("has no file that breaks its rules", () => {
    const found = files.flatMap((file) => breaches(file, readFileSync(join(src, file), "utf8")));
    expect(found).toEqual([]);
  });

  it("grants Node to no file that does not use it", () => {
    const idle = ON_NODE.filter((place) => !place.endsWith("/")).filter((place) => {
      const imports = files.includes(place) ? importsOf(tokenize(readFileSync(join(src, place), "utf8"))) : [];
      return !imports.some(({ specifier = "" }) => needsNode(specifier));
    });
    expect(idle).toEqual([]);
  });
});

describe("the checker of the house", () => {
  it.each([
    ["an import upwards", "core/time.ts", 'import { x } from "../archive/index.ts";', "core must not import archive"],
    [
      "an import of types upwards",
      "zarr/read.ts",
      'import type { X } from "../run/index.ts";',
      "zarr must not import run",
    ],
    [
      "a type inside an import",
      "nn/unet.ts",
      'import { type X } from "../train/index.ts";',
      "nn must not import train",
    ],
    [
      "a neighbor on the same floor",
      "nn/unet.ts",
      'import { x } from "../diffusion/index.ts";',
      "nn must not import diffusion",
    ],
    [
      "one format in another",
      "netcdf/write.ts",
      'export { x } from "../zarr/index.ts";',
      "netcdf must not import zarr",
    ],
    ["onnx using graph", "onnx/encode.ts", 'import "../graph/index.ts";', "onnx must not import graph"],
    [
      "verify knowing our formats",
      "verify/crps.ts",
      'import { x } from "../zarr/index.ts";',
      "verify must not import zarr",
    ],
    [
      "products using its Node half",
      "products/units.ts",
      'import { x } from "./map/index.ts";',
      "products must not import products/map",
    ],
    ["a room entered past its door", "archive/read.ts", 'import { x } from "../core/time.ts";', "past core/index.ts"],
    [
      "a dynamic import upwards",
      "core/time.ts",
      'const m = await import("../cli/main.ts");',
      "core must not import cli",
    ],
    ["a computed import", "cli/main.ts", "await import(name);", "computed at run time"],
    [
      "an import in a template",
      "core/time.ts",
      'const t = `a${(await import("../cli/main.ts")).x}b`;',
      "core must not import cli",
    ],
    ["an import without .ts", "core/time.ts", 'import { x } from "./errors.js";', "must end in .ts"],
    [
      "Node in a browser's room",
      "verify/crps.ts",
      'import { readFileSync } from "node:fs";',
      "must run in a browser too",
    ],
    ["a Node package there", "products/units.ts", 'import sharp from "sharp";', "must run in a browser too"],
    ["export *", "core/index.ts", 'export * from "./time.ts";', "export * hides"],
    ["unkeyed randomness", "core/random.ts", "const x = Math.random();", "uses Math.random"],
    ["the clock", "train/loop.ts", "const t = Date.now();", "uses Date.now"],
    ["the clock by another name", "train/loop.ts", "const t = new Date();", "uses newDate()"],
    ["a dumping ground", "core/utils.ts", "export const x = 1;", "named for no concept"],
    ["a file too long", "core/time.ts", "\n".repeat(600), "more than 500"],
    ["an unknown room", "attic/box.ts", "", "not in the table"],
  ])("finds %s", (_, file, source, message) => {
    const found = breaches(file, source);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it.each([
    [
      "comments",
      "core/time.ts",
      '// import { x } from "../archive/index.ts";\n/* Math.random() export * from "./y.ts" */',
    ],
    ["strings", "core/time.ts", "const s = 'import { x } from \"../archive/index.ts\"; Date.now()';"],
    ["templates", "core/time.ts", 'const s = `import x from "../cli/main.ts" ${1} Math.random()`;'],
    ["regular expressions", "core/time.ts", "const r = /[/'\"]import`/.test(s) ? a / b : 'x';"],
    ["import.meta and words named from", "core/time.ts", "const f = Array.from('../cli/main.ts'); import.meta.url;"],
    ["declarations", "core/time.ts", "export const from = '../cli/main.ts'; export type { A };"],
    ["tables of any length", "grib2/tables/parameters.ts", "\n".repeat(600)],
    [
      "the ways that are open",
      "graph/session.ts",
      'import { x } from "../onnx/index.ts";\nimport { y } from "../core/index.ts";\nimport z from "node:fs";',
    ],
    ["namespaces by name", "index.ts", 'export * as core from "./core/index.ts";'],
  ])("is not fooled by %s", (_, file, source) => {
    expect(breaches(file, source)).toEqual([]);
  });
});

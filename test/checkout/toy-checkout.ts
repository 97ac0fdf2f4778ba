/**
 * A checkout in small: our `bin`, `scripts`, lock files and compiler around two toy sources, so that what happens to a clone can be tried
 * in a second. Its `npm` is a stand-in that notes each call and puts there what `npm ci` would.
 * @module
 */
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const COPIED = [
  "package.json",
  "package-lock.json",
  "runtime/package.json",
  "runtime/package-lock.json",
  "tsconfig.build.json",
];
/** What the compiler needs of node_modules. */
const LINKED = ["typescript", "@typescript"];

const FAKE_NPM = `#!/usr/bin/env node
const { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
if (process.env.NPM_CALLS) appendFileSync(process.env.NPM_CALLS, process.cwd() + " " + process.argv.slice(2).join(" ") + "\\n");
mkdirSync("node_modules", { recursive: true });
for (const name of ${JSON.stringify(LINKED)}) {
  if (!existsSync("node_modules/" + name)) symlinkSync(${JSON.stringify(ROOT)} + "/node_modules/" + name, "node_modules/" + name);
}
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const isHere = ({ os = [process.platform], cpu = [process.arch] }) => os.includes(process.platform) && cpu.includes(process.arch);
const here = Object.entries(packages).filter(([name, entry]) => name !== "" && isHere(entry));
// npm takes a while, and keeps its record last.
setTimeout(() => writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: Object.fromEntries(here) })), 200);
`;

/** Ours, without the libraries whose types take the compiler a second. */
const TOY_TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "es2023",
    lib: ["es2023"],
    module: "nodenext",
    types: [],
    rewriteRelativeImportExtensions: true,
  },
});
const TOY_MAIN = `import { word } from "./word.ts";
declare const process: { stdout: { write(text: string): void } };
export async function main(): Promise<number> {
  process.stdout.write(word);
  return 0;
}
`;

export interface ToyCheckout {
  readonly folder: string;
  path(name: string): string;
  write(name: string, text: string): void;
  /** As `npm run setup`, `npx updraft`: scripts/setup.js or bin/updraft.js with Node's own options before. */
  run(script: string, options?: Run): SpawnSyncReturns<string>;
  runBeside(script: string): Promise<{ status: number | null; stderr: string }>;
  /** Where npm was called, and how. */
  npmCalls(): string[];
}

interface Run {
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Node's options that make it pass for another version. */
export const asNode = (version: string): string[] => [
  "--import",
  `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"${version}"})`,
];

/** @param installed false for a clone as git leaves it */
export function toyCheckout(folder: string, { installed }: { readonly installed: boolean }): ToyCheckout {
  const path = (name: string): string => join(folder, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text);
  };
  for (const name of COPIED) {
    mkdirSync(dirname(path(name)), { recursive: true });
    copyFileSync(join(ROOT, name), path(name));
  }
  for (const name of ["bin", "scripts"]) cpSync(join(ROOT, name), path(name), { recursive: true });
  write("src/cli/main.ts", TOY_MAIN);
  write("src/cli/word.ts", `export const word: string = "first";\n`);
  write("tsconfig.json", TOY_TSCONFIG);
  write("fake/npm", FAKE_NPM);
  write("fake/package.json", "{}");
  chmodSync(path("fake/npm"), 0o755);
  const calls = path("npm-calls.txt");
  const env = { ...process.env, PATH: `${path("fake")}${delimiter}${process.env["PATH"]}`, NPM_CALLS: calls };
  for (const place of installed ? [folder, path("runtime")] : []) {
    spawnSync(process.execPath, [path("fake/npm"), "ci"], { cwd: place, stdio: "inherit" });
  }
  return {
    folder,
    path,
    write,
    run: (script, { node = [], env: more = {} } = {}) =>
      spawnSync(process.execPath, [...node, path(script)], { cwd: folder, encoding: "utf8", env: { ...env, ...more } }),
    runBeside: (script) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [path(script)], {
          cwd: folder,
          env,
          stdio: ["ignore", "ignore", "pipe"],
        });
        let stderr = "";
        child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
        child.on("error", reject);
        child.on("close", (status) => resolve({ status, stderr }));
      }),
    npmCalls: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : []),
  };
}

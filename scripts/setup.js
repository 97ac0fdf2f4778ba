/**
 * Gets a fresh checkout ready: checks Node, installs what package-lock.json names, compiles the sources. Does nothing that is
 * already done, so `npm run demo` and `npm test` can always begin with it. Plain JavaScript: it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const NEEDED_NODE = [20, 19];

/** Stops with one line for a person. */
function stop(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(2);
}

function run(command, args, onFailure) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  if (result.error?.code === "ENOENT")
    stop(`expected "${command}" on the PATH, got nothing; install Node.js with npm from https://nodejs.org`);
  if (result.status !== 0) stop(onFailure);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor < NEEDED_NODE[1])) {
  stop(
    `expected Node.js ${NEEDED_NODE.join(".")} or newer, got ${process.versions.node}; install it from https://nodejs.org`,
  );
}

const fingerprint = (...files) =>
  files.reduce((hash, file) => hash.update(readFileSync(join(root, file))), createHash("sha256")).digest("hex");
const stampOf = (name) => join(root, "node_modules", `.updraft-${name}`);
const isDone = (name, value) => existsSync(stampOf(name)) && readFileSync(stampOf(name), "utf8") === value;

const wanted = `${process.versions.node.split(".")[0]} ${process.platform} ${process.arch} ${fingerprint("package-lock.json")}`;
if (!isDone("install", wanted)) {
  process.stderr.write("setup: installing dependencies (npm ci)\n");
  run(
    "npm",
    ["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    "npm ci failed; is a package registry reachable from here?",
  );
  writeFileSync(stampOf("install"), wanted);
}

const sources = readdirSync(join(root, "src"), { recursive: true })
  .map((name) => join("src", name))
  .filter((name) => name.endsWith(".ts") && statSync(join(root, name)).isFile())
  .sort();
const built = fingerprint("tsconfig.json", "tsconfig.build.json", ...sources);
if (!isDone("build", built) || !existsSync(join(root, "dist"))) {
  process.stderr.write("setup: compiling TypeScript\n");
  rmSync(join(root, "dist"), { recursive: true, force: true });
  mkdirSync(join(root, "dist"));
  run(
    process.execPath,
    [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"],
    "the TypeScript build failed; its messages stand above",
  );
  writeFileSync(stampOf("build"), built);
}

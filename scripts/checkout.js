/**
 * What a checkout needs before it runs: `node_modules` as the lock files name them, and `dist` built from the sources as they are.
 * Both are judged by what lies there, so nothing that is done is done again. Plain JavaScript: it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
/** Where packages are installed: ours, and ONNX Runtime apart from them (docs/design/0042-what-travels.md). */
export const INSTALLATIONS = [ROOT, join(ROOT, "runtime")];
const DIST = join(ROOT, "dist");
/** In `dist`: the fingerprint of the sources that it was built from. */
const BUILT_FROM = ".built-from";
const COMPILER = join(ROOT, "node_modules", "typescript", "bin", "tsc");

/** True when a folder's `node_modules` hold what its lock file names, for this kind of machine. */
export function isInstalled(folder, { development }) {
  const record = join(folder, "node_modules", ".package-lock.json"); // npm writes it when all the rest is there
  if (!existsSync(record)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const found = packagesOf(record);
  const isThere = (name, { version, integrity }) =>
    found[name]?.version === version && (found[name].integrity ?? integrity) === integrity;
  const mayBeAbsent = (name, { optional, dev, devOptional }) =>
    found[name] === undefined && (optional || (!development && (dev || devOptional)));
  const wanted = Object.entries(packagesOf(join(folder, "package-lock.json"))).filter(([name]) => name !== "");
  return (
    wanted.every(([name, entry]) => isThere(name, entry) || mayBeAbsent(name, entry)) &&
    Object.values(found).every(
      ({ os = [process.platform], cpu = [process.arch] }) =>
        os.includes(process.platform) && cpu.includes(process.arch),
    )
  );
}

/** True when `dist` was built from the sources as they are now. */
export function isBuilt() {
  const record = join(DIST, BUILT_FROM);
  return existsSync(record) && readFileSync(record, "utf8") === sourcesFingerprint();
}

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort((a, b) => (a < b ? -1 : 1));

function sourcesFingerprint() {
  const hash = createHash("sha256");
  const sources = filesBelow(join(ROOT, "src")).map((name) => join("src", name));
  for (const name of ["tsconfig.json", "tsconfig.build.json", ...sources]) {
    hash
      .update(name.replaceAll("\\", "/"))
      .update("\0")
      .update(readFileSync(join(ROOT, name)));
  }
  return hash.digest("hex");
}

/**
 * Compiles the sources aside and puts each file into `dist` in one step: a program that runs from there finds every file it still has to
 * load, and two builds at once give what either gives. Returns what went wrong, as one line.
 */
export function build() {
  if (!existsSync(COMPILER)) return `expected the compiler in node_modules, got none; run "npm run setup" in ${ROOT}`;
  process.stderr.write("updraft: compiling the sources\n");
  const fingerprint = sourcesFingerprint();
  const aside = join(ROOT, `dist-${process.pid}.partial`);
  try {
    sweepAbandonedBuilds();
    rmSync(aside, { recursive: true, force: true });
    const { status } = spawnSync(process.execPath, [COMPILER, "-p", "tsconfig.build.json", "--outDir", aside], {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) return "expected sources that compile, got the messages above";
    const made = filesBelow(aside);
    for (const name of made) {
      mkdirSync(dirname(join(DIST, name)), { recursive: true });
      renameSync(join(aside, name), join(DIST, name));
    }
    const madeNow = new Set([...made, BUILT_FROM]);
    for (const name of filesBelow(DIST)) if (!madeNow.has(name)) rmSync(join(DIST, name));
    writeFileSync(join(aside, BUILT_FROM), fingerprint);
    renameSync(join(aside, BUILT_FROM), join(DIST, BUILT_FROM));
    return undefined;
  } catch (error) {
    return `expected to write ${DIST}, got ${error.message}; run "npm run setup" as somebody who may`;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Folders of builds that were killed: of an hour ago, since no build takes so long. */
function sweepAbandonedBuilds() {
  for (const name of readdirSync(ROOT).filter((entry) => /^dist-\d+\.partial$/.test(entry))) {
    const folder = join(ROOT, name);
    if (Date.now() - statSync(folder).mtimeMs > 3_600_000) rmSync(folder, { recursive: true, force: true });
  }
}

/** What keeps the command from running, as one line. What can be had without a network, the build, is made first. */
export function makeReadyToRun() {
  if (!INSTALLATIONS.every((folder) => isInstalled(folder, { development: false }))) {
    return `expected the packages that package-lock.json names in node_modules, got others or none; run "npm run setup" in ${ROOT}`;
  }
  return isBuilt() ? undefined : build();
}

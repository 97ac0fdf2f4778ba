/**
 * Gets a checkout ready: checks Node, installs what the lock files name, compiles the sources. Does nothing that is already done, so
 * `npm run demo` and `npm test` can always begin with it, also while a program runs from the same checkout. No package's install step is
 * run: none is needed, and ONNX Runtime's would ask another host than the registry (docs/design/0042-what-travels.md).
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { tooOldNode } from "../bin/node-version.js";
import { build, INSTALLATIONS, isBuilt, isInstalled, ROOT } from "./checkout.js";
import { withLease } from "./lease.js";

const ALL = { development: true };

/** Stops with one line for a person. */
function stop(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(2);
}

function npmCi(folder) {
  return new Promise((resolve) => {
    const options = { cwd: folder, stdio: ["ignore", 2, 2], shell: process.platform === "win32" };
    const child = spawn("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], options);
    child.on("error", () =>
      stop(`expected "npm" on the PATH, got nothing; install Node.js with npm from https://nodejs.org`),
    );
    child.on("close", (status) => {
      if (status !== 0) stop("npm ci failed; is a package registry reachable from here?");
      resolve();
    });
  });
}

async function install(folder) {
  if (isInstalled(folder, ALL)) return; // by whoever held the lease before
  process.stderr.write(`setup: installing packages (npm ci in ${folder})\n`);
  await npmCi(folder);
}

const old = tooOldNode();
if (old !== undefined) stop(old);

const missing = INSTALLATIONS.filter((folder) => !isInstalled(folder, ALL));
if (missing.length > 0) {
  const installAll = async () => {
    for (const folder of missing) await install(folder);
  };
  await withLease(join(ROOT, ".setup-lease"), installAll, () =>
    process.stderr.write("setup: waiting for another setup of this checkout\n"),
  );
}

if (!isBuilt()) {
  const problem = build();
  if (problem !== undefined) stop(problem);
}

/**
 * A folder in which the commands of a page work as they are printed: `npx updraft` finds the package there as in a project that has installed
 * it, and `npm run setup` leads to ours. The package is a copy of what we would pack, but for its configurations: those that pages train
 * are given less to do.
 * @module
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** @param configurations texts that take the place of those that ship, by their names */
export function installPackage(folder: string, configurations: Readonly<Record<string, string>>): void {
  const modules = join(folder, "node_modules");
  const home = join(modules, "updraft");
  mkdirSync(home, { recursive: true });
  for (const name of ["bin", "dist", "configs"]) cpSync(join(ROOT, name), join(home, name), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(home, "package.json"));
  symlinkSync(join(ROOT, "runtime"), join(home, "runtime"));
  const dependencies = readdirSync(join(ROOT, "node_modules")).filter((name) => !name.startsWith("."));
  for (const name of dependencies) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  mkdirSync(join(modules, ".bin"));
  symlinkSync(join("..", "updraft", "bin", "updraft.js"), join(modules, ".bin", "updraft"));
  for (const [name, text] of Object.entries(configurations)) writeFileSync(join(home, "configs", `${name}.yaml`), text);
  const setup = `node ${JSON.stringify(join(ROOT, "scripts", "setup.js"))}`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, scripts: { setup } }));
}

/** A shipped configuration with the smallest networks and a few steps. */
export function shrunk(name: string): string {
  return readFileSync(join(ROOT, "configs", `${name}.yaml`), "utf8")
    .replaceAll(/widths: \[.*?\]/g, "widths: [8, 16]")
    .replaceAll(/groups: \d+/g, "groups: 4")
    .replaceAll(/epochs: \d+/g, "epochs: 2")
    .replaceAll(/stepsPerEpoch: \d+/g, "stepsPerEpoch: 3");
}

/** One line of a page, as a shell runs it. */
export function runAsPrinted(
  command: string,
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | undefined; stderr: string }> {
  return new Promise((resolve, reject) => {
    // Without a network: what npx does not find here it must not look for elsewhere.
    const child = spawn("sh", ["-c", command], {
      cwd: folder,
      env: { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false", ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? undefined, stderr }));
  });
}

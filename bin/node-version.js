/** The oldest Node.js that runs us, said in one line by whatever starts first: older ones end in errors that nobody can read. */
import { readFileSync } from "node:fs";

/** What is wrong with the Node.js that runs this, as one line; `undefined` when nothing is. */
export function tooOldNode() {
  const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const [major, minor] = engines.node.replace(">=", "").split(".").map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split(".").map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return undefined;
  return `expected Node.js ${major}.${minor} or newer, got ${process.versions.node}; install it from https://nodejs.org`;
}

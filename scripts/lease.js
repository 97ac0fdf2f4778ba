/**
 * One at a time: a file that its holder touches every few seconds. One that was not touched for a minute belongs to nobody, whatever
 * machine or container its holder was on.
 */
import { closeSync, openSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";

const TOUCH_MS = 5_000;
const FORGOTTEN_MS = 60_000;
const POLL_MS = 500;

/** Does the work once nobody else holds the path. `waiting` is called once if somebody does. */
export async function withLease(path, work, waiting) {
  let said = false;
  while (!take(path)) {
    if (!said) waiting();
    said = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const touch = setInterval(() => utimesSync(path, new Date(), new Date()), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    forgetIfOld(path);
    return false;
  }
}

/** Of several who find it old, one renames it; the others come too late, and find none or a new one. */
function forgetIfOld(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs < FORGOTTEN_MS) return;
    const grave = `${path}-${process.pid}`;
    renameSync(path, grave);
    rmSync(grave);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

#!/usr/bin/env node
/** The command. A package holds what was built; in a checkout, what is missing is built first, or said in one line. */
import { existsSync } from "node:fs";
import { tooOldNode } from "./node-version.js";

const CHECKOUT = new URL("../scripts/checkout.js", import.meta.url);

async function notReady() {
  const old = tooOldNode();
  if (old !== undefined || !existsSync(CHECKOUT)) return old;
  const { makeReadyToRun } = await import(CHECKOUT.href);
  return makeReadyToRun();
}

async function run() {
  const problem = await notReady();
  if (problem !== undefined) return refuse(problem);
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
}

function refuse(problem) {
  process.stderr.write(`updraft: ${problem}\n`);
  process.exitCode = 2;
}

try {
  await run();
} catch (error) {
  // Before `main` is there to say so: some hundred files are opened at once.
  if (!["EMFILE", "ENFILE", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) throw error;
  const [reason] = error.message.split("\n");
  refuse(`expected all parts of the program, got ${reason}; install it again, or allow more open files with ulimit -n`);
}

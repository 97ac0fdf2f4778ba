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

const problem = await notReady();
if (problem === undefined) {
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write(`updraft: ${problem}\n`);
  process.exitCode = 2;
}

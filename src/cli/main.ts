/**
 * The command line: one verb a file in `commands/`, errors turned into one line and an exit code.
 *
 *   0 done   1 a bug in Updraft   2 the request was wrong   3 the data are damaged   4 the computation went bad
 * @module
 */
import { Command, CommanderError } from "commander";
import { isUpdraftError } from "../core/index.ts";
import { archiveCommand } from "./commands/archive.ts";
import { demoCommand } from "./commands/demo.ts";
import { exportCommand } from "./commands/export.ts";
import { forecastCommand } from "./commands/forecast.ts";
import { grib2Command } from "./commands/grib2.ts";
import { mapsCommand } from "./commands/maps.ts";
import { sandboxCommand } from "./commands/sandbox.ts";
import { trainCommand } from "./commands/train.ts";
import { verifyCommand } from "./commands/verify.ts";

/** Every verb, with its help. Built afresh on each call so that tests can run several in one process. */
export function program(): Command {
  const root = new Command("updraft")
    .description("Calibrated probabilities of thunderstorms from NOAA's HRRR analyses")
    .showHelpAfterError("(add --help for usage and an example)");
  const verbs = [
    grib2Command(),
    archiveCommand(),
    sandboxCommand(),
    trainCommand(),
    forecastCommand(),
    mapsCommand(),
    exportCommand(),
    verifyCommand(),
    demoCommand(runVerb),
  ];
  for (const verb of verbs) root.addCommand(verb);
  refuseByException(root);
  return root;
}

/** Commander would end the process on a wrong flag; here it throws, at every depth of verbs. */
function refuseByException(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) refuseByException(child);
}

/** One verb from within another: the demo is made of them. */
async function runVerb(args: readonly string[]): Promise<void> {
  await program().parseAsync(args, { from: "user" });
}

/** Runs one command line and returns its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isUpdraftError(error)) {
      process.stderr.write(`updraft: ${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`updraft: unexpected failure, please report it\n${(error as Error).stack ?? String(error)}\n`);
    return 1;
  }
}

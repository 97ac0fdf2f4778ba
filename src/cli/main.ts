/**
 * The command line: one verb a file in `commands/`, errors turned into one line and an exit code.
 *
 *   0 done   1 a bug in Updraft   2 the request was wrong   3 the data are damaged or out of reach   4 the computation went bad
 *   5 what others are to make is not there yet
 * @module
 */
import { Command, CommanderError } from "commander";
import { isUpdraftError, refusalOf, withoutSecrets } from "../core/index.ts";
import { requirePaths } from "./addresses.ts";
import { packageVersion } from "./package-version.ts";

/** Every verb by its name, in the order in which a newcomer meets them. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  fetch: async () => (await import("./commands/fetch.ts")).fetchCommand(),
  grib2: async () => (await import("./commands/grib2.ts")).grib2Command(),
  archive: async () => (await import("./commands/archive.ts")).archiveCommand(),
  sandbox: async () => (await import("./commands/sandbox.ts")).sandboxCommand(),
  config: async () => (await import("./commands/config.ts")).configCommand(),
  train: async () => (await import("./commands/train.ts")).trainCommand(),
  runs: async () => (await import("./commands/runs.ts")).runsCommand(),
  import: async () => (await import("./commands/import.ts")).importCommand(),
  calibrate: async () => (await import("./commands/calibrate.ts")).calibrateCommand(),
  forecast: async () => (await import("./commands/forecast.ts")).forecastCommand(),
  maps: async () => (await import("./commands/maps.ts")).mapsCommand(),
  export: async () => (await import("./commands/export.ts")).exportCommand(),
  verify: async () => (await import("./commands/verify.ts")).verifyCommand(),
  demo: async () => (await import("./commands/demo.ts")).demoCommand(runVerb),
};

/**
 * The program for one command line. Only the verb that is asked for is loaded: engines and drawing libraries take a second that
 * `grib2 ls` need not pay. Without a known verb all are, for the help.
 */
export async function program([verb]: readonly string[]): Promise<Command> {
  const root = new Command("updraft")
    .version(packageVersion(), "-V, --version", "print the version")
    .description("Calibrated probabilities of thunderstorms from NOAA's HRRR analyses")
    .showHelpAfterError("(add --help for usage and an example)");
  const wanted = verb !== undefined && Object.hasOwn(VERBS, verb) ? [VERBS[verb]] : Object.values(VERBS);
  for (const load of wanted) root.addCommand(await load());
  refuseByException(root);
  root.hook("preAction", (_, command) => requirePaths(command));
  return root;
}

/** Commander would end the process on a wrong flag; here it throws, at every depth of verbs. */
function refuseByException(command: Command): void {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => write(asOurs(text)) });
  requireOptionsLast(command);
  for (const child of command.commands) refuseByException(child);
}

/** Commander's complaint with our prefix, its guess in the same line. */
const asOurs = (text: string): string => text.replace(/^error: /, "updraft: ").replace(/\n\(Did you/, " (Did you");

/** Commander asks for what is missing before it looks at what is there, and `--confg x` would be told that --config is missing. */
function requireOptionsLast(command: Command): void {
  const required = command.options.filter(({ mandatory }) => mandatory);
  for (const option of required) option.makeOptionMandatory(false);
  command.hook("preAction", () => {
    const missing = required.find((option) => command.getOptionValue(option.attributeName()) === undefined);
    if (missing === undefined) return;
    command.error(`error: required option '${missing.flags}' not specified`, {
      code: "commander.missingMandatoryOptionValue",
    });
  });
}

/** One verb from within another: the demo is made of them. */
async function runVerb(args: readonly string[]): Promise<void> {
  await (await program(args)).parseAsync(args, { from: "user" });
}

/** Once a process, however many command lines it runs. */
function hear(stream: NodeJS.WriteStream, listener: (error: NodeJS.ErrnoException) => void): void {
  if (!stream.listeners("error").includes(listener)) stream.on("error", listener);
}

/** `updraft … | head` closes the pipe when it has seen enough: that ends the work, and is no failure. */
function onStandardOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") {
    process.stderr.write(`updraft: ${refusalOf(error, "standard output")?.message ?? error.message}\n`);
  }
  process.exit(error.code === "EPIPE" ? 0 : 2);
}

/** Where nobody can be told, the exit code still says it. */
function onStandardError(): void {}

/** Runs one command line and returns its exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
  hear(process.stdout, onStandardOutput);
  hear(process.stderr, onStandardError);
  try {
    await runVerb(args);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const told = isUpdraftError(error) ? error : refusalOf(error, verbOf(args));
    if (told !== undefined) {
      process.stderr.write(`updraft: ${oneLine(told.message)}\n`);
      return told.exitCode;
    }
    const trace = withoutSecrets((error as Error).stack ?? String(error));
    process.stderr.write(`updraft: unexpected failure, please report it\n${trace}\n`);
    return 1;
  }
}

/** "updraft archive build": what is named where nothing says which path was refused. */
function verbOf(args: readonly string[]): string {
  const options = args.findIndex((arg) => arg.startsWith("-"));
  return ["updraft", ...args.slice(0, Math.min(options < 0 ? args.length : options, 2))].join(" ");
}

/** Texts of libraries and files may hold line ends and bytes that a terminal obeys. */
function oneLine(message: string): string {
  return message.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, " ").replaceAll(/\p{Cc}/gu, "\ufffd");
}

/** `updraft config`: which configurations ship, what stands in them, and what every key means. @module */
import { Command } from "commander";
import { ConfigError, nearestName, RequestError } from "../../core/index.ts";
import { type ConfigKey, configKeys, configMethods, formatTrainConfig, readTrainConfig } from "../../train/index.ts";
import { configurationFile, configurationText, headOf, shippedConfigurations } from "../configurations.ts";

interface Listed {
  readonly name: string;
  readonly method: string;
  readonly about: string;
}

export function configCommand(): Command {
  const command = new Command("config").description("the configurations that ship, and what their keys mean");
  command
    .command("list", { isDefault: true })
    .description("list the configurations that ship; `train --config NAME` takes one from any folder")
    .argument("[word]", "only those that have it in their names")
    .option("--json", "print the list as JSON", false)
    .addHelpText("after", "\nExamples:\n  updraft config list\n  updraft config list hrrr")
    .action((word: string | undefined, { json }: { json: boolean }) => {
      const listed = namesWith(word ?? "", command).map(describeShipped);
      process.stdout.write(json ? `${JSON.stringify(listed)}\n` : formatList(listed));
    });
  command
    .command("show")
    .description("print a configuration, with its comments")
    .argument("<name>", "one that ships, or a file")
    .option("--resolved", "every key with the value it has in the end, defaults among them", false)
    .addHelpText(
      "after",
      "\nExamples:\n  updraft config show crps-hrrr > mine.yaml\n  updraft config show mine.yaml --resolved",
    )
    .action((name: string, { resolved }: { resolved: boolean }) => {
      const path = configurationFile(name);
      process.stdout.write(resolved ? formatTrainConfig(readTrainConfig(path)) : configurationText(path));
    });
  command
    .command("explain")
    .description("say what the keys mean, what they may be, and what they are when left out")
    .argument("[key]", "one key, or a group of them: learningRate, denoiser, forecaster.network")
    .option("--method <name>", "the method whose keys are meant", "def")
    .option("--json", "print them as JSON", false)
    .addHelpText("after", "\nExamples:\n  updraft config explain\n  updraft config explain generator --method crps")
    .action((key: string | undefined, { method, json }: { method: string; json: boolean }) => {
      const keys = explained(key, requireMethod(method));
      process.stdout.write(
        json ? `${JSON.stringify(keys)}\n` : `${key === undefined ? aboutMethods(method) : ""}${formatKeys(keys)}`,
      );
    });
  return command;
}

/** `updraft config explian` comes here too, for a verb that is none is a word. */
function namesWith(word: string, { commands }: Command): string[] {
  const names = shippedConfigurations();
  const found = names.filter((name) => name.includes(word));
  if (found.length > 0) return found;
  const verbs = commands.map((verb) => verb.name());
  const meant = nearestName(word, [...verbs, ...names]);
  throw new RequestError({
    place: `updraft config ${word}`,
    expected: `one of ${verbs.join(", ")}, or a word in the name of one that ships: ${names.join(", ")}`,
    got: JSON.stringify(word),
    ...(meant !== undefined && { remedy: `did you mean ${meant}?` }),
  });
}

function describeShipped(name: string): Listed {
  const path = configurationFile(name);
  return { name, method: readTrainConfig(path).method, about: headOf(path).replace(/[.:;] .*$/, "") };
}

function formatList(listed: readonly Listed[]): string {
  const width = Math.max(...listed.map(({ name }) => name.length));
  const lines = listed.map(({ name, about }) => `${name.padEnd(width)}  ${about}\n`);
  return `${lines.join("")}\n\`updraft config show NAME\` prints one, \`updraft train --config NAME\` takes it.\n`;
}

function requireMethod(method: string): string {
  const names = configMethods().map(({ name }) => name);
  if (names.includes(method)) return method;
  const meant = nearestName(method, names);
  throw new ConfigError({
    place: "--method",
    expected: `one of ${names.join(", ")}`,
    got: JSON.stringify(method),
    ...(meant !== undefined && { remedy: `did you mean ${meant}?` }),
  });
}

/** The keys of that path, or of that name anywhere, and those below them. */
function explained(key: string | undefined, method: string): ConfigKey[] {
  const keys = configKeys(method);
  if (key === undefined) return keys;
  const asked = keys.filter(({ path }) => path === key || path.endsWith(`.${key}`)).map(({ path }) => path);
  if (asked.length > 0)
    return keys.filter(({ path }) => asked.some((top) => path === top || path.startsWith(`${top}.`)));
  const names = keys.flatMap(({ path }) => [path, path.slice(path.lastIndexOf(".") + 1)]);
  const meant = nearestName(key, names);
  const others = configMethods().filter(({ name }) =>
    configKeys(name).some(({ path }) => path.split(".").includes(key)),
  );
  const elsewhere = others.map(({ name }) => `--method ${name} has it`);
  throw new ConfigError({
    place: "updraft config explain",
    expected: `a key of method ${method}`,
    got: JSON.stringify(key),
    remedy: elsewhere[0] ?? (meant === undefined ? "leave it out to see every key" : `did you mean ${meant}?`),
  });
}

function aboutMethods(method: string): string {
  const methods = configMethods().map(({ name, meaning }) => `  ${name.padEnd(14)} ${meaning}\n`);
  return `Keys of method ${method}; --method names another:\n${methods.join("")}\n`;
}

function formatKeys(keys: readonly ConfigKey[]): string {
  const lines = keys.map(({ path, values, default: value, meaning }) => {
    const usual = value === undefined ? "" : ` (default: ${value})`;
    return `${path}: ${values}${usual}\n    ${meaning}\n`;
  });
  return lines.join("");
}

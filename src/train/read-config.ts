/**
 * A configuration out of YAML: parsed at the edge, unknown keys refused with what may have been meant, saved as resolved beside the run.
 * @module
 */
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { ConfigError, nearestName, RequestError } from "../core/index.ts";
import { parseYaml } from "../files/index.ts";
import type { TrainConfig } from "./config.ts";
import { configKeys } from "./config-keys.ts";
import { DEFAULT_METHOD, trainConfigSchema } from "./config-schema.ts";

/**
 * A configuration from its YAML text; `place` names the file.
 * @throws ConfigError naming the first key that is unknown or wrong
 */
export function parseTrainConfig(text: string, place: string): TrainConfig {
  let value = parseYaml(text, place) ?? {};
  if (typeof value === "object" && !("method" in value)) value = { method: DEFAULT_METHOD, ...value };
  const parsed = trainConfigSchema.safeParse(value);
  if (parsed.success) return requireSpreadable(requireAnchorable(parsed.data, place), place);
  const [issue] = parsed.error.issues;
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") throw unknownKey(value, [...issue.path, issue.keys[0]], place);
  throw new ConfigError({
    place: `${place} ${path}`,
    expected: expectationOf(issue.message),
    got: describe(value, issue.path),
  });
}

/** Names the key, and the one that may have been meant: a neighbor spelt much like it, or one of its name at another place. */
function unknownKey(value: unknown, path: readonly PropertyKey[], place: string): ConfigError {
  const { method } = value as { method: string };
  const key = path.map(String);
  const name = key[key.length - 1];
  const paths = configKeys(method).map((known) => known.path.split("."));
  const siblings = paths
    .filter((known) => known.length === key.length && known.slice(0, -1).join(".") === key.slice(0, -1).join("."))
    .map((known) => known[known.length - 1])
    .filter((known) => known !== name); // another kind of network may have it
  const sibling = nearestName(name, siblings);
  const meant =
    sibling === undefined
      ? paths.find((known) => known[known.length - 1].toLowerCase() === name.toLowerCase())
      : [...key.slice(0, -1), sibling];
  const list = `"updraft config explain --method ${method}" lists every key`;
  return new ConfigError({
    place,
    expected: `only keys that method ${method} knows`,
    got: `the unknown key ${key.join(".")}`,
    remedy: meant === undefined ? list : `did you mean ${meant.join(".")}? ${list}`,
  });
}

/** DEF perturbs and forecasts each step anew, and `field`'s moments go on one step at a time. */
function requireAnchorable(config: TrainConfig, place: string): TrainConfig {
  const { anchorSteps, method, normalization } = config;
  if (anchorSteps === 1 || (method !== "def" && normalization === "global")) return config;
  throw new ConfigError({
    place: `${place} anchorSteps`,
    expected: "1, or a method other than def with normalization global",
    got: `${anchorSteps} with ${method} and ${normalization}`,
  });
}

/** Members are many while they are learnt in method crps alone, and it is motion that errs. */
function requireSpreadable(config: TrainConfig, place: string): TrainConfig {
  const { motionSpread, method, firstGuess } = config;
  if (motionSpread === 0 || (method === "crps" && firstGuess === "motion")) return config;
  throw new ConfigError({
    place: `${place} motionSpread`,
    expected: "0, or method crps with firstGuess motion",
    got: `${motionSpread} with ${method} and ${firstGuess}`,
  });
}

/** What is expected, out of "Too small: expected number to be >=1" and "Invalid input: expected number, received string". */
function expectationOf(message: string): string {
  return /expected (.*?)(?:, received .*)?$/.exec(message)?.[1] ?? message;
}

/** @throws RequestError when there is no such file, ConfigError as `parseTrainConfig` */
export function readTrainConfig(path: string): TrainConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new RequestError({ place: path, expected: "a YAML configuration", got: "no readable file" }, { cause });
  }
  return parseTrainConfig(text, path);
}

/** The resolved configuration as YAML: what a run keeps. */
export function formatTrainConfig(config: TrainConfig): string {
  return stringify(config);
}

function describe(value: unknown, path: readonly PropertyKey[]): string {
  let at = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
  return (JSON.stringify(at) ?? "nothing").slice(0, LONGEST_VALUE);
}

/** Of a value that is told back. */
const LONGEST_VALUE = 100;

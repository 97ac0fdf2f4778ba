/**
 * What `--config` means: a file, or by its name one of the configurations that ship with Updraft, from any folder.
 *
 *   --config crps-hrrr          the one that ships
 *   --config ./crps-hrrr.yaml   a file: it has a folder, or ends in .yaml or .yml
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, nearestName, RequestError } from "../core/index.ts";

/** `configs/` of the checkout or the package; it lies beside `src` and `dist` alike. */
const FOLDER = join(import.meta.dirname, "..", "..", "configs");

/** Of every configuration that ships, sorted. */
export function shippedConfigurations(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => basename(name, ".yaml"))
    .toSorted();
}

/**
 * The file that is meant.
 * @throws RequestError when there is none, ConfigError when a name could mean a file here as well as one that ships
 */
export function configurationFile(given: string): string {
  const names = shippedConfigurations();
  const bare = basename(given).replace(/\.ya?ml$/, "");
  const isHere = existsSync(given) && statSync(given).isFile();
  if (!isPath(given) && names.includes(given)) {
    if (!isHere) return join(FOLDER, `${given}.yaml`);
    throw new ConfigError({
      place: `--config ${given}`,
      expected: "one configuration",
      got: "one that ships and a file of that name here",
      remedy: `name the file as ./${given}, or start from another folder`,
    });
  }
  if (isHere) return given;
  const meant = names.includes(bare) ? bare : nearestName(bare, names);
  throw new RequestError({
    place: `--config ${given}`,
    expected: `a file, or one of those that ship: ${names.join(", ")}`,
    got: isPath(given) ? "no such file" : "no such name",
    ...(meant !== undefined && { remedy: `did you mean --config ${meant}?` }),
  });
}

function isPath(given: string): boolean {
  return /[\\/]/.test(given) || /\.ya?ml$/.test(given);
}

/** The text of a file; one that ships names the schema for editors by its whole path, for it may be saved in any folder. */
export function configurationText(path: string): string {
  const schema = pathToFileURL(join(FOLDER, "schema.json")).href;
  const text = readFileSync(path, "utf8");
  return dirname(path) === FOLDER ? text.replace("$schema=./schema.json", `$schema=${schema}`) : text;
}

/** What a file says of itself: the comment at its top, without the editor's line. */
export function headOf(path: string): string {
  const lines = readFileSync(path, "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end)
    .filter((line) => !line.includes("$schema="))
    .map((line) => line.replace(/^#\s*/, ""))
    .join(" ");
}

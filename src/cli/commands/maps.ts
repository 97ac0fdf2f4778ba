/** `updraft maps`: a forecast or an archived hour as individual pictures. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type Archive, isArchive, openArchive } from "../../archive/index.ts";
import {
  ConfigError,
  formatHour,
  formatTime,
  parseTime,
  RequestError,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { isForecast, openForecast } from "../../forecast/index.ts";
import { parseQuantities, parseThresholds, type QuantityName, type Threshold } from "../../products/index.ts";
import { drawEnsembleMaps, drawStateMaps, type WrittenMap } from "../../products/map/index.ts";
import { progressReporter } from "../progress.ts";

interface MapsOptions {
  readonly out: string;
  readonly leads?: string;
  readonly variables?: string;
  readonly members: string;
  readonly thresholds?: string[];
  readonly time?: string;
  readonly json?: boolean;
}

export function mapsCommand(): Command {
  return new Command("maps")
    .description("draw a forecast, or one hour of an archive, as one PNG per variable and metric")
    .argument("<path>", "forecast store or archive")
    .requiredOption("--out <folder>", "where the pictures go; made if it is not there")
    .option("--leads <hours>", "leads to draw, comma-separated (default: all)")
    .option(
      "--variables <names>",
      "variables to draw, comma-separated; wind is the 10 m speed (default: all there are)",
    )
    .option("--members <count>", "how many single members to draw", "3")
    .option(
      "--thresholds <list...>",
      "probability thresholds instead of the usual: refc=20,40 t2m=<=32,90 (degrees F) wind=35 (kt)",
    )
    .option("--time <time>", "hour of an archive to draw (default: its last whole hour)")
    .option("--json", "list the pictures as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  updraft maps forecast.zarr --out maps --leads 1,6 --variables refc,cape\n  updraft maps archive.zarr --out maps --time 2018-07-22T18Z",
    )
    .action(async (path: string, options: MapsOptions) => {
      const maps = (await isForecast(path)) ? await forecastMaps(path, options) : await archiveMaps(path, options);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(
              maps.map((map) => listed(map, options.out)),
              undefined,
              2,
            )}\n`
          : summary(maps, options.out),
      );
    });
}

async function forecastMaps(path: string, options: MapsOptions): Promise<WrittenMap[]> {
  refuse(options.time, "--time", "a forecast is drawn by --leads");
  const ensemble = await openForecast(path);
  return drawEnsembleMaps(ensemble, options.out, {
    ...(options.leads !== undefined && { leads: parseNumbers(options.leads, "--leads") }),
    ...quantitiesOf(options, ensemble.channels),
    ...(options.thresholds && { thresholds: thresholdsOf(options.thresholds) }),
    sampleMembers: parseCount(options.members, "--members"),
    report: progressReporter(),
  });
}

async function archiveMaps(path: string, options: MapsOptions): Promise<WrittenMap[]> {
  if (!(await isArchive(path))) {
    throw new RequestError({
      place: path,
      expected: "a forecast store or an archive",
      got: existsSync(path) ? "neither" : "nothing",
      remedy: "give the folder that updraft forecast or updraft archive build wrote",
    });
  }
  refuse(options.leads, "--leads", "an archive is drawn by --time");
  refuse(options.thresholds, "--thresholds", "one state has no probabilities");
  const archive = await openArchive(path);
  const time = options.time === undefined ? lastWholeHour(archive) : presentHour(archive, options.time);
  return drawStateMaps(
    {
      grid: archive.grid,
      channels: archive.channels,
      validTime: time,
      synthetic: archive.synthetic,
      source: archive.source,
      read: (channel) => archive.readField(time, channel),
    },
    options.out,
    { ...quantitiesOf(options, archive.channels), report: progressReporter() },
  );
}

function lastWholeHour(archive: Archive): ValidTime {
  const time = archive.times.findLast((candidate) => archive.isWhole(candidate));
  if (time !== undefined) return time;
  throw new RequestError({
    place: archive.path,
    expected: "at least one hour with every channel",
    got: "none",
    remedy: "name an hour with --time, or rebuild the archive",
  });
}

function presentHour(archive: Archive, text: string): ValidTime {
  const time = parseTime(text, "--time") as ValidTime;
  const known = archive.times.includes(time);
  if (known && !Number.isNaN(archive.leadHours(time))) return time;
  throw new RequestError({
    place: archive.path,
    expected: `an hour from ${formatTime(archive.times[0])} to ${formatTime(archive.times[archive.times.length - 1])}`,
    got: `${formatHour(time)}${known ? ", which is missing" : ""}`,
    remedy: "choose another --time; updraft archive inspect lists them",
  });
}

function quantitiesOf(options: MapsOptions, channels: readonly VariableName[]): { quantities?: QuantityName[] } {
  if (options.variables === undefined) return {};
  return { quantities: parseQuantities(options.variables, channels, "--variables") };
}

function thresholdsOf(texts: readonly string[]): Partial<Record<QuantityName, Threshold[]>> {
  return Object.fromEntries(
    texts.map((text) => {
      const thresholds = parseThresholds(text, "--thresholds");
      return [thresholds[0].quantity, thresholds];
    }),
  );
}

function parseNumbers(text: string, place: string): number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((number) => number > 0) && new Set(numbers).size === numbers.length) return numbers;
  throw new ConfigError({ place, expected: "distinct hours above 0, comma-separated, such as 1,6,12", got: text });
}

function parseCount(text: string, place: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigError({ place, expected: "a whole number, 0 or more", got: text });
}

function refuse(option: unknown, name: string, why: string): void {
  if (option === undefined) return;
  throw new ConfigError({ place: name, expected: "no such option here", got: name, remedy: why });
}

function listed({ path, summary: range, validTime, ...rest }: WrittenMap, out: string): object {
  return { file: join(out, path), ...rest, validTime: formatTime(validTime), ...range };
}

function summary(maps: readonly WrittenMap[], out: string): string {
  return `${maps.length} maps in ${out}\n`;
}

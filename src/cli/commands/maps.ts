/** `updraft maps`: a forecast or an archived hour as pictures. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type Archive, isArchive, openArchive } from "../../archive/index.ts";
import {
  ConfigError,
  formatHour,
  formatTime,
  type LeadHours,
  parseTime,
  RequestError,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { alone } from "../../files/index.ts";
import { isForecast, openForecast } from "../../forecast/index.ts";
import { availableQuantities } from "../../products/index.ts";
import {
  drawEnsembleMaps,
  drawStateMaps,
  INDEX_FILE,
  type MapOptions,
  PRESETS,
  PRODUCT_NAMES,
  presetNamed,
  type WrittenMap,
} from "../../products/map/index.ts";
import { requireCalibration } from "../carried-calibration.ts";
import { type MapChoices, mapOptions, presetChoices, readMapChoices, withoutAbsent } from "../map-choices.ts";
import { leadsOption } from "../options.ts";
import { progressReporter } from "../progress.ts";

interface MapsOptions extends MapChoices {
  readonly out: string;
  readonly leads?: LeadHours[];
  readonly overLeads?: boolean;
  readonly time?: string;
  readonly preset?: string;
  readonly config?: string;
  readonly calibrated?: boolean;
  readonly json?: boolean;
}

export function mapsCommand(): Command {
  return new Command("maps")
    .description("draw a forecast, or one hour of an archive, as one PNG per variable and product, in numbered folders")
    .argument("<path>", "forecast store or archive")
    .requiredOption("--out <folder>", "where the pictures go; made if it is not there")
    .option("--leads <hours>", "leads to draw, comma-separated: 1,6 or 20m (default: all)", leadsOption("--leads"))
    .option("--over-leads", "draw the largest value of each member over the leads, instead of each lead")
    .option("--time <time>", "hour of an archive to draw (default: its last whole hour)")
    .option("--preset <name>", `products, variables and thresholds for a purpose: ${presetList()}`)
    .option("--config <file>", "YAML file with the options below, by their names without dashes")
    .option(
      "--products <names>",
      `what to draw: ${PRODUCT_NAMES.join(",")}, or all (default: current,mean,spread,probability,members)`,
    )
    .option(
      "--variables <names>",
      "variables to draw; beside those stored wind, and on request direction,depression,rh,lcl,updraft (default: all stored and wind)",
    )
    .option("--members <count>", "how many single members to draw (default: 3)")
    .option(
      "--thresholds <list...>",
      "probability thresholds instead of the usual: refc=20,40 t2m=<=32,90 (degrees F) wind=35 (kt)",
    )
    .option("--percentiles <list>", "percentiles over members (default: 10,50,90)")
    .option("--near <list>", "neighborhoods: kilometres, href or spc (default: 40)")
    .option("--joint <list...>", 'joint events instead of the usual: "severe: refc>=50@40 & cape>=2000"')
    .option(
      "--region <name>",
      "a sector (conus,sgp,cgp,ngp,se,ne,sw,nw,matl) or south,west,north,east in degrees; across the date line 50,170,65,-160",
    )
    .option("--theme <name>", "light or dark (default: light)")
    .option("--palette <name>", "usual or colorblind (default: usual)")
    .option("--width <pixels>", "maps at most so wide: 480 for a phone (default: as their cells ask for)")
    .option("--barbs", "wind barbs on every state and mean, not only on the wind")
    .option("--loops <format>", "format of the product loops: webp or gif (default: webp)")
    .option(
      "--calibrated",
      "probabilities, at points and within 40 km, as the forecast's calibration says they should be (updraft calibrate)",
    )
    .option("--json", "list the pictures as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: MapsOptions) => {
      const draw = (await isForecast(path)) ? forecastMaps : archiveMaps;
      // Pictures of two forecasts in one folder would pass for those of one.
      const maps = await alone(options.out, () => draw(path, options), { inside: true });
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

const EXAMPLES = `
Examples:
  updraft maps forecast.zarr --out maps --leads 1,6 --variables refc,cape
  updraft maps forecast.zarr --out maps --preset convective --region sgp --theme dark
  updraft maps forecast.zarr --out maps --products neighborhood,joint --near 40,spc --over-leads
  updraft maps forecast.zarr --out maps --products mean,loops --variables refc
  updraft maps forecast.zarr --out maps --products probability --calibrated
  updraft maps archive.zarr --out maps --time 2018-07-22T18Z --region 41,-118,47,-109

Beside every picture lies a text of the same name that says what it shows. All pictures are experimental, not an official forecast.`;

function presetList(): string {
  return PRESETS.map(({ name, members }) => `${name} (${members} members)`).join(", ");
}

async function forecastMaps(path: string, options: MapsOptions): Promise<WrittenMap[]> {
  refuse(options.time, "--time", "a forecast is drawn by --leads");
  const ensemble = await openForecast(path);
  const calibration = options.calibrated ? requireCalibration(ensemble, path, options) : undefined;
  return drawEnsembleMaps(ensemble, options.out, {
    ...(calibration && { calibration }),
    ...(options.leads !== undefined && { leads: options.leads }),
    ...(options.overLeads && { overLeads: true }),
    ...(await chosen(options, ensemble.channels, ensemble.memberCount)),
    report: progressReporter(),
    note: onStderr,
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
  refuse(options.overLeads, "--over-leads", "an archive is drawn by --time");
  refuse(options.calibrated, "--calibrated", "one state has no probabilities");
  if (options.products === undefined) refuse(options.thresholds, "--thresholds", "one state has no probabilities");
  const archive = await openArchive(path);
  const time = options.time === undefined ? lastWholeHour(archive) : presentHour(archive, options.time);
  return drawStateMaps(
    {
      grid: archive.grid,
      channels: archive.channels,
      validTime: time,
      synthetic: archive.synthetic,
      source: archive.source,
      leadHours: archive.leadHours(time),
      read: (channel) => archive.readField(time, channel),
    },
    options.out,
    { ...(await chosen(options, archive.channels, 1)), report: progressReporter(), note: onStderr },
  );
}

/** Preset, then file, then options; and a word where a preset is meant for more members than there are. */
async function chosen(
  options: MapsOptions,
  channels: readonly VariableName[],
  memberCount: number,
): Promise<MapOptions> {
  const preset = options.preset === undefined ? undefined : presetNamed(options.preset, "--preset");
  const checked = mapOptions(
    {
      ...(preset && presetChoices(preset, availableQuantities(channels))),
      ...(options.config !== undefined && (await readMapChoices(options.config))),
      ...choicesOf(options),
    },
    channels,
  );
  if (preset !== undefined && memberCount < preset.members) {
    process.stderr.write(
      `preset ${preset.name} is meant for ${preset.members} members and this has ${memberCount}: ` +
        `probabilities come in steps of ${Math.round(100 / memberCount)} %\n`,
    );
  }
  return checked;
}

function choicesOf(options: MapsOptions): MapChoices {
  const {
    products,
    variables,
    members,
    thresholds,
    percentiles,
    near,
    joint,
    region,
    theme,
    palette,
    barbs,
    loops,
    width,
  } = options;
  const state = { products, variables, members, thresholds, percentiles, near, joint };
  return withoutAbsent({ ...state, region, theme, palette, barbs, loops, width });
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

function refuse(option: unknown, name: string, why: string): void {
  if (option === undefined) return;
  throw new ConfigError({ place: name, expected: "no such option here", got: name, remedy: why });
}

function listed({ path, summary: range, validTime, ...rest }: WrittenMap, out: string): object {
  return { file: join(out, path), ...rest, validTime: formatTime(validTime), ...range };
}

function summary(maps: readonly WrittenMap[], out: string): string {
  return `${maps.length} maps in ${out}; begin with ${join(out, INDEX_FILE)}\n`;
}

function onStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

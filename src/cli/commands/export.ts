/** `updraft export`: a forecast store to formats other programs read. @module */
import { Command } from "commander";
import { ConfigError, type Ensemble, formatLead, type LeadHours } from "../../core/index.ts";
import { openForecast } from "../../forecast/index.ts";
import {
  exportGrib2,
  exportNetcdfFiles,
  FILE_PRODUCTS,
  type FileProduct,
  type ProductChoice,
  SPLITS,
  type Split,
} from "../../products/export/index.ts";
import { parseNearness, parseQuantities, parseThresholds } from "../../products/index.ts";
import { requireCalibration } from "../carried-calibration.ts";
import { exportHistory, type WrittenOptions } from "../export-history.ts";
import { leadsOption } from "../options.ts";
import { packageVersion } from "../package-version.ts";
import { progressReporter } from "../progress.ts";

export function exportCommand(): Command {
  return new Command("export")
    .description("write the members or the products of a forecast as CF-1.11 NetCDF-4 or as GRIB2 with its inventory")
    .argument("<forecast>", "a forecast store (Zarr), as `updraft forecast` makes it")
    .option("--netcdf <file>", "the NetCDF-4 file to write")
    .option("--grib2 <file>", "the GRIB2 file to write; its inventory goes beside it, as <file>.idx")
    .option(
      "--products <names>",
      `${FILE_PRODUCTS.join(",")} (default: members in NetCDF; mean,spread,probability,nmep in GRIB2)`,
    )
    .option("--variables <names>", "only these, comma-separated; of products also wind, depression, rh (default: all)")
    .option(
      "--leads <hours>",
      "only these leads, comma-separated: 1,6 or 20m (default: all of the forecast)",
      leadsOption("--leads"),
    )
    .option("--over-leads", "the largest value of each member over the leads, instead of each lead")
    .option("--thresholds <list...>", "instead of the usual: refc=20,40 t2m=<=32,90 (degrees F) wind=35 (kt)")
    .option("--percentiles <list>", "percentiles over members (default: 10,50,90)")
    .option("--near <list>", "neighborhoods: kilometres, href or spc (default: 40)")
    .option(
      "--split <rule>",
      `one file or several: ${SPLITS.join(",")}; auto is by lead beyond 4 GiB in NetCDF, and by product in GRIB2`,
      "auto",
    )
    .option(
      "--calibrated",
      "probability and nmep as the forecast's calibration says they should be (updraft calibrate)",
    )
    .option("--overwrite", "replace an existing file", false)
    .addHelpText("after", EXAMPLES)
    .action(async (forecast: string, flags: ExportFlags) => {
      const { netcdf, grib2, overwrite } = flags;
      if (netcdf === undefined && grib2 === undefined) {
        throw new ConfigError({ place: "export", expected: "--netcdf or --grib2", got: "neither" });
      }
      const ensemble = await openForecast(forecast);
      const report = progressReporter();
      const calibration = flags.calibrated ? requireCalibration(ensemble, forecast, flags) : undefined;
      if (netcdf !== undefined) {
        const choice = choiceOf(flags, ensemble, ["members"]);
        const history = await exportHistory(forecast, ensemble, { version: packageVersion(), options: written(flags) });
        const files = await exportNetcdfFiles(ensemble, netcdf, {
          ...choice,
          ...(calibration && { calibration }),
          split: parseSplit(flags.split),
          overwrite,
          history,
          report,
        });
        process.stdout.write(`${files.join("\n")}\n`);
      }
      if (grib2 !== undefined) {
        const choice = choiceOf(flags, ensemble, ["mean", "spread", "probability", "nmep"]);
        const files = await exportGrib2(ensemble, grib2, {
          ...choice,
          ...(calibration && { calibration }),
          split: parseSplit(flags.split),
          overwrite,
          report,
        });
        process.stdout.write(`${files.join("\n")}\n`);
      }
    });
}

const EXAMPLES = `
Examples:
  updraft export F.zarr --netcdf F.nc --variables refc,cape --leads 1,2,3
  updraft export F.zarr --netcdf products.nc --products mean,spread,percentiles,nmep
  updraft export F.zarr --netcdf F.nc --split lead
  updraft export F.zarr --grib2 F.grib2 --variables refc,wind --thresholds refc=40 --near href
  updraft export F.zarr --grib2 F.grib2 --split none`;

interface ExportFlags {
  readonly netcdf?: string;
  readonly grib2?: string;
  readonly products?: string;
  readonly variables?: string;
  readonly leads?: LeadHours[];
  readonly overLeads?: boolean;
  readonly thresholds?: readonly string[];
  readonly percentiles?: string;
  readonly near?: string;
  readonly split: string;
  readonly calibrated?: boolean;
  readonly overwrite: boolean;
}

/** The options that decide what is in the file, as they were given. */
function written(flags: ExportFlags): WrittenOptions {
  const { products, variables, leads, overLeads, thresholds, percentiles, near, split, calibrated } = flags;
  const one = (value: string | undefined): readonly string[] | undefined => (value === undefined ? undefined : [value]);
  const given: Readonly<Record<string, readonly string[] | undefined>> = {
    "--products": one(products),
    "--variables": one(variables),
    "--leads": one(
      leads?.map((lead) => formatLead(lead).replace(" h", "").replace(" min", "m").replace(" ", "")).join(","),
    ),
    "--over-leads": overLeads ? [] : undefined,
    "--thresholds": thresholds,
    "--percentiles": one(percentiles),
    "--near": one(near),
    "--split": split === "auto" ? undefined : [split],
    "--calibrated": calibrated ? [] : undefined,
  };
  return Object.entries(given).flatMap(([option, values]) => (values === undefined ? [] : [[option, values] as const]));
}

function parseSplit(text: string): Split {
  const split = SPLITS.find((name) => name === text);
  if (split !== undefined) return split;
  throw new ConfigError({ place: "--split", expected: `one of ${SPLITS.join(",")}`, got: text });
}

function choiceOf(flags: ExportFlags, { channels }: Ensemble, usual: readonly FileProduct[]): ProductChoice {
  const { products, variables, leads, thresholds, percentiles, near, overLeads } = flags;
  return {
    products: products === undefined ? usual : parseProducts(products),
    ...(variables !== undefined && { quantities: parseQuantities(variables, channels, "--variables") }),
    ...(leads !== undefined && { leadHours: leads }),
    ...(thresholds !== undefined && {
      thresholds: thresholds.flatMap((text) => parseThresholds(text, "--thresholds")),
    }),
    ...(percentiles !== undefined && { percentages: parsePercentages(percentiles) }),
    ...(near !== undefined && { near: parseNearness(near, "--near") }),
    ...(overLeads && { overLeads }),
  };
}

function parseProducts(text: string): FileProduct[] {
  const names = text.split(",").map((part) => part.trim());
  if (names.every((name): name is FileProduct => (FILE_PRODUCTS as readonly string[]).includes(name))) return names;
  throw new ConfigError({ place: "--products", expected: `names out of ${FILE_PRODUCTS.join(",")}`, got: text });
}

function parsePercentages(text: string): number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((number) => number >= 0 && number <= 100)) return numbers;
  throw new ConfigError({ place: "--percentiles", expected: "numbers in 0..100 like 10,50,90", got: text });
}

/** `updraft export`: a forecast store to formats other programs read. @module */
import { Command } from "commander";
import { ConfigError, type LeadHours, parseVariables } from "../../core/index.ts";
import { openForecast } from "../../forecast/index.ts";
import { exportNetcdf } from "../../products/export/index.ts";
import { progressReporter } from "../progress.ts";

export function exportCommand(): Command {
  return new Command("export")
    .description("write the members of a forecast as CF-1.11 NetCDF-4")
    .argument("<forecast>", "a forecast store (Zarr), as `updraft forecast` makes it")
    .requiredOption("--netcdf <file>", "the NetCDF-4 file to write")
    .option("--variables <names>", "only these, comma-separated (default: all of the forecast)")
    .option("--leads <hours>", "only these lead hours, comma-separated (default: all of the forecast)")
    .option("--overwrite", "replace an existing file", false)
    .addHelpText("after", "\nExample:\n  updraft export F.zarr --netcdf F.nc --variables refc,cape --leads 1,2,3")
    .action(async (forecast: string, options: ExportFlags) => {
      await exportNetcdf(await openForecast(forecast), options.netcdf, {
        ...(options.variables !== undefined && { variables: parseVariables(options.variables, "--variables") }),
        ...(options.leads !== undefined && { leadHours: parseLeads(options.leads) }),
        overwrite: options.overwrite,
        report: progressReporter(),
      });
      process.stdout.write(`${options.netcdf}\n`);
    });
}

interface ExportFlags {
  readonly netcdf: string;
  readonly variables?: string;
  readonly leads?: string;
  readonly overwrite: boolean;
}

/** "1,2,3" → [1, 2, 3]. */
function parseLeads(text: string): LeadHours[] {
  const parts = text.split(",").map((part) => part.trim());
  const hours = parts.map(Number);
  if (parts.includes("") || !hours.every((hour) => hour > 0)) {
    throw new ConfigError({ place: "--leads", expected: "hours above 0 like 1,2,3", got: JSON.stringify(text) });
  }
  return hours;
}

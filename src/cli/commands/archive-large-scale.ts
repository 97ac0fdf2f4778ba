/** `updraft archive large-scale`: another model's GRIB2 files to a store of what it says around an archive's domain. @module */
import { Command } from "commander";
import { archiveLargeScale, type LargeScaleSummary, openArchive } from "../../archive/index.ts";
import { GFS_NAMES, GFS_PARAMETERS, parseNames } from "../../sources/index.ts";
import { counted } from "../archive-report.ts";
import { progressReporter } from "../progress.ts";

interface LargeScaleFlags {
  readonly gfs: string[];
  readonly like: string;
  readonly out: string;
  readonly names?: string;
  readonly source: string;
  readonly overwrite: boolean;
  readonly json: boolean;
}

export function largeScaleCommand(): Command {
  return new Command("large-scale")
    .description(
      "make a store of the large scale around an archive's domain, which networks may be told (key largeScale)",
    )
    .requiredOption("--gfs <paths...>", "GRIB2 files of GFS (*.grib2, *.grb2, also .gz) or folders of them")
    .requiredOption("--like <archive>", "archive whose domain is cut out, with two cells around it")
    .requiredOption("--out <path>", "store to write, X.zarr")
    .option("--names <names>", `comma-separated (default: those of ${GFS_NAMES.join(",")} that are there)`)
    .option("--source <text>", "where the fields come from, for titles", "NOAA GFS")
    .option("--overwrite", "replace a store of the large scale that is there", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nFor one valid time the store may hold several cycles: a training takes the newest, a forecast the newest that is not after its init" +
        "\ntime. So fetch both, what was analysed (--lag 0) and what was known before (--lag of the longest lead or more), into one folder." +
        "\nNothing is interpolated in time: what is missing is missing, and pairs of hours without it are not learnt from." +
        "\n\nExample:\n  updraft archive large-scale --gfs gfs --like hrrr.zarr --out gfs.zarr --names z500,u500,v500,pwat",
    )
    .action(async (flags: LargeScaleFlags) => {
      const names = flags.names === undefined ? GFS_NAMES : parseNames(flags.names, "--names", GFS_NAMES);
      const { grid } = await openArchive(flags.like);
      const summary = await archiveLargeScale(
        flags.gfs,
        flags.out,
        {
          variables: names.map((name) => ({ name, ...GFS_PARAMETERS[name] })),
          domain: grid,
          source: flags.source,
          overwrite: flags.overwrite,
        },
        progressReporter(),
      );
      for (const note of summary.notes) process.stderr.write(`note: ${note}\n`);
      const absent = flags.names === undefined ? [] : names.filter((name) => !summary.names.includes(name));
      if (absent.length > 0) process.stderr.write(`note: no file holds ${absent.join(", ")}\n`);
      process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : summaryLine(flags.out, summary));
    });
}

function summaryLine(out: string, { names, entries, validTimes, fields, files }: LargeScaleSummary): string {
  return `${out}: ${counted(validTimes, "valid time")}, ${entries} with their cycles, ${counted(fields, "field")} of ${names.join(",")} from ${counted(files, "file")}\n`;
}

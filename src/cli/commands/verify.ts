/**
 * `updraft verify`: scores of forecasts against an archive, per variable and lead, beside those of persistence.
 *
 * Hours of the archive's training split are not scored unless asked for: a model knows them, so the numbers would flatter it.
 * @module
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { type Archive, openArchive, splitOf } from "../../archive/index.ts";
import { RequestError } from "../../core/index.ts";
import { writeAside } from "../../files/index.ts";
import { openForecast } from "../../forecast/index.ts";
import { type NamedForecast, scorecard, type Truth } from "../../verify/index.ts";
import { progressReporter } from "../progress.ts";
import { scoreReport, scoreTable } from "../score-report.ts";

interface VerifyOptions {
  readonly against: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly allowTrainingHours?: boolean;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .description("score ensemble forecasts against an archive, per variable and lead, beside persistence")
    .argument("<forecasts...>", "forecast stores, one an init time, all of the same make")
    .requiredOption("--against <archive>", "the archive that holds what happened")
    .option("--json", "print JSON instead of a table (keys: docs/design/0015-fair-scores.md)")
    .option("--out <file>", "also write the JSON to a file")
    .option("--allow-training-hours", "score hours of the training split too; the result says so")
    .addHelpText(
      "after",
      "\nCells where the truth, the initial state or a member is missing are left out for all sides and counted." +
        "\nHours that the archive lacks, and hours of its training split, are skipped and listed." +
        "\n\nExample:\n  updraft verify forecast.zarr --against archive.zarr --out scores.json",
    )
    .action(async (paths: string[], options: VerifyOptions) => {
      if (options.out !== undefined) requireFolderOf(options.out);
      const archive = await openArchive(options.against);
      const forecasts: NamedForecast[] = [];
      for (const path of paths) forecasts.push({ path, forecast: await openForecast(path) });
      const scores = await scorecard(forecasts, truthFrom(archive, options), progressReporter());
      const report = scoreReport(scores, forecasts, archive);
      const json = `${JSON.stringify(report, undefined, 2)}\n`;
      if (options.out !== undefined) {
        await writeAside(options.out, json);
      }
      process.stdout.write(options.json === true ? json : scoreTable(report));
    });
}

/** Asked before any work: scoring a year of forecasts must not end in a typing error. */
function requireFolderOf(file: string): void {
  const folder = dirname(file);
  if (existsSync(folder)) return;
  throw new RequestError({
    place: "--out",
    expected: "a file in an existing folder",
    got: file,
    remedy: `make ${folder}`,
  });
}

/** An archive as the judge wants it: whole hours serve, those of the training split only when allowed. */
export function truthFrom(
  archive: Archive,
  { allowTrainingHours = false }: { readonly allowTrainingHours?: boolean } = {},
): Truth {
  const { path, channels, grid, splits } = archive;
  const known = new Set(archive.times);
  return {
    path,
    channels,
    grid,
    refusal: (time) => {
      if (!known.has(time)) return "outside the archive";
      if (!archive.isWhole(time)) return "missing or damaged in the archive";
      if (!allowTrainingHours && splitOf(splits, time) === "train") {
        return "in the training split, which only --allow-training-hours scores";
      }
      return undefined;
    },
    readField: (time, channel) => archive.readField(time, channel),
  };
}

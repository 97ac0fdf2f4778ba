/** `updraft calibrate`: chooses the dial of a run on the validation split. @module */
import { Command } from "commander";
import { calibrate, nameOfDial } from "../../calibrate/index.ts";
import { DEFAULT_THREADS, durationHours, wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";

interface CalibrateFlags {
  readonly run: string;
  readonly archive: string;
  readonly inits: number;
  readonly members: number;
  readonly leads: number;
  readonly seed: number;
  readonly threads: number;
  readonly json: boolean;
}

export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("choose a run's dial (DEF: s, K, solver steps) by fair CRPS and spread-skill on the validation split")
    .requiredOption("--run <folder>", "run made by `updraft train`; calibration.json is written into it")
    .requiredOption("--archive <path>", "archive whose validation split is used")
    .option("--inits <n>", "init times to forecast from, for each setting", wholeNumber("--inits", 1), 4)
    .option("--members <m>", "members of each forecast", wholeNumber("--members", 2), 8)
    .option("--leads <h>", "how far to forecast: 6, 0.5 or 40m", durationHours("--leads"), 6)
    .option("--seed <n>", "seed of all randomness", wholeNumber("--seed", 0), 42)
    .option("--threads <n>", "threads of the engine", wholeNumber("--threads", 1), DEFAULT_THREADS)
    .option("--json", "print the whole calibration as JSON", false)
    .addHelpText("after", "\nExample:\n  updraft calibrate --run runs/first --archive hrrr.zarr --inits 6 --members 10")
    .action(async ({ json, leads, ...flags }: CalibrateFlags) => {
      const calibration = await calibrate({ ...flags, lastLeadHours: leads }, progressReporter());
      if (json) {
        process.stdout.write(`${JSON.stringify(calibration)}\n`);
        return;
      }
      const lines = calibration.choices.map(({ dial, score, ratio, withinBand }) =>
        [
          nameOfDial(dial).padEnd(24),
          score.toFixed(3).padStart(10),
          ratio.toFixed(2).padStart(8),
          withinBand ? "" : "  outside the band",
        ].join(""),
      );
      process.stdout.write(
        `${"setting".padEnd(24)}${"CRPS/best".padStart(10)}${"ratio".padStart(8)}\n${lines.join("\n")}\n` +
          `chosen ${nameOfDial(calibration.dial)}: ${calibration.why}\n`,
      );
    });
}

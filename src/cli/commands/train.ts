/** `updraft train`: an archive and a configuration become a run. @module */
import { Command } from "commander";
import { openArchive } from "../../archive/index.ts";
import { readTrainConfig, type TrainResult, train } from "../../train/index.ts";
import { DEFAULT_THREADS, wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";

interface Options {
  readonly config: string;
  readonly archive: string;
  readonly out: string;
  readonly resume: boolean;
  readonly threads: number;
  readonly json: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .description("train G, then DEF's denoiser, on the training split of an archive; watch the validation split")
    .requiredOption("--config <file>", "YAML configuration; see configs/ for every key with its meaning")
    .requiredOption("--archive <path>", "archive made by `updraft archive build`")
    .requiredOption("--out <folder>", "folder of the run: config.yaml, metrics.jsonl, checkpoints/, model/")
    .option("--resume", "go on where the run was; the result is the same as without the interruption", false)
    .option("--threads <n>", "threads of the engine", wholeNumber("--threads", 1), DEFAULT_THREADS)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  updraft train --config configs/hrrr-small.yaml --archive hrrr.zarr --out runs/first",
    )
    .action(async ({ config, archive, out, resume, threads, json }: Options) => {
      const result = await train({
        config: readTrainConfig(config),
        archive: await openArchive(archive),
        run: out,
        resume,
        threads,
        report: progressReporter(),
      });
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
    });
}

function describe({ run, stages }: TrainResult): string {
  const lines = stages.map(
    ({ stage, steps, bestLoss, bestEpoch }) =>
      `  ${stage.padEnd(10)}  ${steps} steps, best validation loss ${bestLoss.toFixed(5)} in epoch ${bestEpoch}`,
  );
  return `run ${run}\n${lines.join("\n")}\n`;
}

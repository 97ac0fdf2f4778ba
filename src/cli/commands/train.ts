/** `updraft train`: an archive and a configuration become a run. @module */
import { Command } from "commander";
import { openArchive, openLargeScale } from "../../archive/index.ts";
import { ConfigError } from "../../core/index.ts";
import { chooseDevice, type DeviceChoice } from "../../graph/index.ts";
import { type DryRun, dryRun, readTrainConfig, type TrainResult, train } from "../../train/index.ts";
import { configurationFile } from "../configurations.ts";
import { DEFAULT_THREADS, deviceOption, LARGE_SCALE_HELP, wholeNumber } from "../options.ts";
import { formatDuration, progressReporter } from "../progress.ts";

interface Options {
  readonly config: string;
  readonly archive: string;
  readonly largeScale?: string;
  readonly out?: string;
  readonly dryRun: boolean;
  readonly device: DeviceChoice;
  readonly resume: boolean;
  readonly threads: number;
  readonly workers: number;
  readonly json: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .description("train a method's networks on the training split of an archive; watch the validation split")
    .requiredOption(
      "--config <name>",
      "configuration: one that ships, by its name (`updraft config list`), or a YAML file",
    )
    .requiredOption("--archive <path>", "archive made by `updraft archive build`")
    .option("--large-scale <path>", LARGE_SCALE_HELP)
    .option("--out <folder>", "folder of the run: config.yaml, metrics.jsonl, checkpoints/, events/, model/")
    .option("--dry-run", "train three steps of each stage, say what a whole training takes, and write nothing", false)
    .option("--resume", "go on where the run was; the result is the same as without the interruption", false)
    .option("--device <name>", "where to compute: auto, cpu, webgpu or cuda", deviceOption, "cpu")
    .option("--threads <n>", "threads of the engine", wholeNumber("--threads", 1), DEFAULT_THREADS)
    .option(
      "--workers <n>",
      "share each batch among so many engines, and the threads too; on cuda each takes a GPU of its own",
      wholeNumber("--workers", 1),
      1,
    )
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", "\nExample:\n  updraft train --config def-hrrr-small --archive hrrr.zarr --out runs/first")
    .action(async ({ config: configPath, archive: archivePath, out, device: choice, ...options }: Options) => {
      if (out === undefined && !options.dryRun) {
        throw new ConfigError({
          place: "--out",
          expected: "the folder of the run",
          got: "none",
          remedy: "or --dry-run",
        });
      }
      const device = await chooseDevice(choice);
      const config = readTrainConfig(configurationFile(configPath));
      const archive = await openArchive(archivePath);
      const { threads, workers, resume } = options;
      const largeScale = options.largeScale === undefined ? undefined : await openLargeScale(options.largeScale);
      const given = { archive, config, largeScale, device, threads, workers };
      const print = <T>(result: T, describe: (result: T) => string): boolean =>
        process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result));
      if (out === undefined || options.dryRun) print(await dryRun(given), describeDryRun);
      else print(await train({ ...given, run: out, resume, report: progressReporter() }), describeResult);
    });
}

function describeDryRun({ device, threads, stages, totalSeconds }: DryRun): string {
  const lines = stages.map(({ stage, parameters, peakMb, stepSeconds, epochSeconds, epochs, ...rest }) =>
    [
      `${stage.padEnd(10)}  ${parameters} parameters, ${rest.precision}, ${peakMb.toFixed(0)} MB at most`,
      `${stepSeconds.toPrecision(3)} s a step, ${rest.stepsPerEpoch} steps an epoch`,
      `${formatDuration(epochSeconds)} an epoch, ${formatDuration(rest.totalSeconds)} for ${epochs}`,
    ].join(";  "),
  );
  return `on ${device}, ${threads} threads\n${lines.join("\n")}\nin all ${formatDuration(totalSeconds)}\n`;
}

function describeResult({ run, stages }: TrainResult): string {
  const lines = stages.map(
    ({ stage, steps, bestLoss, bestEpoch }) =>
      `  ${stage.padEnd(10)}  ${steps} steps, best validation loss ${bestLoss.toFixed(5)} in epoch ${bestEpoch}`,
  );
  return `run ${run}\n${lines.join("\n")}\n`;
}

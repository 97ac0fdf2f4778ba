/** `updraft forecast`: a run and an analysis become an ensemble. @module */
import { Command } from "commander";
import { openArchive } from "../../archive/index.ts";
import {
  ConfigError,
  cellCount,
  formatTime,
  type InitTime,
  type ReportProgress,
  type ValidTime,
} from "../../core/index.ts";
import {
  createForecast,
  DEF_DEFAULTS,
  defForecaster,
  describeDef,
  forecastEnsemble,
  openNetworks,
} from "../../forecast/index.ts";
import { readChannels, requireFit } from "../../run/index.ts";
import { DEFAULT_THREADS, initTimeOption, numberBetween, wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";

/** Below this many cells a network call is too small to share between threads; members share them instead. */
const CELLS_WORTH_THREADS = 65_536;

export interface ForecastRequest {
  readonly run: string;
  readonly archive: string;
  readonly init: InitTime;
  readonly members: number;
  /** Last lead in hours. */
  readonly leads: number;
  readonly out: string;
  readonly seed: number;
  readonly guidance: number;
  readonly walks: number;
  readonly steps: number;
  readonly threads: number;
}

export function forecastCommand(): Command {
  const { guidanceScale, walks, samplerSteps } = DEF_DEFAULTS;
  return new Command("forecast")
    .description("make a DEF ensemble from one analysis of an archive")
    .requiredOption("--run <folder>", "run made by `updraft train`")
    .requiredOption("--archive <path>", "archive that holds the analysis")
    .requiredOption("--init <time>", "init time, UTC: 2018-07-23T00Z", initTimeOption("--init"))
    .requiredOption("--members <m>", "ensemble size", wholeNumber("--members", 1))
    .requiredOption("--leads <h>", "hours to forecast", wholeNumber("--leads", 1))
    .requiredOption("--out <path>", "forecast store to write, F.zarr")
    .option("--seed <n>", "seed of all randomness", wholeNumber("--seed", 0), 42)
    .option(
      "--guidance <s>",
      "s: 1 copies the state, the smaller the more spread",
      numberBetween("--guidance", 0, 2),
      guidanceScale,
    )
    .option("--walks <k>", "K: perturbations before each step of G", wholeNumber("--walks", 0), walks)
    .option(
      "--steps <n>",
      "solver steps per perturbation; the fewer the more spread",
      wholeNumber("--steps", 1),
      samplerSteps,
    )
    .option(
      "--threads <n>",
      "threads; the members are the same for any number",
      wholeNumber("--threads", 1),
      DEFAULT_THREADS,
    )
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nExample:\n  updraft forecast --run runs/first --archive hrrr.zarr --init 2024-05-06T21Z --members 20 --leads 18 --out may6.zarr",
    )
    .action(async ({ json, ...request }: ForecastRequest & { json: boolean }) => {
      const method = await runForecast(request, progressReporter());
      const { out, init, members, leads } = request;
      const result = { forecast: out, initTime: formatTime(init), members, leadHours: leads, method };
      process.stdout.write(
        json
          ? `${JSON.stringify(result)}\n`
          : `forecast ${out}: ${members} members to ${leads} h from ${formatTime(init)} (${method})\n`,
      );
    });
}

/** Makes the forecast and returns what made it. Shared with the demo. */
export async function runForecast(request: ForecastRequest, report: ReportProgress): Promise<string> {
  const { init, members, leads, seed, threads } = request;
  const archive = await openArchive(request.archive);
  const def = { seed, guidanceScale: request.guidance, walks: request.walks, samplerSteps: request.steps };
  const small = cellCount(archive.grid) < CELLS_WORTH_THREADS;
  const networks = await openNetworks(request.run, small ? 1 : threads);
  try {
    const { run } = networks;
    requireFit(archive, run);
    const leadHours = leadsOf(leads, run.stepHours);
    requireSteps(request.steps, run.diffusionSteps);
    // The analysis at the init time is the forecast's lead 0.
    const initial = await readChannels(archive, run.channels, init as number as ValidTime);
    const method = describeDef(def);
    const writer = await createForecast(request.out, {
      space: { channels: run.channels, grid: run.grid },
      initTime: init,
      leadHours,
      memberCount: members,
      synthetic: archive.synthetic,
      method,
      provenance: { seed, source: archive.source, model: networks.fingerprint },
      initial,
    });
    let impossible = 0;
    const onImpossible = (count: number): void => {
      impossible += count;
    };
    await forecastEnsemble(defForecaster(networks, { ...def, onImpossible }), writer, {
      initTime: init,
      initial,
      stepHours: run.stepHours,
      leadHours,
      memberCount: members,
      concurrency: small ? threads : 1,
      report,
    });
    await writer.finish();
    if (impossible > 0) {
      const all = members * leadHours.length * initial.length;
      process.stderr.write(
        `warning: ${impossible} of ${all} values were impossible and were limited to their hard range\n`,
      );
    }
    return method;
  } finally {
    await networks.close();
  }
}

function requireSteps(steps: number, diffusionSteps: number): void {
  if (steps < diffusionSteps) return;
  throw new ConfigError({
    place: "--steps",
    expected: `fewer than the ${diffusionSteps} of the run's noise schedule`,
    got: String(steps),
  });
}

function leadsOf(hours: number, stepHours: number): number[] {
  const count = Math.floor(hours / stepHours + 1e-9);
  if (count < 1) {
    throw new ConfigError({ place: "--leads", expected: `at least one step of ${stepHours} h`, got: `${hours} h` });
  }
  return Array.from({ length: count }, (_, k) => (k + 1) * stepHours);
}

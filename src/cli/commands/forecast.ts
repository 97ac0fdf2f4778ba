/** `updraft forecast`: a run and an analysis become an ensemble. @module */
import { Command, Option } from "commander";
import { type Archive, openArchive, openLargeScale } from "../../archive/index.ts";
import { calibratedDial, carriedProbabilities, nameOfDial, readProbabilities } from "../../calibrate/index.ts";
import {
  ConfigError,
  cellCount,
  formatLead,
  formatTime,
  gridNote,
  type InitTime,
  type ReportProgress,
} from "../../core/index.ts";
import {
  BASELINES,
  type BaselineName,
  DEF_DEFAULTS,
  type ForecastMethod,
  leadsUpTo,
  type MadeForecast,
  makeForecast,
  openBaseline,
  openForecast,
  openRun,
  parseShard,
  publishForecast,
  type RunOptions,
  type Shard,
  trainingRanges,
} from "../../forecast/index.ts";
import type { ProbabilityCalibration } from "../../recalibration/index.ts";
import { readRun } from "../../run/index.ts";
import { systemClock } from "../../sources/index.ts";
import { forecastWarnings } from "../forecast-warnings.ts";
import {
  DEFAULT_THREADS,
  durationHours,
  initTimeOption,
  LARGE_SCALE_HELP,
  numberBetween,
  wholeNumber,
} from "../options.ts";
import { progressReporter } from "../progress.ts";

/** Below this many cells a network call is too small to share between threads; members share them instead. */
const CELLS_WORTH_THREADS = 65_536;

interface ForecastFlags {
  readonly run?: string;
  readonly method?: BaselineName;
  readonly earlier?: readonly string[];
  readonly motionSpread?: number;
  readonly archive: string;
  readonly largeScale?: string;
  readonly init: InitTime;
  readonly members: number;
  readonly leads: number;
  readonly out: string;
  readonly seed: number;
  readonly guidance?: number;
  readonly walks?: number;
  readonly steps?: number;
  readonly momentNoise?: number;
  readonly noiseScale?: number;
  readonly noisePersistence?: number;
  readonly clip?: "training";
  readonly shard?: Shard;
  readonly publish: boolean;
  readonly wait: number;
  readonly threads: number;
  readonly raw: boolean;
  readonly json: boolean;
}

export function forecastCommand(): Command {
  const { guidanceScale, walks, samplerSteps } = DEF_DEFAULTS;
  return new Command("forecast")
    .description(
      "make an ensemble from one analysis of an archive: with a trained run, or with a method that needs none",
    )
    .option("--run <folder>", "run made by `updraft train`")
    .addOption(
      new Option("--method <name>", "instead of a run: what every model has to beat")
        .choices([...BASELINES])
        .conflicts("run"),
    )
    .option("--archive <path>", "archive that holds the analysis")
    .option("--large-scale <path>", `${LARGE_SCALE_HELP}; no cycle after the init time is used`)
    .option("--init <time>", "init time, UTC: 2018-07-23T00Z", initTimeOption("--init"))
    .option("--members <m>", "ensemble size", wholeNumber("--members", 1))
    .option("--leads <h>", "how far to forecast: hours, 18 or 0.5, or minutes, 40m", durationHours("--leads"))
    .requiredOption("--out <path>", "forecast store to write, F.zarr")
    .option("--seed <n>", "seed of all randomness", wholeNumber("--seed", 0), 42)
    .option(
      "--guidance <s>",
      `DEF's s: 1 copies the state, the smaller the more spread (default: ${guidanceScale})`,
      numberBetween("--guidance", 0, 2),
    )
    .option(
      "--walks <k>",
      `DEF's K: perturbations before each step of G (default: ${walks})`,
      wholeNumber("--walks", 0),
    )
    .option(
      "--steps <n>",
      `solver steps; in DEF, the fewer the more spread (default: DEF ${samplerSteps}, else the method's)`,
      wholeNumber("--steps", 1),
    )
    .option(
      "--moment-noise <a>",
      "DEF with field normalization: means and deviations of a member's fields drawn about their course, 1 as far as it is not known (default: 0)",
      numberBetween("--moment-noise", 0, 10),
    )
    .option(
      "--noise-scale <a>",
      "crps: how much noise a pass takes, of what it was trained with (default: 1)",
      numberBetween("--noise-scale", 0, 10),
    )
    .option(
      "--noise-persistence <rho>",
      "rivals of DEF: how much of an hour's noise the next hour keeps (default: 0)",
      numberBetween("--noise-persistence", 0, 1),
    )
    .option("--earlier <paths...>", "time-lagged: forecast stores, or archives of one earlier cycle each")
    .option(
      "--motion-spread <f>",
      "lagrangian: errors of the motion; 1 as Bowler et al. 2006, 0 for one member (default: 1)",
      numberBetween("--motion-spread", 0, 10),
    )
    .addOption(
      new Option(
        "--clip <to>",
        "keep every state within the range of the training hours; default: of nature only",
      ).choices(["training"]),
    )
    .option(
      "--shard <i/n>",
      "make every n-th member only, into the store all shards share; auto or auto/n: this task of a Slurm, AWS Batch or Kubernetes array",
      (text) => parseShard(text, "--shard", process.env),
    )
    .option(
      "--publish",
      "make no member, or this --shard's, and publish what all shards made; exit code 5 if something is missing",
      false,
    )
    .option(
      "--wait <minutes>",
      "with --publish: wait so long for what is missing",
      numberBetween("--wait", 0, 10_080),
      0,
    )
    .option(
      "--threads <n>",
      "threads; the members are the same for any number",
      wholeNumber("--threads", 1),
      DEFAULT_THREADS,
    )
    .option("--raw", "do not use the dial that `updraft calibrate` chose", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nExamples:" +
        "\n  updraft forecast --run runs/first --archive hrrr.zarr --init 2024-05-06T21Z --members 20 --leads 18 --out may6.zarr" +
        "\n  updraft forecast --method lagrangian --archive mrms.zarr --init 2019-06-10T00:40Z --members 20 --leads 30m --out moved.zarr" +
        "\n  sbatch --array=0-9 --wrap 'updraft forecast … --members 20 --leads 48 --shard auto --out may6.zarr'" +
        "\n  updraft forecast --publish --wait 30 --out may6.zarr",
    )
    .action(async (flags: ForecastFlags) => {
      if (flags.publish && flags.shard === undefined) {
        await publish(flags);
        return print(flags, await publishedAt(flags.out));
      }
      const { made, title } = await forecast(requireAll(flags), progressReporter());
      warnOfClipping(made);
      if (flags.publish && !made.published) await publish(flags);
      const { init, members, leads } = flags;
      const { published, missing } = flags.publish ? { published: true, missing: 0 } : made;
      print(flags, { init, members, leads, title, published, missing });
    });
}

interface Outcome {
  readonly init: InitTime;
  readonly members: number;
  readonly leads: number;
  readonly title: string;
  readonly published: boolean;
  readonly missing: number;
}

function print({ out, json }: ForecastFlags, { init, members, leads, title, published, missing }: Outcome): void {
  const result = { forecast: out, initTime: formatTime(init), members, leadHours: leads, method: title };
  const told = json
    ? JSON.stringify({ ...result, published, missing })
    : published
      ? `forecast ${out}: ${members} members to ${formatLead(leads)} from ${formatTime(init)} (${title})`
      : `${out}: this shard is done; ${missing} states are still to come from others`;
  process.stdout.write(`${told}\n`);
}

async function publish({ out, wait }: ForecastFlags): Promise<void> {
  const onMissing = (what: string): void => void process.stderr.write(`waiting: ${what}\n`);
  await publishForecast(out, { waitSeconds: wait * 60, sleep: systemClock.sleep, onMissing });
}

async function publishedAt(out: string): Promise<Outcome> {
  const { initTime, memberCount, leadHours, method } = await openForecast(out);
  const leads = leadHours[leadHours.length - 1];
  return { init: initTime, members: memberCount, leads, title: method, published: true, missing: 0 };
}

/** Who only publishes says where, since what was begun there says what; whoever makes members says all. */
function requireAll(flags: ForecastFlags): ForecastFlags {
  const lacking = (["archive", "init", "members", "leads"] as const).find((name) => flags[name] === undefined);
  if (lacking === undefined) return flags;
  throw new ConfigError({ place: `--${lacking}`, expected: "it, to make members", got: "none" });
}

async function forecast(flags: ForecastFlags, report: ReportProgress): Promise<{ made: MadeForecast; title: string }> {
  const { init, members, leads, out, seed, shard, threads } = flags;
  const archive = await openArchive(flags.archive);
  const largeScale = flags.largeScale === undefined ? undefined : await openLargeScale(flags.largeScale);
  const small = cellCount(archive.grid) < CELLS_WORTH_THREADS;
  let impossible = 0;
  const onImpossible = (count: number): void => {
    impossible += count;
  };
  const method = await openMethod(flags, archive, small ? 1 : threads, onImpossible);
  const note = gridNote(flags.archive, archive.grid, { name: flags.run ?? method.title, grid: method.space.grid });
  const notes = [...(method.notes ?? []), ...(note === undefined ? [] : [note])];
  for (const text of notes) process.stderr.write(`note: ${text}\n`);
  try {
    const calibration = calibrationFor(flags, method);
    const made = await makeForecast(
      method,
      archive,
      {
        initTime: init,
        members,
        lastLeadHours: leads,
        out,
        seed,
        largeScale,
        concurrency: small && flags.run !== undefined ? threads : 1,
        ...(shard && { shard }),
        ...(calibration && { calibration }),
        ...(flags.clip && { ranges: trainingRanges((flags.run ? readRun(flags.run) : archive).statistics) }),
      },
      report,
    );
    const asked = { init, members, leads, trained: flags.run !== undefined };
    for (const warning of forecastWarnings(method, asked)) process.stderr.write(`warning: ${warning}\n`);
    if (impossible > 0) {
      process.stderr.write(
        `warning: ${impossible} of ${made.values} values were impossible and were limited to their hard range\n`,
      );
    }
    return { made, title: method.title };
  } finally {
    await method.close();
  }
}

/** What the store will carry of the run's calibration of probabilities; a calibration of other forecasts is named and left out. */
function calibrationFor(
  { run, members, leads, clip }: ForecastFlags,
  { title, provenance, stepHours }: ForecastMethod,
): ProbabilityCalibration | undefined {
  const held = run === undefined ? undefined : readProbabilities(run);
  if (held === undefined) return undefined;
  const leadHours = leadsUpTo(leads, stepHours);
  const request = { method: title, provenance, members, leadHours, clipped: clip !== undefined };
  const found = carriedProbabilities(held, request);
  if (!("why" in found)) return found;
  process.stderr.write(`without the run's calibration of probabilities: ${found.why}\n`);
  return undefined;
}

/** The dial as far as it was set: the rest is the method's own. */
function dialOf(flags: ForecastFlags): Omit<RunOptions, "seed"> {
  const { guidance, walks, steps, momentNoise, noiseScale, noisePersistence } = flags;
  return {
    ...(guidance !== undefined && { guidanceScale: guidance }),
    ...(walks !== undefined && { walks }),
    ...(steps !== undefined && { samplerSteps: steps }),
    ...(momentNoise !== undefined && { momentNoise }),
    ...(noiseScale !== undefined && { noiseScale }),
    ...(noisePersistence !== undefined && { noisePersistence }),
  };
}

/** The run's own method, or the one that is named. @throws ConfigError when there is neither */
async function openMethod(
  flags: ForecastFlags,
  archive: Archive,
  threads: number,
  onImpossible: (count: number) => void,
): Promise<ForecastMethod> {
  const { seed, init: initTime, leads: lastLeadHours, earlier, motionSpread } = flags;
  if (flags.run !== undefined) {
    const calibrated = flags.raw ? undefined : calibratedDial(flags.run);
    if (calibrated) {
      const unknown = calibrated.isOfThisModel ? "" : "; of which model, its file does not say";
      process.stderr.write(
        `dial as calibrated: ${nameOfDial(calibrated.dial)} (--raw for the method's own)${unknown}\n`,
      );
    }
    return openRun(flags.run, { seed, ...calibrated?.dial, ...dialOf(flags), onImpossible }, threads);
  }
  if (flags.method === undefined) {
    throw new ConfigError({ place: "updraft forecast", expected: "--run or --method", got: "neither" });
  }
  return openBaseline(flags.method, archive, {
    seed,
    initTime,
    lastLeadHours,
    ...(earlier && { earlier }),
    ...(motionSpread !== undefined && { motionSpread }),
  });
}

function warnOfClipping({ clipped, values }: MadeForecast): void {
  if (clipped === 0) return;
  process.stderr.write(
    `warning: ${clipped} of ${values} values lay beyond the training range and were clipped to it\n`,
  );
}

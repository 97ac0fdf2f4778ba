/** `updraft calibrate`: chooses the dial of a run, or calibrates its probabilities, on the validation split. @module */
import { Command, Option } from "commander";
import {
  type Calibration,
  calibrate,
  calibrateProbabilities,
  nameOfDial,
  type RunProbabilities,
} from "../../calibrate/index.ts";
import { ConfigError, formatLead } from "../../core/index.ts";
import { parseThresholds } from "../../products/index.ts";
import { CALIBRATION_METHODS, type CalibrationMethod } from "../../recalibration/index.ts";
import { DEFAULT_THREADS, durationHours, LARGE_SCALE_HELP, wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";

interface CalibrateFlags {
  readonly run: string;
  readonly archive: string;
  readonly largeScale?: string;
  readonly probabilities?: true | CalibrationMethod;
  readonly inits?: number;
  readonly members?: number;
  readonly leads: number;
  readonly thresholds?: readonly string[];
  readonly raw: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly json: boolean;
}

/** A dial is chosen among many settings; probabilities need cases, and members as many as will be shown. */
const USUAL = { dial: { inits: 4, members: 8 }, probabilities: { inits: 20, members: 20 } };

export function calibrateCommand(): Command {
  const { dial, probabilities } = USUAL;
  return new Command("calibrate")
    .description(
      "choose a run's dial (DEF: s, K, solver steps), or calibrate its probabilities, on the validation split",
    )
    .requiredOption("--run <folder>", "run made by `updraft train`; what is found is written into it")
    .requiredOption("--archive <path>", "archive whose validation split is used")
    .option("--large-scale <path>", LARGE_SCALE_HELP)
    .addOption(
      new Option(
        "--probabilities [method]",
        "not the dial: learn what probabilities should have been, by beta calibration (default) or isotonic regression",
      ).choices([...CALIBRATION_METHODS]),
    )
    .option(
      "--inits <n>",
      `init times to forecast from (default: ${dial.inits} for each setting; for probabilities ${probabilities.inits})`,
      wholeNumber("--inits", 1),
    )
    .option(
      "--members <m>",
      `members of each forecast (default: ${dial.members}; for probabilities ${probabilities.members}, the most that forecasts may then have)`,
      wholeNumber("--members", 2),
    )
    .option("--leads <h>", "how far to forecast: 6, 0.5 or 40m", durationHours("--leads"), 6)
    .option(
      "--thresholds <list...>",
      "of probabilities, instead of those that are drawn: refc=20,40 t2m=<=32,90 (degrees F) wind=35 (kt)",
    )
    .option("--raw", "of probabilities: forecast with the method's own dial, though another was chosen", false)
    .option("--seed <n>", "seed of all randomness", wholeNumber("--seed", 0), 42)
    .option("--threads <n>", "threads of the engine", wholeNumber("--threads", 1), DEFAULT_THREADS)
    .option("--json", "print the whole calibration as JSON", false)
    .addHelpText(
      "after",
      "\nExamples:\n  updraft calibrate --run runs/first --archive hrrr.zarr --inits 6 --members 10" +
        "\n  updraft calibrate --run runs/first --archive hrrr.zarr --probabilities --inits 40 --members 20 --leads 18" +
        "\n\nThe dial first: probabilities are those of one dial. A calibration that was stopped goes on where it was.",
    )
    .action(async (flags: CalibrateFlags) => {
      const { json, probabilities: asked } = flags;
      if (asked === undefined) {
        requireNone("--thresholds", flags.thresholds);
        requireNone("--raw", flags.raw || undefined);
        const found = await calibrate({ ...USUAL.dial, ...common(flags) }, progressReporter());
        process.stdout.write(json ? `${JSON.stringify(found)}\n` : dialTable(found));
        return;
      }
      const thresholds = flags.thresholds?.flatMap((text) => parseThresholds(text, "--thresholds"));
      const found = await calibrateProbabilities(
        {
          ...USUAL.probabilities,
          ...common(flags),
          ownDial: flags.raw,
          ...(asked !== true && { method: asked }),
          ...(thresholds && { thresholds }),
        },
        progressReporter(),
      );
      process.stdout.write(json ? `${JSON.stringify(found)}\n` : probabilityTable(found));
    });
}

function requireNone(flag: string, value: unknown): void {
  if (value === undefined) return;
  throw new ConfigError({
    place: flag,
    expected: "it with --probabilities alone",
    got: "a dial to choose",
    remedy: `leave ${flag} out`,
  });
}

/** What both need, as far as it was given. */
function common({ run, archive, largeScale, inits, members, leads, seed, threads }: CalibrateFlags) {
  return {
    run,
    archive,
    ...(largeScale !== undefined && { largeScale }),
    lastLeadHours: leads,
    seed,
    threads,
    ...(inits !== undefined && { inits }),
    ...(members !== undefined && { members }),
  };
}

function dialTable({ choices, dial, why }: Calibration): string {
  const lines = choices.map(({ dial: setting, score, ratio, withinBand }) =>
    [
      nameOfDial(setting).padEnd(24),
      score.toFixed(3).padStart(10),
      ratio.toFixed(2).padStart(8),
      withinBand ? "" : "  outside the band",
    ].join(""),
  );
  return (
    `${"setting".padEnd(24)}${"CRPS/best".padStart(10)}${"ratio".padStart(8)}\n${lines.join("\n")}\n` +
    `chosen ${nameOfDial(dial)}: ${why}\n`
  );
}

/** What rests on what, and what probabilities become: of no member, of half of them, of all. */
function probabilityTable({ calibration, making }: RunProbabilities): string {
  const { fitted, unfitted, memberCount, inits, method } = calibration;
  const columns = ["event", "lead", "cases", "cells", "weight", "0 %", "50 %", "100 %"];
  const lines = fitted.map(({ name, leadHours, casesWithEvent, events, weight, calibrated }) => {
    const become = [0, memberCount >> 1, memberCount].map((i) => `${(100 * calibrated[i]).toFixed(1)} %`);
    return [
      name,
      `+${formatLead(leadHours).replace(" ", "")}`,
      String(casesWithEvent),
      String(events),
      weight.toFixed(2),
      ...become,
    ];
  });
  const aligned = [columns, ...lines].map((cells) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(20) : cell.padStart(10))).join(""),
  );
  const reasons = new Set(unfitted.map(({ leadHours, why }) => `at +${formatLead(leadHours)}: ${why}`));
  const left = [...reasons].map((reason) => {
    const alike = unfitted.filter(({ leadHours, why }) => reason === `at +${formatLead(leadHours)}: ${why}`);
    return `not calibrated ${reason}: ${alike.map(({ name }) => name).join(" ")}`;
  });
  return (
    `${making.method}, ${memberCount} members, ${inits.length} cases of the validation split; ${method}\n\n` +
    `${aligned.join("\n")}\n${left.map((line) => `${line}\n`).join("")}\n` +
    "cases and cells with the event; weight of what they taught, the rest is the share itself; what 0, 50 and 100 % of the members become\n"
  );
}

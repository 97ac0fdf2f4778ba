/**
 * The calibration of a run: every setting of its dial that was tried on the validation split, the one that was chosen, and why. Stored beside
 * the model as `calibration.json`, where `updraft forecast` finds it.
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { openArchive } from "../archive/index.ts";
import { ConfigError, formatTime, jsonAs, type ReportProgress, RequestError } from "../core/index.ts";
import { alone, type Lease } from "../files/index.ts";
import { leadsUpTo, runFingerprint } from "../forecast/index.ts";
import { readRun, readRunFile, requireFit, writeRunFiles } from "../run/index.ts";
import { type Choice, chosen, DEFAULT_BAND, type TriedDial } from "./choose.ts";
import { type Dial, dialRounds, nameOfDial } from "./dial.ts";
import { contentOf } from "./kept-cases.ts";
import { toldLargeScale } from "./told-large-scale.ts";
import { tryDial } from "./try-dial.ts";
import { validationInits } from "./validation-inits.ts";

export interface Calibration {
  readonly format: "updraft-calibration";
  readonly version: 2;
  /** Fingerprint of the run it was tried with (`Models.fingerprint`): a dial is of one model. */
  readonly model: string;
  readonly dial: Dial;
  /** In words, for people. */
  readonly why: string;
  readonly members: number;
  readonly inits: readonly string[];
  readonly band: readonly [number, number];
  /** Chosen first. */
  readonly choices: readonly Choice[];
  readonly tried: readonly TriedDial[];
}

export interface CalibrateOptions {
  readonly run: string;
  readonly archive: string;
  /** Store of the large scale, for a run that is told it. */
  readonly largeScale?: string | undefined;
  /** Init times, spread evenly over the validation split. */
  readonly inits: number;
  readonly members: number;
  readonly lastLeadHours: number;
  readonly seed: number;
  readonly threads: number;
  readonly band?: readonly [number, number];
}

const fileOf = (run: string): string => join(run, "calibration.json");

/**
 * Tries the settings of every round and stores the calibration. Can be killed at any moment and goes on.
 * @throws ConfigError when the run's method has no dial, or for a store of the large scale that is needed and not given or given and not needed;
 *   RequestError when the validation split has not enough whole hours, with the large scale known
 */
export function calibrate(options: CalibrateOptions, report: ReportProgress): Promise<Calibration> {
  readRun(options.run);
  return alone(options.run, (lease) => tryRounds(options, report, lease), { inside: true });
}

async function tryRounds(options: CalibrateOptions, report: ReportProgress, lease: Lease): Promise<Calibration> {
  const { run, members, lastLeadHours, band = DEFAULT_BAND } = options;
  const description = readRun(run);
  const rounds = dialRounds(description);
  if (rounds.length === 0) {
    throw new ConfigError({
      place: run,
      expected: "a method with a dial: def, ddpm, crps, residual",
      got: description.method.name,
    });
  }
  const archive = await openArchive(options.archive);
  requireFit(archive, description);
  const leads = leadsUpTo(lastLeadHours, description.stepHours);
  const { store: largeScale, knows } = await toldLargeScale(options.largeScale, description);
  const inits = validationInits(archive, options.inits, leads, (init) => knows(init, leads));
  const content = await contentOf(archive, largeScale);
  const scratch = join(run, "calibration.partial");
  const tried: TriedDial[] = [];
  for (const [number, round] of rounds.entries()) {
    const dials = round(number === 0 ? {} : chosen(tried, band)[0].dial);
    const progress = {
      label: `calibrate, round ${number + 1} of ${rounds.length}`,
      total: dials.length,
      unit: "settings",
    };
    for (const [at, dial] of dials.entries()) {
      report({ ...progress, done: at, note: nameOfDial(dial) });
      const scores = await tryDial(dial, { ...options, archive, largeScale, content, inits, scratch }, () => {});
      tried.push({ dial, scores });
    }
    report({ ...progress, done: dials.length });
  }
  const choices = chosen(tried, band);
  const calibration: Calibration = {
    format: "updraft-calibration",
    version: 2,
    model: runFingerprint(run),
    dial: choices[0].dial,
    why: reasonOf(choices, band),
    members,
    inits: inits.map(formatTime),
    band,
    choices,
    tried,
  };
  await lease.confirm();
  await writeRunFiles(run, new Map([[fileOf(run), `${JSON.stringify(calibration, undefined, 2)}\n`]]));
  rmSync(scratch, { recursive: true, force: true });
  return calibration;
}

function reasonOf([best, ...rest]: readonly Choice[], [low, high]: readonly [number, number]): string {
  const ratio = best.ratio.toFixed(2);
  return best.withinBand
    ? `least fair CRPS of ${1 + rest.filter(({ withinBand }) => withinBand).length} settings with spread-skill ratio in ${low}..${high}; its ratio is ${ratio}`
    : `no setting has a spread-skill ratio in ${low}..${high}; this one is nearest to 1, with ${ratio}`;
}

/** Within what `updraft forecast` takes. */
const dialSchema = z.object({
  dial: z.strictObject({
    guidanceScale: z.number().min(0).max(2).optional(),
    walks: z.int().min(0).optional(),
    momentNoise: z.number().min(0).max(10).optional(),
    samplerSteps: z.int().min(1).optional(),
    noiseScale: z.number().min(0).max(10).optional(),
    noisePersistence: z.number().min(0).max(1).optional(),
  }),
  format: z.literal("updraft-calibration"),
  version: z.union([z.literal(1), z.literal(2)]),
  // Version 1 did not name it.
  model: z.string().optional(),
});

/** The dial that was chosen for a run. */
export interface CalibratedDial {
  readonly dial: Dial;
  /** False where its file is of before files named the model. */
  readonly isOfThisModel: boolean;
}

/**
 * The chosen setting of a run; `undefined` where it was never calibrated.
 * @throws DecodeError when the file is damaged, RequestError when the dial is another model's: the run was trained, or given weights, since
 */
export function calibratedDial(run: string): CalibratedDial | undefined {
  const place = fileOf(run);
  if (!existsSync(place)) return undefined;
  const complaint = {
    place,
    expected: "a calibration",
    remedy: "run `updraft calibrate` again, or forecast with --raw",
  };
  const { dial, model } = jsonAs(dialSchema, new TextDecoder().decode(readRunFile(run, place).bytes), complaint);
  if (model !== undefined && model !== runFingerprint(run)) {
    throw new RequestError({
      place,
      expected: "a dial that was tried with this run's model",
      got: "one of another model: the run was trained, or given weights, since",
      remedy: "run `updraft calibrate` again, or forecast with --raw",
    });
  }
  return { dial: dial as Dial, isOfThisModel: model !== undefined };
}

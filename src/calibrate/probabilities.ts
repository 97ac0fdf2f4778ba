/**
 * Calibrates the probabilities of a run: forecasts from the validation split, each held to what happened and reduced to tallies, then one fit
 * an event and lead. The dial comes first: another dial is another ensemble, and its probabilities are calibrated anew.
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, type LargeScale, openArchive } from "../archive/index.ts";
import { formatTime, type InitTime, type LeadHours, type ReportProgress } from "../core/index.ts";
import { alone, type Lease } from "../files/index.ts";
import { type ForecastMethod, leadsUpTo, makeForecast, openForecast, openRun } from "../forecast/index.ts";
import { nearnessSlug, type QuantityName, type Threshold, thresholdSlug, WITHIN_40_KM } from "../products/index.ts";
import { type CalibrationMethod, type EventTally, eventTallySchema, fitCalibration } from "../recalibration/index.ts";
import { readRun, requireFit, writeRunFiles } from "../run/index.ts";
import { addTallies } from "../verify/index.ts";
import { calibratedDial } from "./calibration.ts";
import { eventTallies, thresholdsFor } from "./event-tallies.ts";
import { contentOf, keptCase } from "./kept-cases.ts";
import { probabilitiesPath, type RunProbabilities } from "./stored-probabilities.ts";
import { toldLargeScale } from "./told-large-scale.ts";
import { validationInits } from "./validation-inits.ts";

export interface CalibrateProbabilitiesOptions {
  readonly run: string;
  readonly archive: string;
  /** Store of the large scale, for a run that is told it. */
  readonly largeScale?: string | undefined;
  readonly inits: number;
  readonly members: number;
  readonly lastLeadHours: number;
  readonly seed: number;
  readonly threads: number;
  readonly method?: CalibrationMethod;
  /** Instead of the usual ones. */
  readonly thresholds?: readonly Threshold[];
  /** Forecast with the method's own dial though another was chosen. */
  readonly ownDial?: boolean;
}

/**
 * Forecasts from the validation split, tallies every event, fits and stores. One forecast lies on disk at a time, and its tallies stay, so
 * that it can be killed at any moment and goes on.
 * @throws RequestError when the validation split has not enough whole hours, with the large scale known, or no event has enough cases; ConfigError
 *   for a store of the large scale that is needed and not given, or given and not needed
 */
export function calibrateProbabilities(
  options: CalibrateProbabilitiesOptions,
  report: ReportProgress,
): Promise<RunProbabilities> {
  readRun(options.run);
  return alone(options.run, (lease) => fitFromForecasts(options, report, lease), { inside: true });
}

async function fitFromForecasts(
  options: CalibrateProbabilitiesOptions,
  report: ReportProgress,
  lease: Lease,
): Promise<RunProbabilities> {
  const { run, members, seed } = options;
  const description = readRun(run);
  const archive = await openArchive(options.archive);
  requireFit(archive, description);
  const leads = leadsUpTo(options.lastLeadHours, description.stepHours);
  const { store: largeScale, knows } = await toldLargeScale(options.largeScale, description);
  const inits = validationInits(archive, options.inits, leads, (init) => knows(init, leads));
  const thresholds = thresholdsFor(description.channels, options.thresholds);
  const content = await contentOf(archive, largeScale);
  const scratch = join(run, "probability-calibration.partial");
  const method = await openRun(run, { seed, ...(options.ownDial ? {} : calibratedDial(run)?.dial) }, options.threads);
  const making = { method: method.title, provenance: method.provenance };
  let tallies: readonly EventTally[] | undefined;
  try {
    for (const [at, init] of inits.entries()) {
      report({ label: "calibrate probabilities", done: at, total: inits.length, unit: "cases" });
      const own = await talliesOf(method, archive, init, {
        ...options,
        largeScale,
        content,
        leads,
        thresholds,
        scratch,
      });
      tallies = tallies === undefined ? own : added(tallies, own);
    }
  } finally {
    await method.close();
  }
  if (tallies === undefined) throw new RangeError("need at least one init time");
  report({ label: "calibrate probabilities", done: inits.length, total: inits.length, unit: "cases" });
  const blocks = archive.splits.filter(({ split }) => split === "validation");
  const basis = {
    split: "validation" as const,
    blocks: blocks.map(({ first, last }) => ({ first: formatTime(first), last: formatTime(last) })),
    inits: inits.map(formatTime),
  };
  const calibration = fitCalibration(tallies, basis, { method: options.method ?? "beta", memberCount: members });
  const { source, synthetic } = archive;
  const found: RunProbabilities = {
    format: "updraft-probability-calibration",
    version: 1,
    making,
    seed,
    source,
    synthetic,
    calibration,
    tallies,
  };
  await lease.confirm();
  await writeRunFiles(run, new Map([[probabilitiesPath(run), `${JSON.stringify(found, undefined, 1)}\n`]]));
  rmSync(scratch, { recursive: true, force: true });
  return found;
}

interface CasePlan {
  readonly largeScale: LargeScale | undefined;
  readonly content: readonly unknown[];
  readonly members: number;
  readonly lastLeadHours: number;
  readonly seed: number;
  readonly leads: readonly LeadHours[];
  readonly thresholds: ReadonlyMap<QuantityName, readonly Threshold[]>;
  readonly scratch: string;
}

/** The tallies of one init time: those that lie there, or those of a forecast made now and removed. */
async function talliesOf(
  method: ForecastMethod,
  archive: Archive,
  initTime: InitTime,
  { largeScale, content, members, lastLeadHours, seed, leads, thresholds, scratch }: CasePlan,
): Promise<EventTally[]> {
  const { title, provenance } = method;
  const events = [nearnessSlug(WITHIN_40_KM), ...[...thresholds.values()].flat().map(thresholdSlug)];
  const key = [title, provenance, content, initTime, members, leads, seed, events];
  return keptCase({ scratch, name: "", key, schema: z.array(eventTallySchema) }, async (out) => {
    if (!existsSync(out)) {
      await makeForecast(method, archive, { initTime, members, lastLeadHours, out, seed, largeScale }, () => {});
    }
    return eventTallies(await openForecast(out), archive, thresholds);
  });
}

function added(sum: readonly EventTally[], more: readonly EventTally[]): EventTally[] {
  return sum.map(({ tally, ...event }, at) => ({ ...event, tally: addTallies(tally, more[at].tally) }));
}

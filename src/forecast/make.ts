/**
 * One forecast from beginning to end: a method and an analysis become a store of members. Everything that can be wrong with the request
 * is found before anything is spent.
 * @module
 */
import { type Archive, hoursDigest, type LargeScale } from "../archive/index.ts";
import {
  ConfigError,
  cellCount,
  formatLead,
  type InitTime,
  type LeadHours,
  leadAfter,
  leadSeconds,
  type ReportProgress,
  type ValidTime,
} from "../core/index.ts";
import { erringMotion, motionErrors } from "../motion/index.ts";
import type { ProbabilityCalibration } from "../recalibration/index.ts";
import { fillGaps, readChannels, readPresent, requireFit, stormMotion } from "../run/index.ts";
import { forecastEnsemble } from "./ensemble.ts";
import { alongMotion, type BatchForecaster } from "./forecaster.ts";
import { clipped, type Ranges } from "./guards.ts";
import type { ForecastMethod } from "./method.ts";
import { membersOf, type Shard } from "./shard.ts";
import { knownLargeScale, underLargeScale } from "./told-large-scale.ts";
import { createForecast, type ForecastWriter } from "./write.ts";

export interface ForecastRequest {
  readonly initTime: InitTime;
  readonly members: number;
  /** The last lead; steps beyond it are not made. */
  readonly lastLeadHours: LeadHours;
  /** Where the store goes. */
  readonly out: string;
  readonly seed: number;
  /** For a method that must be told the large scale. */
  readonly largeScale?: LargeScale | undefined;
  /** Keep every state within these. */
  readonly ranges?: Ranges;
  /** Make the members of this shard only; the last shard to end publishes the store. */
  readonly shard?: Shard;
  /** Batches made at the same time. Default 1. */
  readonly concurrency?: number;
  /** What the probabilities of these members should be; the store carries it. */
  readonly calibration?: ProbabilityCalibration;
}

export interface MadeForecast {
  /** False while other shards have parts to make. */
  readonly published: boolean;
  /** States that other shards have still to make. */
  readonly missing: number;
  /** Values brought back to their range, of how many made here. */
  readonly clipped: number;
  readonly values: number;
}

/**
 * @throws RequestError when the archive does not fit the method or has not the analysis, or the large scale of a lead is not known at the init
 * time; ConfigError for too many members, too few leads, or a store of the large scale that is not asked for or not given;
 * NumericError when a member stops being finite
 */
export async function makeForecast(
  method: ForecastMethod,
  archive: Archive,
  request: ForecastRequest,
  report: ReportProgress,
): Promise<MadeForecast> {
  const { initTime, members, out, seed, shard, ranges, calibration, concurrency = 1 } = request;
  const { space, stepHours, anchorSteps = 1, keepsMissing = false, batch } = method;
  requireFit(archive, space);
  requireMembers(method, members);
  const leadHours = leadsUpTo(request.lastLeadHours, stepHours);
  const known = knownLargeScale(method, request.largeScale, initTime, leadHours);
  const own = shard === undefined ? membersOf({ index: 1, count: 1 }, members) : membersOf(shard, members);
  // The analysis at the init time is the forecast's lead 0.
  const read = keepsMissing ? readPresent : readChannels;
  const initial = await read(archive, space.channels, initTime as number as ValidTime);
  const startLeadHours = archive.leadHours(initTime as number as ValidTime);
  // The store keeps what is missing missing; a network is started from numbers alone.
  const start = keepsMissing ? { state: initial, gaps: [] } : fillGaps(initial, space);
  const moving = await movingForecast(method, archive, request);
  const motionHours = method.motionSpread === undefined ? undefined : await motionDigest(archive, initTime, stepHours);
  const writer = await createForecast(
    out,
    {
      space,
      initTime,
      leadHours,
      memberCount: members,
      synthetic: archive.synthetic,
      method: method.title,
      provenance: {
        seed,
        source: archive.source,
        ...(startLeadHours > 0 && { startLeadHours }),
        ...method.provenance,
        ...known?.provenance,
        ...(motionHours !== undefined && { motionHours }),
        ...(start.gaps.length > 0 && { filledCells: start.gaps.length }),
        ...(ranges && { clip: "training range" }),
      },
      ...(method.splits && { splits: method.splits }),
      ...(calibration && { calibration }),
      initial,
    },
    { shared: shard !== undefined },
  );
  let outside = 0;
  const onClip = (count: number): void => {
    outside += count;
  };
  const told = known === undefined ? moving : underLargeScale(moving, known.reader, initTime);
  const forecast = ranges ? clipped(told, ranges, cellCount(space.grid), onClip) : told;
  await forecastEnsemble(forecast, writer, {
    initTime,
    initial: start.state,
    stepHours,
    anchorSteps,
    leadHours,
    members: own,
    batch,
    concurrency,
    keepsMissing,
    report,
  });
  const missing = await publishIfWhole(writer, shard !== undefined);
  const values = own.length * leadHours.length * initial.length;
  return { published: missing === 0, missing, clipped: outside, values };
}

/** What the archive holds of the hours that motion is seen in, besides the analysis: a forecast goes on with the same alone. */
function motionDigest(archive: Archive, initTime: InitTime, stepHours: number): Promise<string | undefined> {
  const before = (steps: number): ValidTime => (initTime - steps * leadSeconds(stepHours)) as ValidTime;
  return hoursDigest(archive, [before(1), before(2)]);
}

/** The method's own, told how storms move where it asks for that. Errors as `stormMotion`. */
async function movingForecast(
  { forecast, motionSpread: spread, space: { grid }, stepHours }: ForecastMethod,
  archive: Archive,
  { initTime, seed }: Pick<ForecastRequest, "initTime" | "seed">,
): Promise<BatchForecaster> {
  if (spread === undefined) return forecast;
  const motion = await stormMotion(archive, initTime as number as ValidTime, stepHours);
  return alongMotion(forecast, ({ member, leadHours }) => {
    const errors = motionErrors({ seed, purpose: "motion error", member, index: initTime });
    return erringMotion(motion, errors, { spread, grid, stepHours, leadHours });
  });
}

/** One process alone finishes, or says what is missing; of several, the last does. */
async function publishIfWhole(writer: ForecastWriter, shared: boolean): Promise<number> {
  const missing = shared ? (await writer.missing()).length : 0;
  if (missing === 0) await writer.finish();
  return missing;
}

/** Leads of every step up to the last that is asked for. @throws ConfigError when that is none, or lies between two steps */
export function leadsUpTo(lastLeadHours: LeadHours, stepHours: number): LeadHours[] {
  const stepSeconds = leadSeconds(stepHours);
  const count = Math.floor(leadSeconds(lastLeadHours) / stepSeconds);
  if (count < 1 || leadSeconds(lastLeadHours) % stepSeconds !== 0) {
    const near = [count, count + 1]
      .filter((steps) => steps > 0)
      .map((steps) => formatLead(leadAfter(steps, stepHours)));
    throw new ConfigError({
      place: "--leads",
      expected: `whole steps of ${formatLead(stepHours)}`,
      got: formatLead(lastLeadHours),
      remedy: `ask for ${near.join(" or ")}`,
    });
  }
  return Array.from({ length: count }, (_, k) => leadAfter(k + 1, stepHours));
}

function requireMembers({ memberLimit, title }: ForecastMethod, members: number): void {
  if (memberLimit === undefined || members <= memberLimit) return;
  throw new ConfigError({
    place: "--members",
    expected: `at most ${memberLimit}, which is all that ${title} has`,
    got: String(members),
  });
}

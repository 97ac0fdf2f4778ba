/**
 * A time-lagged ensemble: the members are the forecasts of earlier cycles for the same valid times, the newest cycle first.
 *
 *   x_m(init + lead) = forecast of cycle m, valid then        init − cycle m is member m's lag
 *
 * A cycle comes as a forecast store, or as an archive built from one cycle's GRIB2 files (`archive build --grib hrrr.20240506/*t18z*`), whose
 * hours say how long after their cycle they are valid. A cycle that began after the init time would know the truth: it is refused.
 * @module
 */
import { type Archive, hoursDigest, openArchive } from "../../archive/index.ts";
import {
  formatHour,
  formatLead,
  type InitTime,
  type LeadHours,
  leadTime,
  RequestError,
  SECONDS_PER_HOUR,
  type State,
  type StateSpace,
  type ValidTime,
  validTime,
} from "../../core/index.ts";
import { contentDigest } from "../../files/index.ts";
import { readChannels, requireFit } from "../../run/index.ts";
import { oneByOne } from "../forecaster.ts";
import type { ForecastMethod } from "../method.ts";
import { isForecast, openForecast, type StoredForecast } from "../read.ts";

/** One member of an earlier cycle. */
interface EarlierForecast {
  readonly path: string;
  readonly cycle: InitTime;
  /** What its store holds, so that a forecast goes on with the same alone. */
  readonly digest: () => Promise<string | undefined>;
  readonly has: (time: ValidTime) => boolean;
  readonly read: (time: ValidTime) => Promise<State>;
}

export interface TimeLaggedOptions {
  readonly initTime: InitTime;
  readonly leadHours: readonly LeadHours[];
  /** Forecast stores, or archives of one cycle each. */
  readonly earlier: readonly string[];
}

/**
 * @throws RequestError for a cycle that began after the init time, one that does not reach the last lead, an archive of several cycles, or
 * another grid
 */
export async function timeLagged(
  { channels, grid, stepHours }: Archive,
  { initTime, leadHours, earlier }: TimeLaggedOptions,
): Promise<ForecastMethod> {
  const space = { channels, grid };
  const members = (await Promise.all(earlier.map((path) => earlierForecasts(path, space, initTime, leadHours)))).flat();
  members.sort((a, b) => b.cycle - a.cycle);
  for (const { path, cycle, has } of members) {
    if (cycle > initTime) {
      throw new RequestError({
        place: path,
        expected: `a cycle not after the init time ${formatHour(initTime)}`,
        got: formatHour(cycle),
        remedy: "it knows what happened after the init time; name an earlier one",
      });
    }
    const absent = leadHours.map((lead) => validTime(initTime, lead)).find((time) => !has(time));
    if (absent === undefined) continue;
    throw new RequestError({
      place: path,
      expected: `a forecast valid at ${formatHour(absent)}`,
      got: "none",
      remedy: "ask for fewer --leads, or fetch more leads of that cycle",
    });
  }
  const cycles = members.map(({ cycle }) => leadTime(cycle, initTime as number as ValidTime));
  return {
    title: `time-lagged ensemble, lags ${lagsText(cycles)}`,
    space,
    stepHours,
    provenance: { lags: cycles.join(" "), earlier: await contentDigest([], await digestsOf(members)) },
    splits: [],
    forecast: oneByOne((_, { member, leadHours: lead }) => members[member].read(validTime(initTime, lead))),
    batch: 1,
    keepsMissing: true,
    memberLimit: members.length,
    close: async () => {},
  };
}

/** Of every store once, in the order of the members. */
async function digestsOf(members: readonly EarlierForecast[]): Promise<unknown[]> {
  const digests: unknown[] = [];
  for (const digest of new Set(members.map(({ digest: own }) => own))) digests.push((await digest()) ?? "in memory");
  return digests;
}

/** "3 h, 6 h, 20 min": each once. */
const lagsText = (lags: readonly LeadHours[]): string => [...new Set(lags)].map(formatLead).join(", ");

async function earlierForecasts(
  path: string,
  space: StateSpace,
  initTime: InitTime,
  leadHours: readonly LeadHours[],
): Promise<EarlierForecast[]> {
  if (await isForecast(path)) return ofStore(path, await openForecast(path), space);
  const archive = await openArchive(path);
  requireFit(archive, space);
  const times = leadHours.map((lead) => validTime(initTime, lead)).filter((time) => archive.times.includes(time));
  const cycles = new Set(times.map((time) => time - Math.round(archive.leadHours(time) * SECONDS_PER_HOUR)));
  if (cycles.size !== 1) {
    throw new RequestError({
      place: path,
      expected: "the forecast of one cycle for these hours",
      got: cycles.size === 0 ? "none" : `hours of ${cycles.size} cycles`,
      remedy: "build one archive from the GRIB2 files of each cycle",
    });
  }
  const [cycle] = cycles;
  return [
    {
      path,
      cycle: cycle as InitTime,
      digest: () => hoursDigest(archive, times),
      has: (time) => archive.times.includes(time) && archive.isWhole(time),
      read: (time) => readChannels(archive, space.channels, time),
    },
  ];
}

/** Every member of a store is one of ours. */
function ofStore(path: string, forecast: StoredForecast, space: StateSpace): EarlierForecast[] {
  requireFit({ ...forecast, path }, space);
  return Array.from({ length: forecast.memberCount }, (_, member) => ({
    path,
    cycle: forecast.initTime,
    digest: forecast.digest,
    has: (time) => forecast.leadHours.includes(leadTime(forecast.initTime, time)),
    read: async (time) => {
      const lead = leadTime(forecast.initTime, time);
      const fields: Float32Array[] = [];
      for (const channel of space.channels) fields.push(await forecast.readMember(member, lead, channel));
      const state = new Float32Array(fields.length * fields[0].length);
      for (const [at, field] of fields.entries()) state.set(field, at * field.length);
      return state;
    },
  }));
}

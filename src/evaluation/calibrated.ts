/**
 * What calibration does to probabilities, on cases it has not seen: the scores of shares of members as they are, and as the forecasts' own
 * calibration says they should be, on the same cells.
 *
 * No field is read for it: a table of shares has a bin for each i of M members, so that other probabilities of the same shares leave another
 * table of the same counts, exactly. Where the cases lie in the split the calibration was fitted on, there is no comparison, only the reason.
 * @module
 */
import { type LeadHours, parseTime, type ValidTime, validTime } from "../core/index.ts";
import {
  eventCalibration,
  type FittedEvent,
  type ProbabilityCalibration,
  plottingPosition,
} from "../recalibration/index.ts";
import {
  addTallies,
  type BrierScores,
  bootstrapIntervals,
  brierScores,
  eventName,
  type Interval,
  logScore,
  type ProbabilityTable,
  type ReliabilityPoint,
  reissued,
  reliabilityPoints,
  type VerifiedEvent,
} from "../verify/index.ts";
import type { ForecastCase } from "./cases.ts";
import type { Evaluation } from "./evaluate.ts";
import type { PooledLeads } from "./numbers.ts";
import { type BoardOptions, type BoardVerdict, verdictOf } from "./scoreboard.ts";

/** Of probabilities as they are issued: the Brier score is the plain one. */
export interface IssuedScores
  extends Pick<
    BrierScores,
    "brier" | "skillAgainstSampleClimatology" | "reliability" | "resolution" | "meanProbability"
  > {
  /** In nats; of raw shares with i of M read as (i + ½)/(M + 1), as i/M would make it infinite. */
  readonly logScore: number;
  /** One for each share of members. */
  readonly points: readonly ReliabilityPoint[];
}

export interface CalibratedRow {
  readonly system: string;
  readonly event: string;
  /** `all`: the leads that have a fit, added up. */
  readonly leadHours: LeadHours | PooledLeads;
  readonly cases: number;
  readonly cells: number;
  readonly baseRate: number;
  readonly days: number;
  readonly eventDays: number;
  /** Cells with fewer or more members than the fit has seen. */
  readonly beyondCells: number;
  readonly raw: IssuedScores;
  readonly calibrated: IssuedScores;
  /** Calibrated − raw: below 0 is better. */
  readonly brierDifference: number;
  readonly interval: Interval;
  readonly verdict: BoardVerdict;
}

export interface CalibrationEffect {
  readonly method: ProbabilityCalibration["method"];
  /** What it was fitted on. */
  readonly fittedCases: number;
  readonly fittedMemberCount: number;
  readonly split: string;
  readonly rows: readonly CalibratedRow[];
  /** Events and leads that were judged and have no fit. */
  readonly unfitted: readonly { readonly event: string; readonly leadHours: LeadHours; readonly why: string }[];
}

/** Why the calibrated probabilities of these forecasts are not judged. */
export interface RefusedEffect {
  readonly refused: string;
}

/**
 * Of the first system, for every event of the protocol that an ensemble's members are asked for.
 * @param carried what each of its forecasts carries, `undefined` for none
 * @returns `undefined` where none carries any
 */
export function calibrationEffect(
  evaluation: Evaluation,
  carried: readonly (ProbabilityCalibration | undefined)[],
  options: BoardOptions = {},
): CalibrationEffect | RefusedEffect | undefined {
  const calibration = carried.find((one) => one !== undefined);
  if (calibration === undefined) return undefined;
  const refused = refusalOf(evaluation, carried, calibration);
  if (refused !== undefined) return { refused };
  const rows: CalibratedRow[] = [];
  const unfitted: { event: string; leadHours: LeadHours; why: string }[] = [];
  const { variables, protocol, leads } = evaluation;
  for (const variable of variables) {
    const { radiusKm, variables: scattered } = protocol.nearby;
    const thresholds = protocol.thresholds[variable] ?? [];
    const events: VerifiedEvent[] = [
      ...thresholds.map((threshold) => ({ kind: "cell" as const, variable, threshold })),
      ...(scattered.includes(variable)
        ? thresholds.map((threshold) => ({ kind: "nearby" as const, variable, threshold, radiusKm }))
        : []),
    ];
    for (const judged of events) {
      const event = eventName(judged);
      const fits: Fit[] = [];
      for (const leadHours of leads) {
        const asked = {
          quantity: variable,
          direction: "atLeast",
          threshold: judged.threshold,
          ...(judged.kind === "nearby" && { withinKm: judged.radiusKm }),
        } as const;
        const fit = eventCalibration(calibration, asked, leadHours);
        if ("why" in fit) unfitted.push({ event, leadHours, why: fit.why });
        else fits.push({ leadHours, fit });
      }
      if (fits.length > 1) rows.push(...rowsOf(evaluation, event, "all", fits, options));
      for (const one of fits) rows.push(...rowsOf(evaluation, event, one.leadHours, [one], options));
    }
  }
  const { method, inits, fittedMemberCount, split } = calibration;
  return { method, fittedCases: inits.length, fittedMemberCount, split, rows, unfitted };
}

interface Fit {
  readonly leadHours: LeadHours;
  readonly fit: FittedEvent;
}

function refusalOf(
  { cases }: Evaluation,
  carried: readonly (ProbabilityCalibration | undefined)[],
  calibration: ProbabilityCalibration,
): string | undefined {
  const without = carried.filter((one) => one === undefined).length;
  if (without > 0) return `${without} of ${carried.length} forecasts carry no calibration`;
  const written = JSON.stringify(calibration);
  if (carried.some((one) => JSON.stringify(one) !== written)) return "the forecasts carry different calibrations";
  const seen = cases.filter((one) => isSeen(one, calibration)).length;
  if (seen === 0) return undefined;
  const blocks = calibration.blocks.map(({ first, last }) => `${first} to ${last}`).join(", ");
  return (
    `${seen} of ${cases.length} cases lie in the ${calibration.split} split that the calibration was fitted on (${blocks}): ` +
    "on what it has seen it can only look good; verify forecasts of the test split alone"
  );
}

/** Whether a forecast begins or ends in a block the fit knows. */
function isSeen({ initTime, leadHours }: ForecastCase, { blocks }: ProbabilityCalibration): boolean {
  const times = [initTime as number as ValidTime, validTime(initTime, leadHours)];
  return blocks.some(({ first, last }) =>
    times.some((time) => time >= parseTime(first, "calibration") && time <= parseTime(last, "calibration")),
  );
}

/** Both sides of a day, under one roof, so that a draw of days is the same for both. */
type DayPair = {
  readonly cells: number;
  readonly events: number;
  readonly rawSquares: number;
  readonly rawLog: number;
  readonly calibratedSquares: number;
  readonly calibratedLog: number;
};

/** One row, or none where the event was judged at none of the leads. */
function rowsOf(
  { systems: [{ name }], byDay, casesAt }: Evaluation,
  event: string,
  leadHours: CalibratedRow["leadHours"],
  fits: readonly Fit[],
  { draws = 1000, blockDays = 1 }: BoardOptions,
): CalibratedRow[] {
  const days = new Map<number, DayPair>();
  let tables: readonly [raw: ProbabilityTable, calibrated: ProbabilityTable] | undefined;
  let beyondCells = 0;
  for (const { leadHours: lead, fit } of fits) {
    for (const { day, tallies } of byDay(name, lead)) {
      const raw = tallies.events[event] as ProbabilityTable | undefined;
      if (raw === undefined) continue;
      const calibrated = reissued(raw, fit.calibrated);
      const pair = pairOf(raw, calibrated);
      const held = days.get(day);
      days.set(day, held === undefined ? pair : addTallies(held, pair));
      tables =
        tables === undefined ? [raw, calibrated] : [addTallies(tables[0], raw), addTallies(tables[1], calibrated)];
      const [least, most] = fit.seen;
      for (const [i, n] of raw.count.entries()) if (i < least || i > most) beyondCells += n;
    }
  }
  if (tables === undefined) return [];
  const pairs = [...days].sort(([a], [b]) => a - b).map(([, pair]) => pair);
  const sum = pairs.reduce((a, b) => addTallies(a, b));
  const difference = (tally: DayPair): number => (tally.calibratedSquares - tally.rawSquares) / tally.cells;
  const key = { seed: 0, purpose: `calibration ${event} ${leadHours}` };
  const [interval] = bootstrapIntervals(pairs, (tally) => [difference(tally)], { key, draws, blockDays });
  const eventDays = pairs.filter(({ events }) => events > 0).length;
  return [
    {
      system: name,
      event,
      leadHours,
      cases: fits.reduce((count, fit) => count + casesAt(fit.leadHours), 0),
      cells: sum.cells,
      baseRate: sum.events / sum.cells,
      days: pairs.length,
      eventDays,
      beyondCells,
      raw: issuedScores(tables[0], sum.rawLog / sum.cells),
      calibrated: issuedScores(tables[1], sum.calibratedLog / sum.cells),
      brierDifference: difference(sum),
      interval,
      verdict: verdictOf(interval, { days: pairs.length, eventDays, score: sum.rawSquares / sum.cells }),
    },
  ];
}

function pairOf(raw: ProbabilityTable, calibrated: ProbabilityTable): DayPair {
  const members = raw.count.length - 1;
  const uncertain = reissued(
    raw,
    raw.count.map((_, i) => plottingPosition(i, members)),
  );
  const { cells, baseRate, brier } = brierScores(raw);
  const sumOf = (mean: number): number => (cells === 0 ? 0 : cells * mean);
  return {
    cells,
    events: sumOf(baseRate),
    rawSquares: sumOf(brier),
    rawLog: sumOf(logScore(uncertain)),
    calibratedSquares: sumOf(brierScores(calibrated).brier),
    calibratedLog: sumOf(logScore(calibrated)),
  };
}

function issuedScores(table: ProbabilityTable, log: number): IssuedScores {
  const { brier, skillAgainstSampleClimatology, reliability, resolution, meanProbability } = brierScores(table);
  const points = reliabilityPoints(table);
  return { brier, skillAgainstSampleClimatology, reliability, resolution, meanProbability, logScore: log, points };
}

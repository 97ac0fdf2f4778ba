/**
 * One variable of one case, for all systems at once: they are judged on the same cells, those where the truth and every member of every
 * ensemble have a number.
 * @module
 */
import type { Field, Grid, InitTime, LeadHours, RandomKey, VariableName } from "../core/index.ts";
import { disc, gaussianSmooth, maximumWithin } from "../neighborhood/index.ts";
import {
  type CellEvent,
  completeCells,
  type EventProbability,
  ensembleTally,
  eventName,
  fractionsOf,
  fractionsTally,
  matchObjects,
  type NearbyEvent,
  type ObjectTally,
  powerSpectrum,
  probabilityTable,
  quarterOctaves,
  SMOOTH_BINS,
  stormObjects,
  sumTallies,
  tabulate,
  type VerifiedEvent,
} from "../verify/index.ts";
import type { CaseTallies, SpectrumTally } from "./case-tallies.ts";
import { ACTIVE_FROM, cellKmOf, type Protocol, requireCellKm, windowCells } from "./protocol.ts";
import { spaceVectors } from "./vector-samples.ts";

/** What a system says of one variable at one time. */
export interface SystemFields {
  readonly name: string;
  /** Of an ensemble; empty for a system of probabilities. */
  readonly members: readonly Field[];
  /** The probability it issues of an event by itself, if it issues any. */
  readonly issued?: <E extends VerifiedEvent>(event: E) => Promise<EventProbability<E> | undefined>;
}

export interface VariableCase {
  readonly variable: VariableName;
  readonly initTime: InitTime;
  readonly leadHours: LeadHours;
  readonly grid: Grid;
  readonly observed: Field;
  /** 1 where a storm was reported nearby in the hour before, 0 elsewhere; absent when nobody asks. */
  readonly reported?: Field;
  readonly systems: readonly SystemFields[];
}

/** Everything but what spans variables. */
export type VariableTallies = CaseTallies;

/** Tallies by system, in order. */
export async function judgeVariable(one: VariableCase, protocol: Protocol): Promise<VariableTallies[]> {
  const { observed, systems, grid, variable } = one;
  const complete = completeCells([observed, ...systems.flatMap(({ members }) => members)]);
  const shape = { ny: grid.ny, nx: grid.nx };
  const cellKm = cellKmOf(grid);
  const found = systems.map(() => ({
    values: {} as Record<string, VariableTallies["values"][string]>,
    events: {} as Record<string, VariableTallies["events"][string]>,
    fractions: {} as Record<string, VariableTallies["fractions"][string]>,
    spectra: {} as Record<string, VariableTallies["spectra"][string]>,
    objects: {} as Record<string, VariableTallies["objects"][string]>,
    vectors: {} as Record<string, VariableTallies["vectors"][string]>,
    reports: {} as Record<string, VariableTallies["reports"][string]>,
  }));
  const thresholds = protocol.thresholds[variable] ?? [];
  const whole = complete.every((flag) => flag === 1);
  const truthSpectrum = whole && cellKm !== undefined ? spectrumBands(observed, shape, cellKm) : undefined;
  for (const [at, { members }] of systems.entries()) {
    if (members.length === 0) continue;
    found[at].values[variable] = ensembleTally({
      members,
      truth: observed,
      complete,
      tieKey: tieKeyOf(one),
      tails: thresholds,
      ...(ACTIVE_FROM[variable] !== undefined && { activeFrom: ACTIVE_FROM[variable] }),
    });
    found[at].vectors[variable] = spaceVectors(variable, members, observed, grid);
    if (truthSpectrum !== undefined && cellKm !== undefined) {
      found[at].spectra[variable] = spectrumOf(members, truthSpectrum, shape, cellKm);
    }
    if (variable === protocol.objects.variable) {
      found[at].objects[`${variable}>=${protocol.objects.threshold}`] = objectsOf(members, observed, one, protocol);
    }
  }

  /** Judges every system's probability of one event, on the cells that all of them and the outcome have: as a table, and in windows. */
  const judgeEvent = async (
    event: VerifiedEvent,
    happened: Field,
    shares: (members: readonly Field[]) => Field,
  ): Promise<void> => {
    const forecasts = await Promise.all(
      systems.map(async ({ members, issued }) =>
        members.length > 0
          ? { event, probability: shares(members), memberCount: members.length }
          : await issued?.(event),
      ),
    );
    const probabilities = forecasts.flatMap((forecast) => (forecast === undefined ? [] : [forecast.probability]));
    const cells = both(complete, completeCells([happened, ...probabilities]));
    const mask = cells.every((flag) => flag === 1) ? undefined : fractionsOf(cells, shape);
    const truthShares = fractionsOf(happened, shape, cells);
    for (const [at, forecast] of forecasts.entries()) {
      if (forecast === undefined) continue;
      found[at].events[eventName(event)] = probabilityTable(forecast, { event, happened }, cells);
      if (event.kind === "nearby" && event.threshold === protocol.reports.threshold && one.reported !== undefined) {
        found[at].reports[`report@${event.radiusKm}km`] = tabulate(
          forecast.probability,
          one.reported,
          forecast.memberCount ?? SMOOTH_BINS,
          cells,
        );
      }
      if (cellKm === undefined) continue;
      if (event.kind === "cell" && protocol.gaussianKm !== undefined) {
        found[at].fractions[`${eventName(event)} gaussian ${protocol.gaussianKm}km`] = smoothed(
          forecast.probability,
          happened,
          grid,
          protocol.gaussianKm,
        );
      }
      const forecastShares = fractionsOf(forecast.probability, shape, cells);
      for (const widthKm of protocol.windowsKm) {
        const size = windowCells(widthKm, cellKm);
        if (size > Math.min(shape.ny, shape.nx)) continue;
        const window = { ny: size, nx: size };
        found[at].fractions[`${eventName(event)} square ${widthKm}km`] = fractionsTally(
          forecastShares,
          truthShares,
          window,
          mask,
        );
      }
    }
  };
  for (const threshold of thresholds) {
    const event: CellEvent = { kind: "cell", variable, threshold };
    await judgeEvent(event, exceeds(observed, threshold), (members) => shareOf(members, threshold));
  }
  if (protocol.nearby.variables.includes(variable)) {
    const { radiusKm } = protocol.nearby;
    const around = disc(grid, radiusKm);
    const widest = (field: Field): Field => maximumWithin(field, shape, around);
    const nearbyObserved = widest(observed);
    // Each member's maximum once, for all thresholds and whoever asks again.
    const held = new Map<readonly Field[], readonly Field[]>();
    const widened = (members: readonly Field[]): readonly Field[] => {
      const known = held.get(members) ?? members.map(widest);
      held.set(members, known);
      return known;
    };
    for (const threshold of thresholds) {
      const event: NearbyEvent = { kind: "nearby", variable, threshold, radiusKm };
      await judgeEvent(event, exceeds(nearbyObserved, threshold), (members) => shareOf(widened(members), threshold));
    }
  }
  return found;
}

/** Shares under a Gaussian instead of a square: both sides smoothed alike, then compared cell by cell. Gaps stay gaps. */
function smoothed(
  probability: Field,
  happened: Field,
  grid: Grid,
  sigmaKm: number,
): VariableTallies["fractions"][string] {
  const shape = { ny: grid.ny, nx: grid.nx };
  const [forecast, truth] = [probability, happened].map((field) => gaussianSmooth(field, grid, { sigmaKm }));
  const cells = completeCells([forecast, truth]);
  const [f, o, mask] = [forecast, truth, cells].map((field) => fractionsOf(field, shape, cells));
  return fractionsTally(f, o, { ny: 1, nx: 1 }, mask);
}

/** 1 at or above the threshold, 0 below, NaN where missing. */
export function exceeds(field: Field, threshold: number): Field {
  return field.map((value) => (Number.isNaN(value) ? Number.NaN : Number(value >= threshold)));
}

/** Share of members at or above the threshold; NaN where one is missing. */
export function shareOf(members: readonly Field[], threshold: number): Field {
  const share = new Float32Array(members[0].length);
  for (let cell = 0; cell < share.length; cell++) {
    let yes = 0;
    for (const member of members) {
      const value = member[cell];
      if (value >= threshold) yes++;
      else if (Number.isNaN(value)) yes = Number.NaN;
    }
    share[cell] = yes / members.length;
  }
  return share;
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((flag, cell) => flag & b[cell]);
}

function spectrumOf(
  members: readonly Field[],
  truth: readonly number[],
  shape: { readonly ny: number; readonly nx: number },
  cellKm: number,
): SpectrumTally {
  const mean = members[0].map((_, cell) => {
    let sum = 0;
    for (const member of members) sum += member[cell];
    return sum / members.length;
  });
  const member = spectrumBands(members[0], shape, cellKm);
  return {
    cases: 1,
    truth,
    member,
    mean: members.length === 1 ? member : spectrumBands(mean, shape, cellKm),
  };
}

function spectrumBands(
  field: Field,
  shape: { readonly ny: number; readonly nx: number },
  cellKm: number,
): readonly number[] {
  return quarterOctaves(powerSpectrum(field, shape, cellKm)).variance;
}

/** Objects of every member against the observed ones, added over members. */
function objectsOf(
  members: readonly Field[],
  observed: Field,
  { grid }: VariableCase,
  { objects }: Protocol,
): ObjectTally {
  const cellKm = requireCellKm(grid, "verify");
  const options = {
    ny: grid.ny,
    nx: grid.nx,
    threshold: objects.threshold,
    leastCells: Math.max(1, Math.round(objects.leastKm2 / cellKm ** 2)),
  };
  const seen = stormObjects(observed, options);
  const tallies = members.map((member) => matchObjects(stormObjects(member, options), seen, objects.withinKm / cellKm));
  return sumTallies(tallies) as ObjectTally;
}

/** Keyed by what is scored, not by the order of the files. Minutes are counts, so seconds, where there are any, belong to the purpose. */
function tieKeyOf({ variable, initTime, leadHours }: VariableCase): RandomKey {
  const seconds = initTime % 60;
  const purpose = seconds === 0 ? `rank-ties ${variable}` : `rank-ties ${variable} at ${seconds} s`;
  return { seed: 0, purpose, lead: Math.round(leadHours * 60), index: (initTime - seconds) / 60 };
}

/**
 * Whether a rollout drifts: of every variable at every lead, how far members' fields have left the truth's own statistics.
 *
 *   meanShift       bias / σ,                        σ² = Σ truth's variance over wavelengths, the field's about its mean
 *   varianceRatio   Σ member's variance / Σ truth's
 *   worstRatio      the quarter octave in which member / truth is farthest from 1, as a factor; from four cells to a quarter of the longest
 *                   wavelength, for of longer ones a field has too few
 *
 * A rule in words (docs/guide/05-reading-the-report.md): from the first lead to the last the mean shifts by at most a quarter of σ, and at the
 * last a member has 0.7 to 1.4 times the truth's variance, and half to twice of it at each wavelength.
 * @module
 */
import { formatLead, type VariableName } from "../core/index.ts";
import type { Numbers, SpectrumRow } from "../evaluation/index.ts";

export interface DriftRow {
  readonly system: string;
  readonly variable: VariableName;
  readonly leadHours: number;
  readonly cases: number;
  readonly meanShift: number;
  readonly varianceRatio: number;
  readonly worstRatio: number;
  readonly worstWavelengthKm: number;
}

const LARGEST_SHIFT = 0.25;
const VARIANCE_RATIOS = [0.7, 1.4] as const;
const WAVELENGTH_RATIOS = [0.5, 2] as const;

/** A row for each variable, lead and system that has a spectrum (a truth without gaps). */
export function driftOf({ values, spectra }: Pick<Numbers, "values" | "spectra">): DriftRow[] {
  return spectra.flatMap((row): DriftRow[] => {
    const { system, variable, leadHours, cases } = row;
    const value = values.find(
      (one) => one.system === system && one.variable === variable && one.leadHours === leadHours,
    );
    if (value === undefined || leadHours === "all") return [];
    const [of, against] = [row.member, row.truth].map((bands) => bands.reduce((sum, band) => sum + band, 0));
    return [
      {
        system,
        variable,
        leadHours,
        cases,
        meanShift: value.bias / Math.sqrt(against),
        varianceRatio: of / against,
        ...worstBand(row),
      },
    ];
  });
}

function worstBand({ wavelengthKm, truth, member }: SpectrumRow): Pick<DriftRow, "worstRatio" | "worstWavelengthKm"> {
  const [longest, shortest] = [wavelengthKm[0], wavelengthKm[wavelengthKm.length - 1]];
  let worst = { worstRatio: Number.NaN, worstWavelengthKm: Number.NaN };
  for (const [band, length] of wavelengthKm.entries()) {
    const ratio = member[band] / truth[band];
    if (length < 2 * shortest || length > longest / 4 || !Number.isFinite(ratio)) continue;
    const farther = Math.abs(Math.log(ratio)) > Math.abs(Math.log(worst.worstRatio));
    if (farther || Number.isNaN(worst.worstRatio)) worst = { worstRatio: ratio, worstWavelengthKm: length };
  }
  return worst;
}

/** What the rule says of one variable from its first to its last lead; absent for a single lead, or a truth that never varies. */
export function driftWords(rows: readonly DriftRow[]): { readonly steady: boolean; readonly text: string } | undefined {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (rows.length < 2) return undefined;
  const moved = last.meanShift - first.meanShift;
  const { varianceRatio, worstRatio, worstWavelengthKm: length } = last;
  if (![moved, varianceRatio, worstRatio].every(Number.isFinite)) return undefined;
  const within = (ratio: number, [low, high]: readonly [number, number]): boolean => ratio >= low && ratio <= high;
  return {
    steady:
      Math.abs(moved) <= LARGEST_SHIFT &&
      within(varianceRatio, VARIANCE_RATIOS) &&
      within(worstRatio, WAVELENGTH_RATIOS),
    text:
      `from +${formatLead(first.leadHours)} to +${formatLead(last.leadHours)} the mean moves by ${moved.toFixed(2).replace("-", "−")} standard deviations of the field; ` +
      `then a member has ${varianceRatio.toFixed(2)} of the truth's variance, and ${worstRatio.toFixed(2)} at ${Math.round(length)} km, where it is worst`,
  };
}

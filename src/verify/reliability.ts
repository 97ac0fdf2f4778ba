/**
 * When we say 30 %, does it happen 30 % of the time? A point a bin: mean issued probability against observed frequency.
 *
 * Even a perfect forecast strays from the diagonal by luck. Consistency bars say how far: draw as many forecasts again from those issued,
 * let each come true with its own probability, and take quantiles of the frequencies so found. Bröcker & Smith (2007) 10.1175/WAF993.1.
 *
 * ⚠ Luck shrinks with the number of INDEPENDENT forecasts, and the cells of one storm are not. `designEffect` says how many cells make
 * one; without it the bars are those of independent cells, far too narrow for a map.
 * @module
 */
import { type RandomKey, uniforms } from "../core/index.ts";
import type { ProbabilityTable } from "./probability-table.ts";

export interface ReliabilityPoint {
  readonly meanProbability: number;
  readonly observedFrequency: number;
  readonly count: number;
}

/** The points of the bins that hold anything, by rising probability. */
export function reliabilityPoints(table: ProbabilityTable): ReliabilityPoint[] {
  return table.count.flatMap((count, bin) =>
    count === 0
      ? []
      : [{ meanProbability: table.probability[bin] / count, observedFrequency: table.events[bin] / count, count }],
  );
}

export interface ConsistencyOptions {
  readonly key: RandomKey;
  /** At least 100. Default 1000. */
  readonly draws?: number;
  /** Share of draws between the bars. Default 0.9: 5 to 95 %. */
  readonly level?: number;
  /** Cells that make one independent forecast, at least 1, one a point. Default 1. */
  readonly designEffect?: readonly number[];
}

export interface ConsistencyBar {
  readonly low: number;
  readonly high: number;
}

/** One bar a point: where its frequency would lie if the forecast were reliable. */
export function consistencyBars(points: readonly ReliabilityPoint[], options: ConsistencyOptions): ConsistencyBar[] {
  const { key, draws = 1000, level = 0.9, designEffect } = options;
  if (!(Number.isInteger(draws) && draws >= 100)) throw new RangeError(`need at least 100 draws, got ${draws}`);
  const counts = points.map(({ count }, at) => Math.max(1, Math.round(count / (designEffect?.[at] ?? 1))));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return points.map(({ meanProbability }, at) => {
    const share = counts[at] / all;
    const random = uniforms({ ...key, index: at }, 4 * draws);
    const frequencies: number[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const [u, v, w, x] = random.subarray(4 * draw, 4 * draw + 4);
      const issued = binomial(all, share, u, v);
      if (issued > 0) frequencies.push(binomial(issued, meanProbability, w, x) / issued);
    }
    frequencies.sort((a, b) => a - b);
    return { low: quantile(frequencies, (1 - level) / 2), high: quantile(frequencies, (1 + level) / 2) };
  });
}

/** Below this variance a binomial is drawn exactly; above, its normal limit is out by less than a bar's width in a thousand. */
const NORMAL_FROM = 100;

/** A draw from the binomial distribution by two uniforms: by inversion, or as a rounded normal where the variance is large. */
function binomial(trials: number, probability: number, u: number, v: number): number {
  if (probability <= 0 || trials === 0) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - binomial(trials, 1 - probability, u, v);
  const variance = trials * probability * (1 - probability);
  if (variance > NORMAL_FROM) {
    const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
    return Math.min(trials, Math.max(0, Math.round(trials * probability + Math.sqrt(variance) * normal)));
  }
  // (1 − p)^n underflows only beyond the variance above.
  let mass = (1 - probability) ** trials;
  let cumulative = mass;
  let successes = 0;
  while (u > cumulative && successes < trials) {
    mass *= ((trials - successes) / (successes + 1)) * (probability / (1 - probability));
    cumulative += mass;
    successes++;
  }
  return successes;
}

/** Linear between order statistics (type 7) of ascending values; NaN of none. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  if (ascending.length === 0) return Number.NaN;
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ascending.length - 1);
  return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
}

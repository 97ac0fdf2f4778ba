/**
 * Storms as things rather than cells. An object is a connected piece of the field at or above a threshold, cells touching by side or
 * corner; small ones are dropped. Forecast and observed objects are matched one to one, nearest centroids first, up to a distance.
 *
 *   matched share of observed = hits of storms; of forecast = storms that were real
 *   displacement = distance of matched centroids;  area ratio = forecast area / observed area of matched pairs
 *
 * Source: Davis, Brown & Bullock (2006) 10.1175/MWR3145.1 (the idea); matching by distance as Skinner et al. (2018)
 * 10.1175/WAF-D-18-0020.1. ⚠ Numbers depend on threshold, smallest area and distance: they go beside every result.
 * @module
 */
import type { Field } from "../core/index.ts";
import type { Rectangle } from "./window-sums.ts";

export interface StormObject {
  readonly cells: number;
  /** Mean column and row of its cells. */
  readonly i: number;
  readonly j: number;
}

export interface ObjectOptions extends Rectangle {
  readonly threshold: number;
  /** Fewer cells are no object. */
  readonly leastCells: number;
}

/** The objects of a field, from the south-west. NaN is below every threshold. */
export function stormObjects(field: Field, { ny, nx, threshold, leastCells }: ObjectOptions): StormObject[] {
  const seen = new Uint8Array(field.length);
  const objects: StormObject[] = [];
  const queue: number[] = [];
  for (let start = 0; start < field.length; start++) {
    if (seen[start] === 1 || !(field[start] >= threshold)) continue;
    seen[start] = 1;
    queue.length = 0;
    queue.push(start);
    let [sumI, sumJ] = [0, 0];
    for (let at = 0; at < queue.length; at++) {
      const [i, j] = [queue[at] % nx, Math.floor(queue[at] / nx)];
      sumI += i;
      sumJ += j;
      for (let row = Math.max(0, j - 1); row <= Math.min(ny - 1, j + 1); row++) {
        for (let column = Math.max(0, i - 1); column <= Math.min(nx - 1, i + 1); column++) {
          const cell = row * nx + column;
          if (seen[cell] === 1 || !(field[cell] >= threshold)) continue;
          seen[cell] = 1;
          queue.push(cell);
        }
      }
    }
    if (queue.length >= leastCells) {
      objects.push({ cells: queue.length, i: sumI / queue.length, j: sumJ / queue.length });
    }
  }
  return objects;
}

/** Sums over cases. Distances in cells; multiply by the cell size. */
export type ObjectTally = {
  readonly forecastObjects: number;
  readonly observedObjects: number;
  readonly matched: number;
  readonly displacement: number;
  readonly forecastCells: number;
  readonly observedCells: number;
  readonly matchedForecastCells: number;
  readonly matchedObservedCells: number;
};

/** Pairs nearest first, each object at most once. @param withinCells largest distance of centroids */
export function matchObjects(
  forecast: readonly StormObject[],
  observed: readonly StormObject[],
  withinCells: number,
): ObjectTally {
  const pairs = forecast
    .flatMap((f, a) => observed.map((o, b) => ({ a, b, distance: Math.hypot(f.i - o.i, f.j - o.j) })))
    .filter(({ distance }) => distance <= withinCells)
    .sort((p, q) => p.distance - q.distance || p.a - q.a || p.b - q.b);
  const [takenForecast, takenObserved] = [new Set<number>(), new Set<number>()];
  let [displacement, matchedForecastCells, matchedObservedCells] = [0, 0, 0];
  for (const { a, b, distance } of pairs) {
    if (takenForecast.has(a) || takenObserved.has(b)) continue;
    takenForecast.add(a);
    takenObserved.add(b);
    displacement += distance;
    matchedForecastCells += forecast[a].cells;
    matchedObservedCells += observed[b].cells;
  }
  return {
    forecastObjects: forecast.length,
    observedObjects: observed.length,
    matched: takenForecast.size,
    displacement,
    forecastCells: areaOf(forecast),
    observedCells: areaOf(observed),
    matchedForecastCells,
    matchedObservedCells,
  };
}

const areaOf = (objects: readonly StormObject[]): number => objects.reduce((sum, { cells }) => sum + cells, 0);

export interface ObjectScores {
  /** Matched of all observed, and of all forecast. */
  readonly observedMatched: number;
  readonly forecastMatched: number;
  /** Mean of matched pairs, in cells. */
  readonly meanDisplacement: number;
  readonly matchedAreaRatio: number;
  readonly areaRatio: number;
  readonly countRatio: number;
}

/** NaN where there is nothing to divide by. */
export function objectScores(tally: ObjectTally): ObjectScores {
  return {
    observedMatched: tally.matched / tally.observedObjects,
    forecastMatched: tally.matched / tally.forecastObjects,
    meanDisplacement: tally.displacement / tally.matched,
    matchedAreaRatio: tally.matchedForecastCells / tally.matchedObservedCells,
    areaRatio: tally.forecastCells / tally.observedCells,
    countRatio: tally.forecastObjects / tally.observedObjects,
  };
}

/**
 * What scores cost on the full HRRR grid with 20 members, one core: `npx tsx bench/scores.ts`. Prints milliseconds and the ratio to the
 * plainest way to the same number.
 */
import { HRRR_GRID, normals } from "../src/core/index.ts";
import {
  ensembleTally,
  fractionsOf,
  fractionsTally,
  memberDifferences,
  powerSpectrum,
  stormObjects,
  tabulate,
} from "../src/verify/index.ts";

const { ny, nx } = HRRR_GRID;
const cells = ny * nx;
const MEMBERS = 20;
const draw = (member: number): Float32Array => normals({ seed: 1, purpose: "bench", member }, cells);
const members = Array.from({ length: MEMBERS }, (_, member) => draw(member));
const truth = draw(MEMBERS);

function best(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    work();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Fair CRPS and nothing else, by the kernel or by sorting each cell's members with the general sort. */
function fairCrps(differences: (errors: Float64Array) => number): number {
  const errors = new Float64Array(MEMBERS);
  let [distance, difference] = [0, 0];
  for (let cell = 0; cell < cells; cell++) {
    for (let i = 0; i < MEMBERS; i++) {
      errors[i] = members[i][cell] - truth[cell];
      distance += Math.abs(errors[i]);
    }
    difference += differences(errors);
  }
  return (distance / MEMBERS - difference / (MEMBERS * (MEMBERS - 1))) / cells;
}

const bySorting = (errors: Float64Array): number => {
  errors.sort();
  let sum = 0;
  for (let i = 0; i < MEMBERS; i++) sum += (2 * i + 1 - MEMBERS) * errors[i];
  return sum;
};

const events = truth.map((value) => Number(value >= 1));
const probability = events.map((_, cell) => {
  let yes = 0;
  for (const member of members) yes += Number(member[cell] >= 1);
  return yes / MEMBERS;
});
const sorting = best(() => fairCrps(bySorting));
const fraction = fractionsOf(probability, { ny, nx });
const happened = fractionsOf(events, { ny, nx });

const rows: [string, number][] = [
  ["fair CRPS, sorting every cell", sorting],
  ["fair CRPS", best(() => fairCrps(memberDifferences))],
  [
    "fair CRPS, ranks, spread, bias, RMSE in one pass",
    best(() => ensembleTally({ members, truth, tieKey: { seed: 0, purpose: "ties" } })),
  ],
  ["probability table", best(() => tabulate(probability, events, MEMBERS))],
  ["summed-area table", best(() => fractionsOf(probability, { ny, nx }))],
  ["FSS, window of 3", best(() => fractionsTally(fraction, happened, { ny: 3, nx: 3 }))],
  ["FSS, window of 29", best(() => fractionsTally(fraction, happened, { ny: 29, nx: 29 }))],
  ["power spectrum", best(() => powerSpectrum(truth, { ny, nx }, 3))],
  ["objects", best(() => stormObjects(truth, { ny, nx, threshold: 1, leastCells: 4 }))],
];
for (const [name, milliseconds] of rows) {
  process.stdout.write(
    `${name.padEnd(50)} ${milliseconds.toFixed(0).padStart(6)} ms   ${(milliseconds / sorting).toFixed(2)}\n`,
  );
}

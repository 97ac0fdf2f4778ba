/**
 * Which calibration of probabilities to trust, by the number of cases it was fitted on.
 *
 *   npx tsx bench/calibration.ts [--draws 40]
 *
 * Cases are made up: 400 cells of a day's weather, 20 members with a part of the true spread, an event of about 6 %; of what cannot be known a case
 * has a share in common, from none (every cell is a sample) to 0.8 (a case is hardly more than one). Numbers are Brier scores on 1500 fresh cases above
 * the best that a monotone map of shares can reach there, in per cent of the raw score, averaged over draws of the cases for the fit; behind the
 * slash, how many of the draws did worse than the raw shares. `unweighted` is what beta learnt, taken at its word.
 */
import { fitShares, isotonicRegression, tooFewToFit } from "../src/recalibration/index.ts";
import { brierScores, reissued } from "../src/verify/index.ts";
import { syntheticTally } from "../test/recalibration/tallies.ts";

const at = process.argv.indexOf("--draws");
const draws = at < 0 ? 40 : Number(process.argv[at + 1]);
const MEMBERS = 20;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const raw = Array.from({ length: MEMBERS + 1 }, (_, i) => i / MEMBERS);

const WAYS: Readonly<
  Record<string, (fit: (method: "beta" | "isotonic") => ReturnType<typeof fitShares>) => readonly number[]>
> = {
  beta: (fit) => fit("beta").calibrated,
  isotonic: (fit) => fit("isotonic").calibrated,
  unweighted: (fit) => {
    const { calibrated, weight } = fit("beta");
    return calibrated.map((p, i) => (p - (1 - weight) * raw[i]) / weight);
  },
};

for (const [shared, spread] of [
  [0, 0.6],
  [0.3, 0.6],
  [0.8, 0.6],
  [0.3, 0.33],
  [0.8, 0.33],
  [0.3, 1],
  [0.8, 1],
]) {
  const world = { spread, shared, members: MEMBERS, cellsPerCase: 400, threshold: 2.5 };
  const fresh = syntheticTally({ ...world, seed: 1, cases: 1500 });
  const empty = { probability: [], probabilitySquare: [], probabilityOfEvents: [], missingCells: 0 };
  const brierOf = (shares: ArrayLike<number>): number => brierScores(reissued({ ...fresh, ...empty }, shares)).brier;
  const rawBrier = brierOf(raw);
  const seen = fresh.count.map((n) => Math.max(n, Number.EPSILON));
  const best = brierOf(
    isotonicRegression(
      fresh.events.map((e, i) => e / seen[i]),
      seen,
    ),
  );
  const above = (score: number): number => (100 * (score - best)) / rawBrier;
  print(
    `\nspread ${spread} of the true one, ${shared} of what cannot be known in common; raw is ${above(rawBrier).toFixed(2)} % above the best`,
  );
  print(
    `cases  refused  ${Object.keys(WAYS)
      .map((name) => name.padStart(12))
      .join("  ")}`,
  );
  for (const cases of [10, 20, 40, 80, 160]) {
    const tallies = Array.from({ length: draws }, (_, draw) =>
      syntheticTally({ ...world, seed: 1000 + 977 * cases + draw, cases }),
    ).filter((tally) => tooFewToFit(tally) === undefined);
    const columns = Object.values(WAYS).map((way) => {
      const scores = tallies.map((tally) => brierOf(way((method) => fitShares(tally, method))));
      const mean = scores.reduce((sum, score) => sum + above(score), 0) / scores.length;
      const worse = scores.filter((score) => score > rawBrier).length;
      return `${mean.toFixed(2)} / ${String(worse).padStart(2)}`.padStart(12);
    });
    print(`${String(cases).padStart(5)}  ${String(draws - tallies.length).padStart(7)}  ${columns.join("  ")}`);
  }
}

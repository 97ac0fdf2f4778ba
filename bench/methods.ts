/**
 * How near every method comes to what can be known, on the sandbox, whose true predictive distribution is known (docs/design/0014).
 *
 *   npx tsx bench/methods.ts ARCHIVE.zarr SEED [--inits 32] [--members 10] [--json out.json] NAME=RUN[,guidance=0.3,walks=2,steps=10,moments=1] …
 *
 * Makes the table of docs/methods.md. SEED is the world's. Init times lie in the test split, 36 hours apart, so that by day and by night both are asked. The perfect
 * forecaster draws from the true distribution given the latent state, so for REFC, whose latent value is hidden at -10 dBZ, it cannot be reached.
 *
 *   ratio      fair CRPS over the perfect forecaster's on the same cases
 *   SSR        spread-skill ratio
 *   flatness   smallest p of the chi-squared test of the rank histogram over variables, at two cells 96 km apart per case
 */
import { writeFileSync } from "node:fs";
import { openArchive } from "../src/archive/index.ts";
import {
  cellCount,
  fieldOf,
  type InitTime,
  SECONDS_PER_HOUR,
  type State,
  uniforms,
  type ValidTime,
  validTime,
} from "../src/core/index.ts";
import { type ForecastMethod, openBaseline, openRun, type RunOptions, rollout } from "../src/forecast/index.ts";
import { sandboxWorld, truePredictive } from "../src/sandbox/index.ts";
import {
  type EnsembleTally,
  ensembleScores,
  ensembleTally,
  rankFlatness,
  rankOf,
  sumTallies,
} from "../src/verify/index.ts";

const LEADS = [1, 3, 6];
const HOURS_BETWEEN_INITS = 36;
const [archivePath, worldSeed, ...rest] = process.argv.slice(2);
const flag = (name: string, otherwise: string): string => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? otherwise : rest.splice(at, 2)[1];
};
const initCount = Number(flag("inits", "32"));
const memberCount = Number(flag("members", "10"));
const json = flag("json", "");

const archive = await openArchive(archivePath);
const { grid, channels } = archive;
const cells = cellCount(grid);
const world = sandboxWorld({ seed: Number(worldSeed), start: archive.times[0], nx: grid.nx, ny: grid.ny });
const test = archive.splits.find(({ split }) => split === "test");
if (test === undefined) throw new Error("the archive has no test split");
const inits: InitTime[] = [];
for (let at = 0; inits.length < initCount; at++) {
  const init = (test.first + at * HOURS_BETWEEN_INITS * SECONDS_PER_HOUR) as InitTime;
  if (validTime(init, 6) > test.last) break;
  inits.push(init);
}
/** A quarter of the grid from its corners. */
const POINTS = [(grid.ny >> 2) * grid.nx + (grid.nx >> 2), ((3 * grid.ny) >> 2) * grid.nx + ((3 * grid.nx) >> 2)];

/** Members at each of the leads. */
type Members = readonly (readonly State[])[];

async function forecastOf(method: ForecastMethod, initTime: InitTime): Promise<Members> {
  const initial = await archive.readState(initTime as number as ValidTime);
  const members = Array.from({ length: memberCount }, (_, member) => member);
  const kept: State[][] = [];
  const steps = rollout(method.forecast, {
    members,
    initTime,
    stepHours: method.stepHours,
    anchorSteps: method.anchorSteps ?? 1,
    from: 0,
    to: 6,
    states: members.map(() => initial),
  });
  for await (const { leadHours, states } of steps) if (LEADS.includes(leadHours)) kept.push([...states]);
  return kept;
}

interface Sums {
  readonly tallies: EnsembleTally[][][];
  readonly ranks: number[][][];
}
const empty = (): Sums => ({
  tallies: LEADS.map(() => channels.map(() => [])),
  ranks: LEADS.map(() => channels.map(() => Array.from({ length: memberCount + 1 }, () => 0))),
});

async function judge({ tallies, ranks }: Sums, init: InitTime, members: Members): Promise<void> {
  for (const [k, lead] of LEADS.entries()) {
    const truth = await archive.readState(validTime(init, lead));
    for (const c of channels.keys()) {
      const own = members[k].map((state) => fieldOf(state, c, cells));
      const right = fieldOf(truth, c, cells);
      const tieKey = { seed: 1, purpose: "ties", index: init, member: c };
      tallies[k][c].push(ensembleTally({ members: own, truth: right, tieKey }));
      for (const [at, cell] of POINTS.entries()) {
        const [tie] = uniforms({ seed: 2, purpose: "rank ties", index: init, member: c, lead: at }, 1);
        ranks[k][c][
          rankOf(
            own.map((field) => field[cell]),
            right[cell],
            tie,
          )
        ]++;
      }
    }
  }
}

const perfect = empty();
for (const init of inits) {
  const members = LEADS.map((lead) => {
    const truth = truePredictive(world, init as number as ValidTime, lead);
    return Array.from({ length: memberCount }, (_, member) => truth.sample(member));
  });
  await judge(perfect, init, members);
}

const results: Record<string, unknown> = {};
const line = (cellsOf: readonly string[]): void => void process.stdout.write(`| ${cellsOf.join(" | ")} |\n`);
line(["method", "lead", ...channels.map((channel) => `${channel} ratio (SSR)`), "flatness p"]);
line(["---", "---", ...channels.map(() => "---"), "---"]);

function tell(name: string, { tallies, ranks }: Sums): void {
  for (const [k, lead] of LEADS.entries()) {
    const scores = tallies[k].map((each) => ensembleScores(sumTallies(each) as EnsembleTally));
    const best = perfect.tallies[k].map((each) => ensembleScores(sumTallies(each) as EnsembleTally));
    const flat = Math.min(...ranks[k].map((counts) => rankFlatness(counts).chiSquared.p));
    const ratio = (c: number): number =>
      (Number.isNaN(scores[c].crps) ? scores[c].crpsEcdf : scores[c].crps) / best[c].crps;
    const entries = channels.map((_, c) => `${ratio(c).toFixed(3)} (${scores[c].spreadSkillRatio.toFixed(2)})`);
    line([name, `${lead} h`, ...entries, flat.toPrecision(2)]);
    results[`${name} ${lead}`] = channels.map((channel, c) => ({
      channel,
      ratio: ratio(c),
      ssr: scores[c].spreadSkillRatio,
      bias: scores[c].bias / scores[c].rmse,
      ranks: ranks[k][c],
    }));
  }
}
tell("perfect", perfect);

for (const baseline of ["persistence", "climatology"] as const) {
  const sums = empty();
  for (const initTime of inits) {
    const method = await openBaseline(baseline, archive, { seed: 1, initTime, lastLeadHours: 6 });
    const made = await forecastOf(method, initTime);
    await judge(sums, initTime, made);
    await method.close();
  }
  tell(baseline, sums);
}

for (const [name, spec] of rest.map((argument) => argument.split(/=(.*)/s))) {
  const [run, ...dials] = spec.split(",");
  const dial = Object.fromEntries(dials.map((text) => text.split("=")).map(([key, value]) => [key, Number(value)]));
  const options: RunOptions = {
    seed: 1,
    ...(dial["guidance"] !== undefined && { guidanceScale: dial["guidance"] }),
    ...(dial["walks"] !== undefined && { walks: dial["walks"] }),
    ...(dial["steps"] !== undefined && { samplerSteps: dial["steps"] }),
    ...(dial["moments"] !== undefined && { momentNoise: dial["moments"] }),
  };
  const method = await openRun(run, options, 1);
  const sums = empty();
  for (const init of inits) await judge(sums, init, await forecastOf(method, init));
  await method.close();
  tell(name, sums);
}
if (json !== "") writeFileSync(json, JSON.stringify(results));

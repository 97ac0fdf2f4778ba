/**
 * What can be known of the sandbox's REFC by a forecaster who sees states only: below -10 dBZ the latent field is hidden, and the closed form of
 * docs/design/0014 is given it. Here it is drawn instead, given all that is visible, and carried on by the world's own law.
 *
 *   npx tsx bench/hidden-echo.ts SEED FIRST_HOUR [--inits 32] [--members 10] [--sweeps 300]
 *
 *   z_H | z_V, z_H < 0      z ~ N(0, C) on the torus, V the cells with echo, H the others: a truncated normal, drawn cell by cell (Gibbs) with
 *                           Q = C⁻¹, one row of which says all; Nyquist modes, which hold no variance, get the least that any other holds
 *
 * SEED is the world's, FIRST_HOUR the first init time in hours from its start (of docs/methods.md: 4800); inits lie 36 hours apart as in
 * bench/methods.ts. A chain begins with nothing known of H, and forgets that for ten times `sweeps` before its first member.
 * Prints fair CRPS over that of the forecaster who knows the latent field, at 1, 3 and 6 h.
 */
import {
  cellCount,
  fieldOf,
  type InitTime,
  uniforms,
  utcSeconds,
  type ValidTime,
  validTime,
} from "../src/core/index.ts";
import { hourOf, type LatentState, nextHour, stateOf } from "../src/sandbox/atmosphere.ts";
import { realField, type Spectrum } from "../src/sandbox/fourier.ts";
import { normalProbability, normalQuantile } from "../src/sandbox/gaussian.ts";
import { sandboxWorld, truePredictive } from "../src/sandbox/index.ts";
import { type EnsembleTally, ensembleScores, ensembleTally, sumTallies } from "../src/verify/index.ts";

const LEADS = [1, 3, 6];
const HOURS_BETWEEN_INITS = 36;
const [seed, firstHour, ...rest] = process.argv.slice(2);
const flag = (name: string, otherwise: number): number => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(rest[at + 1]);
};
const [initCount, memberCount, sweeps] = [flag("inits", 32), flag("members", 10), flag("sweeps", 300)];

const start = utcSeconds(2024, 5, 1) as ValidTime;
const world = sandboxWorld({ seed: Number(seed), start });
const { grid, channels } = world.space;
const { nx, ny } = grid;
const cells = cellCount(grid);
const refc = channels.indexOf("refc");
const precision = precisionRow();

/** Q's row of cell 0: F⁻¹[1 / σ²]. */
function precisionRow(): Float64Array {
  const sigma = world.amplitudes[refc];
  const least = sigma.reduce((low, s) => (s > 0 ? Math.min(low, s) : low), Number.POSITIVE_INFINITY);
  const re = sigma.map((s) => 1 / Math.max(s, least) ** 2);
  return world.fourier.inverse({ re, im: new Float64Array(cells) }).re;
}

/** One sweep over the hidden cells of z; Qz is kept beside it. */
function sweep(z: Float64Array, qz: Float64Array, hidden: readonly number[], draws: ArrayLike<number>): void {
  const own = precision[0];
  const deviation = 1 / Math.sqrt(own);
  for (const [k, cell] of hidden.entries()) {
    const mean = z[cell] - qz[cell] / own;
    // P(below 0) · u, and back: a draw below 0. Beyond eight deviations nothing is left of the probability.
    const below = normalProbability(-mean / deviation);
    const next = below < 1e-14 ? -1e-9 : Math.min(mean + deviation * normalQuantile(below * draws[k]), -1e-9);
    const change = next - z[cell];
    z[cell] = next;
    const [i, j] = [cell % nx, Math.floor(cell / nx)];
    for (let y = 0; y < ny; y++) {
      const row = ((y - j + ny) % ny) * nx;
      for (let x = 0; x < nx; x++) qz[y * nx + x] += change * precision[row + ((x - i + nx) % nx)];
    }
  }
}

/** Q z. */
function product(z: Float64Array): Float64Array {
  const { re, im } = world.fourier.forward(realField(z));
  const row = world.fourier.forward(realField(precision));
  return world.fourier.inverse({ re: re.map((v, k) => v * row.re[k]), im: im.map((v, k) => v * row.re[k]) }).re;
}

/** Latent fields as they may be, given what is seen of this one. */
function* possibleFields(latent: Float64Array, index: number): Generator<Float64Array> {
  const hidden = [...latent.keys()].filter((cell) => latent[cell] <= 0);
  const z = latent.map((value) => (value > 0 ? value : -0.5));
  const qz = product(z);
  for (let turn = 1; ; turn++) {
    // uniforms lie in [0, 1); a draw of 0 has no quantile.
    const draws = uniforms({ seed: 3, purpose: "hidden echo", index, lead: turn }, hidden.length);
    sweep(
      z,
      qz,
      hidden,
      draws.map((u) => Math.max(u, 1e-12)),
    );
    if (turn % sweeps === 0 && turn >= 10 * sweeps) yield z.slice();
  }
}

function withLatent(state: LatentState, z: Float64Array): LatentState {
  const { re, im } = world.fourier.forward(realField(z));
  for (let mode = 0; mode < cells; mode++) if (world.amplitudes[refc][mode] === 0) re[mode] = im[mode] = 0;
  const spectra: Spectrum[] = [...state.spectra];
  spectra[refc] = { re, im };
  return { ...state, spectra };
}

const sums = { seen: LEADS.map((): EnsembleTally[] => []), known: LEADS.map((): EnsembleTally[] => []) };
const first = Number(firstHour);
for (let k = 0; k < initCount; k++) {
  const init = (start + 3600 * (first + k * HOURS_BETWEEN_INITS)) as InitTime;
  const now = world.latentAt(hourOf(world, init as number as ValidTime));
  const latent = world.fourier.inverse(now.spectra[refc]).re;
  const fields = possibleFields(latent, k);
  const seen = LEADS.map((): Float32Array[] => []);
  for (let member = 0; member < memberCount; member++) {
    let state = withLatent(now, fields.next().value as Float64Array);
    for (let lead = 1; lead <= 6; lead++) {
      state = nextHour(world, state, { purpose: "hidden-echo-member", member, index: now.hour });
      if (LEADS.includes(lead)) seen[LEADS.indexOf(lead)].push(fieldOf(stateOf(world, state), refc, cells));
    }
  }
  const perfect = LEADS.map((lead) => {
    const predictive = truePredictive(world, init as number as ValidTime, lead);
    return Array.from({ length: memberCount }, (_, member) => fieldOf(predictive.sample(member), refc, cells));
  });
  for (const [at, lead] of LEADS.entries()) {
    const then = world.latentAt(hourOf(world, validTime(init, lead)));
    const truth = fieldOf(stateOf(world, then), refc, cells);
    const tieKey = { seed: 1, purpose: "ties", index: init, member: refc };
    sums.seen[at].push(ensembleTally({ members: seen[at], truth, tieKey }));
    sums.known[at].push(ensembleTally({ members: perfect[at], truth, tieKey }));
  }
  process.stderr.write(`\r${k + 1}/${initCount}`);
}
process.stderr.write("\n");
for (const [at, lead] of LEADS.entries()) {
  const [seen, known] = [sums.seen, sums.known].map((each) => ensembleScores(sumTallies(each[at]) as EnsembleTally));
  process.stdout.write(
    `${lead} h: ratio ${(seen.crps / known.crps).toFixed(3)}, spread-skill ${seen.spreadSkillRatio.toFixed(2)} (given the latent field ${known.spreadSkillRatio.toFixed(2)})\n`,
  );
}

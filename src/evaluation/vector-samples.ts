/**
 * Where and what vectors are drawn for energy and variogram scores: a few hundred cells spread evenly over the grid, the same for every
 * forecast and hour.
 *
 *   variables    all variables at one cell, each divided by its scale           do they go together as they should?
 *   refc, t2m …  one variable at nine cells, three by three, 5 cells apart      does it vary over some 15 km as it should?
 * @module
 */
import type { Field, Grid, VariableName } from "../core/index.ts";
import { type VectorTally, vectorTally } from "../verify/index.ts";
import { VECTOR_SCALE } from "./protocol.ts";

const MOST_POINTS = 400;
const APART_CELLS = 5;

/** Cells to sample: an even lattice of at most some hundred, away from the edge by half its step. */
export function samplePoints({ ny, nx }: Pick<Grid, "ny" | "nx">): number[] {
  const step = Math.max(1, Math.ceil(Math.sqrt((ny * nx) / MOST_POINTS)));
  const points: number[] = [];
  for (let j = step >> 1; j < ny; j += step) for (let i = step >> 1; i < nx; i += step) points.push(j * nx + i);
  return points;
}

/** One variable over nine cells about every point that has them all inside the grid. */
export function spaceVectors(
  variable: VariableName,
  members: readonly Field[],
  truth: Field,
  { ny, nx }: Grid,
): VectorTally {
  const scale = VECTOR_SCALE[variable];
  const steps = [-APART_CELLS, 0, APART_CELLS];
  const vectors = samplePoints({ ny, nx }).flatMap((point) => {
    const [i, j] = [point % nx, Math.floor(point / nx)];
    if (i < APART_CELLS || j < APART_CELLS || i + APART_CELLS >= nx || j + APART_CELLS >= ny) return [];
    const cells = steps.flatMap((dj) => steps.map((di) => point + dj * nx + di));
    const at = (field: Field): number[] => cells.map((cell) => field[cell] / scale);
    return [{ members: members.map(at), truth: at(truth) }];
  });
  return vectorTally(vectors);
}

/** All variables at every point, from their samples: by variable, the truth's values and each member's. */
export function variableVectors(
  samples: readonly { readonly variable: VariableName; readonly truth: number[]; readonly members: number[][] }[],
): VectorTally {
  if (samples.length < 2) return { vectors: 0, energy: 0, variogram: 0 };
  return vectorTally(
    samples[0].truth.map((_, point) => ({
      truth: samples.map(({ variable, truth }) => truth[point] / VECTOR_SCALE[variable]),
      members: samples[0].members.map((_member, m) =>
        samples.map(({ variable, members }) => members[m][point] / VECTOR_SCALE[variable]),
      ),
    })),
  );
}

/**
 * The first guess `mean-wind`: the present state carried by the domain-mean 10 m wind.
 *
 *   g(x, y) = z(x − u h / dx, y − v h / dy),    u, v the means over the grid of U10 and V10, h the step
 *
 * between cells by cubic convolution (Catmull & Rom 1974; Keys 1981, a = −1/2), which keeps what a bilinear mean would blur. Beyond the grid
 * lies its other side where it is periodic, else its nearest cell.
 * @module
 */
import { ConfigError, cellCount, fieldOf, isPlane, meanOf, SECONDS_PER_HOUR } from "../core/index.ts";
import type { RunDescription } from "./description.ts";
import type { Guess } from "./first-guess.ts";

type Carrying = Pick<RunDescription, "channels" | "grid" | "stepHours" | "statistics" | "periodic">;

/**
 * Carries a normalised state by its mean wind, so many steps: [channel, ny, nx], a new array.
 * @throws ConfigError when the run has no wind to carry its state, or a grid without distances
 */
export function windCarrier({ channels, grid, stepHours, statistics, periodic }: Carrying): Guess {
  const winds = [channels.indexOf("u10"), channels.indexOf("v10")];
  if (winds.includes(-1) || !isPlane(grid)) {
    throw new ConfigError({
      place: "firstGuess",
      expected: "channels u10 and v10 on a grid in a projection",
      got: `${channels.join(",")} on a ${grid.kind} grid`,
      remedy: "use firstGuess: none",
    });
  }
  const { nx, ny } = grid;
  const cells = cellCount(grid);
  const cellsAnHour = [SECONDS_PER_HOUR / grid.dxMeters, SECONDS_PER_HOUR / grid.dyMeters];
  return ({ values, moments }, steps) => {
    const [right, up] = winds.map((channel, axis) => {
      const { mean, std } = statistics[channel];
      const wind = moments?.mean[channel] ?? mean + std * meanOf(fieldOf(values, channel, cells));
      return wind * steps * stepHours * cellsAnHour[axis];
    });
    const out = new Float32Array(values.length);
    const between = new Float32Array(cells);
    const alongX = taps(right, nx, periodic);
    const alongY = taps(up, ny, periodic);
    for (let start = 0; start < values.length; start += cells) {
      for (let j = 0; j < ny; j++) weigh(values, start + j * nx, 1, alongX, between, j * nx, nx);
      for (let i = 0; i < nx; i++) weigh(between, i, nx, alongY, out, start + i, ny);
    }
    return out;
  };
}

/** For each cell of a line of n, moved by `shift` cells, the four cells it is made of; and their common weights. */
interface Taps {
  readonly cells: Int32Array;
  readonly weights: readonly number[];
}

function taps(shift: number, n: number, periodic: boolean): Taps {
  const first = Math.floor(-shift);
  const f = -shift - first;
  const weights = [
    ((-f + 2) * f - 1) * f * 0.5,
    ((3 * f - 5) * f * f + 2) * 0.5,
    ((-3 * f + 4) * f + 1) * f * 0.5,
    (f - 1) * f * f * 0.5,
  ];
  const place = (cell: number): number => (periodic ? ((cell % n) + n) % n : Math.min(Math.max(cell, 0), n - 1));
  const cells = Int32Array.from({ length: 4 * n }, (_, k) => place((k >> 2) + first + (k & 3) - 1));
  return { cells, weights };
}

/** One line: to[at + k stride] from the line of `from` at `start` with the same stride. */
function weigh(
  from: Float32Array,
  start: number,
  stride: number,
  { cells, weights: [a, b, c, d] }: Taps,
  to: Float32Array,
  at: number,
  n: number,
): void {
  for (let k = 0; k < n; k++) {
    to[at + k * stride] =
      a * from[start + cells[4 * k] * stride] +
      b * from[start + cells[4 * k + 1] * stride] +
      c * from[start + cells[4 * k + 2] * stride] +
      d * from[start + cells[4 * k + 3] * stride];
  }
}

/**
 * A part of the grid to look at: one of the named sectors of NCAR's and SPC's viewers, or a box of latitudes and longitudes. It is cut out
 * after everything is computed, so that what is near its edge still sees beyond it.
 * Source of the corners: NCAR ensemble viewer (webplot), lower left and upper right.
 * @module
 */
import { ConfigError, cellFinder, type Field, type Grid, RequestError, subGrid } from "../core/index.ts";

export interface Region {
  /** For file names: "sgp", "33n107w45n87w". */
  readonly name: string;
  /** For titles: "Southern Great Plains". */
  readonly title: string;
  readonly south: number;
  readonly west: number;
  readonly north: number;
  /** Above `west`, and so beyond 180 where the region lies across the date line. */
  readonly east: number;
}

const sector = (name: string, title: string, corners: readonly [number, number, number, number]): Region => ({
  name,
  title,
  south: corners[0],
  west: corners[1],
  north: corners[2],
  east: corners[3],
});

export const SECTORS: readonly Region[] = [
  sector("conus", "Conterminous US", [23.16, -120.81, 46.89, -65.02]),
  sector("sgp", "Southern Great Plains", [25.3, -107, 36, -88.7]),
  sector("cgp", "Central Great Plains", [33, -107.5, 45, -86.6]),
  sector("ngp", "Northern Great Plains", [40, -105, 50.3, -82]),
  sector("se", "Southeast", [26.1, -92.75, 36, -71]),
  sector("ne", "Northeast", [38, -91, 46.8, -65.3]),
  sector("sw", "Southwest", [28, -121.5, 44.39, -102.1]),
  sector("nw", "Northwest", [37, -124.4, 51.6, -102.1]),
  sector("matl", "Mid-Atlantic", [33.5, -92.25, 41.5, -68.5]),
];

/**
 * A sector's name, or "south,west,north,east" in degrees, west negative. A box across the date line is written either way people write it:
 * 170 to -170, or 170 to 190.
 * @throws ConfigError when it reads as neither.
 * @example parseRegion("sgp", "--region"); parseRegion("34,-100,37,-95", "--region"); parseRegion("50,170,65,-160", "--region")
 */
export function parseRegion(text: string, place: string): Region {
  const named = SECTORS.find(({ name }) => name === text.trim().toLowerCase());
  if (named !== undefined) return named;
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [south, west, north, written] = numbers;
  // From the east to the west: over the date line. Any other box whose west is not in the west is a mistake.
  const east = west > 0 && written < 0 ? written + 360 : written;
  const isBox = numbers.length === 4 && south >= -90 && north <= 90 && south < north;
  if (!(isBox && west < east && east - west <= 360 && west >= -360 && east <= 360)) {
    const expected = `a sector out of ${SECTORS.map(({ name }) => name).join(",")}, or south,west,north,east in degrees`;
    const order = likelyOrder(numbers);
    const remedy = order && `latitudes come first: did you mean ${order.join(",")}?`;
    throw new ConfigError({ place, expected, got: text, ...(remedy !== undefined && { remedy }) });
  }
  const side = (degrees: number, positive: string, negative: string): string =>
    `${Math.abs(degrees)}${degrees < 0 ? negative : positive}`;
  const corner = (latitude: number, longitude: number): string =>
    side(latitude, "n", "s") + side(nearGreenwich(longitude), "e", "w");
  const meridian = (longitude: number): string => side(nearGreenwich(longitude), "°E", "°W");
  const name = `${corner(south, west)}${corner(north, east)}`.replaceAll(".", "p");
  const ends = [side(south, "°N", "°S"), side(north, "°N", "°S"), meridian(west), meridian(east)];
  return { name, title: `${ends[0]} to ${ends[1]}, ${ends[2]} to ${ends[3]}`, south, west, north, east };
}

/** As people say it, −180 … 180: 190 is 170 W. */
const nearGreenwich = (longitude: number): number =>
  longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;

/** The four in the order that is meant, where another order of the same would be a region: longitudes first, or two corners swapped. */
function likelyOrder(numbers: readonly number[]): readonly number[] | undefined {
  if (numbers.length !== 4) return undefined;
  const [a, b, c, d] = numbers;
  const makesSense = ([south, west, north, east]: readonly number[]): boolean =>
    south >= -90 && north <= 90 && south < north && west < east && west >= -180 && east <= 360;
  return [
    [b, a, d, c],
    [b, c, d, a],
    [c, d, a, b],
    [c, b, a, d],
    [a, d, c, b],
  ].find(makesSense);
}

/** Whole cells of a grid: where they lie and how to cut fields to them. */
export interface Cutout {
  readonly grid: Grid;
  /** The part of a field of the whole grid, [ny, nx] of `grid`. */
  readonly cut: (field: Field) => Field;
}

/** Whether the grid has the region whose latitudes are this one's longitudes. */
function swappedReaches(grid: Grid, { south, west, north, east }: Region): boolean {
  if (west < -90 || east > 90) return false;
  const find = cellFinder(grid);
  return [find(west, south), find(east, north)].every(({ i, j }) => i >= 0 && j >= 0 && i < grid.nx && j < grid.ny);
}

/** All of a grid. */
export const wholeGrid = (grid: Grid): Cutout => ({ grid, cut: (field) => field });

/**
 * The cells between a region's corners, and so much more that its sides, which bend in the projection, are within.
 * @throws RequestError when the grid has none of it.
 */
export function cutout(grid: Grid, region: Region): Cutout {
  const find = cellFinder(grid);
  const STEPS = 32;
  const along = (from: number, to: number, k: number): number => from + ((to - from) * k) / STEPS;
  const { south, north, west, east } = region;
  const sides = Array.from({ length: STEPS + 1 }, (_, k) => [
    find(south, along(west, east, k)),
    find(north, along(west, east, k)),
    find(along(south, north, k), west),
    find(along(south, north, k), east),
  ]).flat();
  const columns = sides.map(({ i }) => i);
  const rows = sides.map(({ j }) => j);
  const [i0, i1] =
    grid.kind === "latlon"
      ? meridians(grid, region)
      : [Math.max(0, Math.floor(Math.min(...columns))), Math.min(grid.nx - 1, Math.ceil(Math.max(...columns)))];
  const [j0, j1] = [Math.max(0, Math.floor(Math.min(...rows))), Math.min(grid.ny - 1, Math.ceil(Math.max(...rows)))];
  if (!(i1 > i0 && j1 > j0)) {
    throw new RequestError({
      place: "--region",
      expected: "a region the data reach",
      got: `${region.title}, which lies outside the grid`,
      remedy: swappedReaches(grid, region)
        ? `latitudes come first: did you mean ${[west, south, east, north].join(",")}?`
        : "choose another",
    });
  }
  const [nx, ny] = [i1 - i0 + 1, j1 - j0 + 1];
  const part = subGrid(grid, { i: i0, j: j0, nx, ny });
  return {
    grid: part,
    cut: (field) => {
      const kept = new Float32Array(nx * ny);
      for (let j = 0; j < ny; j++) {
        const row = (j0 + j) * grid.nx;
        // Around the world the first column follows the last.
        const before = Math.min(nx, grid.nx - i0);
        kept.set(field.subarray(row + i0, row + i0 + before), j * nx);
        kept.set(field.subarray(row, row + nx - before), j * nx + before);
      }
      return kept;
    },
  };
}

/** First and last column between two meridians. Where the grid goes around the world, the last may lie beyond its last column. */
function meridians(
  { nx, longitude0Degrees, dLongitudeDegrees: step }: Extract<Grid, { kind: "latlon" }>,
  { west, east }: Region,
): [number, number] {
  const isClosed = nx * step > 360 - step / 2;
  const eastward = (((west - longitude0Degrees) % 360) + 360) % 360;
  const start = isClosed || eastward <= (nx - 1) * step ? eastward : eastward - 360;
  const [first, last] = [Math.floor(start / step), Math.ceil((start + east - west) / step)];
  if (!isClosed) return [Math.max(0, first), Math.min(nx - 1, last)];
  return last - first >= nx ? [0, nx - 1] : [first, last];
}

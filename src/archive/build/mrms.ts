/**
 * An archive of radar mosaics: MRMS frames minutes apart, as composite reflectivity on HRRR's grid. What storms did, for nowcasts to be
 * trained on and held to.
 *
 *   MergedReflectivityQCComposite   dBZ as it is
 *   PrecipRate                      dBZ by Marshall & Palmer, Z = 200 R^1.6 (`regrid/precipitation.ts`)
 *
 * Each frame is put to the nearest step, and its true time kept (`frame-times.ts`). A frame that is damaged is missing, with a note; of
 * another product, or on another grid than the first, it is refused. Where no radar looks a cell is missing, and a frame with missing cells
 * is not whole: it can be held to, but nothing can start from it or learn it. `uncovered: "no-echo"` says otherwise on purpose: such cells
 * become −10 dBZ, and the archive's notes count them.
 * @module
 */
import {
  DecodeError,
  describeAgainst,
  describeGrid,
  type Field,
  type Grid,
  HRRR_GRID,
  isUpdraftError,
  leadSeconds,
  type ReportProgress,
  RequestError,
  sameGrid,
  VARIABLES,
  type ValidTime,
} from "../../core/index.ts";
import {
  decodeValues,
  fieldsOf,
  type GribField,
  MRMS_PRODUCTS,
  type MrmsProduct,
  mosaicIn,
  mrmsProductOf,
  prepareDecoders,
  scanMessages,
  toGrid,
  toSouthUp,
} from "../../grib2/index.ts";
import { mrmsReflectivity, type RegridMethod, rainReflectivity, regridder } from "../../regrid/index.ts";
import type { SplitPlan, Splits } from "../splits.ts";
import { type ArchiveHour, createArchive } from "../write.ts";
import { findGribFiles, type GribFile, readWhole } from "./files.ts";
import { onSteps, type Stepped } from "./frame-times.ts";

export interface MrmsOptions {
  /** Minutes between frames; a frame that is not there is recorded as missing. */
  readonly stepMinutes: number;
  /** How the ten or so mosaic cells in a 3 km cell become one. Default "mean-z". */
  readonly method?: Extract<RegridMethod, "mean-z" | "maximum">;
  /** Default "missing". */
  readonly uncovered?: "missing" | "no-echo";
  readonly splits?: Splits | SplitPlan;
  readonly overwrite?: boolean;
}

export interface MrmsSummary {
  /** Frames stored. */
  readonly frames: number;
  /** Those without a missing cell: nothing can start from another, or learn it. */
  readonly wholeFrames: number;
  /** One line for each damaged or odd thing; also in the archive's provenance. */
  readonly notes: readonly string[];
}

const REFLECTIVITY: Readonly<Record<MrmsProduct, (coded: Field, place: string) => Field>> = {
  MergedReflectivityQCComposite: mrmsReflectivity,
  PrecipRate: rainReflectivity,
};
const FLOOR = VARIABLES.refc.floor as number;

/**
 * Builds it from files, or folders of them, plain or gzip'd.
 * @throws RequestError when no file is a mosaic, when they are of several products, grids or periods, when two have one time, or times do not
 *   keep the step; DecodeError when all are damaged
 * @example await archiveMrms(["mrms/20190610"], "storms.zarr", { stepMinutes: 2, uncovered: "no-echo" });
 */
export async function archiveMrms(
  paths: readonly string[],
  out: string,
  { stepMinutes, method = "mean-z", uncovered = "missing", splits, overwrite = false }: MrmsOptions,
  report?: ReportProgress,
): Promise<MrmsSummary> {
  await prepareDecoders();
  const stepHours = leadSeconds(stepMinutes / 60) / 3600;
  if (stepHours === 0) {
    const got = `${stepMinutes} min`;
    throw new RequestError({ place: "--step-minutes", expected: "at least a second", got });
  }
  const notes: string[] = [];
  // Asked for, so it is no news; the archive says it all the same.
  const filled: string[] = [];
  const found = await framesOf(await findGribFiles(paths), notes, report);
  const product = oneProduct(found);
  const frames = onSteps(found, leadSeconds(stepHours));
  const counts = { frames: 0, whole: 0 };
  const description = {
    space: { channels: ["refc"] as const, grid: HRRR_GRID },
    first: frames[0].step,
    last: (frames.at(-1) as Stepped<Frame>).step,
    stepHours,
    source: `NOAA MRMS ${product}, ${method === "mean-z" ? "mean of Z" : "maximum"} on HRRR's grid`,
    synthetic: false,
    ...(splits !== undefined && { splits }),
    overwrite,
    provenance: () => {
      if (counts.whole === 0) notes.push(nothingWhole(counts.frames));
      return {
        madeBy: "updraft archive mrms",
        inputs: frames.map(({ file }) => file.name),
        notes: [...notes, ...filled],
      };
    },
  };
  await createArchive(out, description, hours(frames, { method, uncovered, notes, filled, counts }), report);
  return { frames: counts.frames, wholeFrames: counts.whole, notes };
}

function nothingWhole(frames: number): string {
  return (
    `none of ${frames} frames is whole: each has cells that no radar sees, so nothing can start from this archive or learn it; ` +
    "build it with --uncovered no-echo to take them for no echo"
  );
}

interface Frame {
  readonly file: GribFile;
  readonly name: string;
  readonly time: ValidTime;
  readonly product: MrmsProduct;
  readonly grid: Grid;
}

/** The mosaics among the files: those that hold none, and those that are damaged, are noted. */
async function framesOf(
  files: readonly GribFile[],
  notes: string[],
  report: ReportProgress | undefined,
): Promise<Frame[]> {
  const frames: Frame[] = [];
  let damage: DecodeError | undefined;
  for (const [at, file] of files.entries()) {
    try {
      const fields = await fieldsIn(file);
      if (fields.some((field) => mrmsProductOf(field) !== undefined)) {
        const { field, product } = mosaicIn(fields, file.name, MRMS_PRODUCTS);
        const grid = toGrid(field.grid, file.name);
        frames.push({ file, name: file.name, time: field.validTime, product, grid });
      } else notes.push(`${file.name}: ${numbersOf(fields)}, no mosaic, is passed over`);
    } catch (error) {
      damage ??= noteDamage(error, notes);
    }
    report?.({ label: "read headers", done: at + 1, total: files.length, unit: "files" });
  }
  if (frames.length > 0) return frames;
  if (damage !== undefined) throw damage;
  throw new RequestError({
    place: files.length === 1 ? files[0].name : `${files.length} files`,
    expected: `MRMS's ${MRMS_PRODUCTS.join(" or ")}`,
    got: "neither",
    remedy: "fetch them with `updraft fetch mrms`",
  });
}

/** Of a frame that is damaged; anything else goes on its way. */
function noteDamage(error: unknown, notes: string[]): DecodeError {
  if (!isUpdraftError(error) || !(error instanceof DecodeError)) throw error;
  notes.push(`${error.message}; the frame is missing`);
  return error;
}

function numbersOf(fields: readonly GribField[]): string {
  return fields.map(({ discipline, category, number }) => `${discipline}/${category}/${number}`).join(", ");
}

/** @throws RequestError when there are several: rain made reflectivity and reflectivity are not one thing */
function oneProduct(frames: readonly Frame[]): MrmsProduct {
  const [first] = frames;
  const other = frames.find(({ product }) => product !== first.product);
  if (other === undefined) return first.product;
  const count = (name: MrmsProduct): number => frames.filter(({ product }) => product === name).length;
  throw new RequestError({
    place: other.name,
    expected: `frames of one product, ${first.product} as ${first.name} and ${count(first.product) - 1} more`,
    got: `${other.product} (${count(other.product)} of ${frames.length} files)`,
    remedy: "build an archive of each product",
  });
}

async function fieldsIn(file: GribFile): Promise<GribField[]> {
  const parts = [...scanMessages(await readWhole(file), file.name)];
  return parts.flatMap((part) => (part.kind === "message" ? fieldsOf(part) : []));
}

async function* hours(
  frames: readonly Stepped<Frame>[],
  {
    method,
    uncovered,
    notes,
    filled,
    counts,
  }: {
    method: RegridMethod;
    uncovered: "missing" | "no-echo";
    notes: string[];
    filled: string[];
    counts: { frames: number; whole: number };
  },
): AsyncGenerator<ArchiveHour> {
  const [first] = frames;
  for (const frame of frames) requireGrid(first, frame);
  const toHrrr = regridder(first.grid, HRRR_GRID);
  const off = frames.some(({ time, step }) => time !== step);
  let damage: DecodeError | undefined;
  for (const { file, time, step, product } of frames) {
    let state: Field;
    try {
      const { field } = mosaicIn(await fieldsIn(file), file.name, [product]);
      const coded = toSouthUp(decodeValues(field), field.grid);
      state = toHrrr(REFLECTIVITY[product](coded, file.name), method);
    } catch (error) {
      damage ??= noteDamage(error, notes);
      continue;
    }
    const unseen = state.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    if (uncovered === "no-echo" && unseen > 0) {
      filled.push(`${file.name}: ${unseen} cells that no radar sees are given as no echo`);
      for (let cell = 0; cell < state.length; cell++) if (Number.isNaN(state[cell])) state[cell] = FLOOR;
    }
    counts.frames++;
    if (unseen === 0 || uncovered === "no-echo") counts.whole++;
    yield { time: step, leadHours: 0, state, ...(off && { observedAt: time }) };
  }
  if (counts.frames === 0 && damage !== undefined) throw damage;
}

/** The weights are those of the first frame's grid. */
function requireGrid(first: Frame, { name, grid }: Frame): void {
  if (sameGrid(first.grid, grid)) return;
  throw new RequestError({
    place: name,
    expected: `the grid of ${first.name}, ${describeGrid(first.grid)}`,
    got: describeAgainst(grid, first.grid),
    remedy: "build an archive of each: the 5 km composite has the same numbers",
  });
}

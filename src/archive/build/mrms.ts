/**
 * An archive of radar mosaics: MRMS frames minutes apart, as composite reflectivity on HRRR's grid. What storms did, for nowcasts to be
 * trained on and held to.
 *
 *   MergedReflectivityQCComposite   dBZ as it is
 *   PrecipRate                      dBZ by Marshall & Palmer, Z = 200 R^1.6 (`regrid/precipitation.ts`)
 *
 * Where no radar looks a cell is missing, and a frame with missing cells is not whole: it can be held to, but nothing can start from it
 * or learn it. `uncovered: "no-echo"` says otherwise on purpose: such cells become −10 dBZ, and the archive's notes count them.
 * @module
 */
import {
  type Field,
  formatLead,
  formatTime,
  HRRR_GRID,
  leadSeconds,
  type ReportProgress,
  RequestError,
  SECONDS_PER_HOUR,
  VARIABLES,
  type ValidTime,
} from "../../core/index.ts";
import { decodeValues, fieldsOf, type GribField, scanMessages, toGrid, toSouthUp } from "../../grib2/index.ts";
import { mrmsReflectivity, type RegridMethod, rainReflectivity, regridder } from "../../regrid/index.ts";
import type { SplitPlan, Splits } from "../splits.ts";
import { type ArchiveHour, createArchive } from "../write.ts";
import { findGribFiles, type GribFile, readWhole } from "./files.ts";

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

/** MRMS's own tables: discipline 209, and category and number of what becomes reflectivity. */
const MRMS_DISCIPLINE = 209;
const PRODUCTS: readonly {
  readonly category: number;
  readonly number: number;
  readonly name: string;
  readonly reflectivity: (coded: Field, place: string) => Field;
}[] = [
  { category: 10, number: 0, name: "MergedReflectivityQCComposite", reflectivity: mrmsReflectivity },
  { category: 6, number: 1, name: "PrecipRate", reflectivity: rainReflectivity },
];
const FLOOR = VARIABLES.refc.floor as number;

/**
 * Builds it from files, or folders of them, plain or gzip'd.
 * @throws RequestError when no file is a mosaic, when two have one time, or times do not fit the step; DecodeError for a damaged one
 * @example await archiveMrms(["mrms/20190610"], "storms.zarr", { stepMinutes: 2, uncovered: "no-echo" });
 */
export async function archiveMrms(
  paths: readonly string[],
  out: string,
  { stepMinutes, method = "mean-z", uncovered = "missing", splits, overwrite = false }: MrmsOptions,
  report?: ReportProgress,
): Promise<void> {
  const frames = await framesOf(await findGribFiles(paths), report);
  const stepHours = leadSeconds(stepMinutes / 60) / 3600;
  requireSteps(frames, leadSeconds(stepHours));
  const notes: string[] = [];
  const [first, last] = [frames[0].time, (frames.at(-1) as Frame).time];
  const conversions = [...new Set(frames.map(({ product }) => product.name))];
  const description = {
    space: { channels: ["refc"] as const, grid: HRRR_GRID },
    first,
    last,
    stepHours,
    source: `NOAA MRMS ${conversions.join(", ")}, ${method === "mean-z" ? "mean of Z" : "maximum"} on HRRR's grid`,
    synthetic: false,
    ...(splits !== undefined && { splits }),
    overwrite,
    provenance: () => ({ madeBy: "updraft archive mrms", inputs: frames.map(({ file }) => file.name), notes }),
  };
  await createArchive(out, description, hours(frames, { method, uncovered, notes }), report);
}

interface Frame {
  readonly file: GribFile;
  readonly time: ValidTime;
  readonly product: (typeof PRODUCTS)[number];
}

/** The mosaics among the files, in the order of their times. */
async function framesOf(files: readonly GribFile[], report: ReportProgress | undefined): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const [at, file] of files.entries()) {
    const field = await fieldIn(file);
    const product = field && productOf(field);
    if (field !== undefined && product !== undefined) frames.push({ file, time: field.validTime, product });
    report?.({ label: "read headers", done: at + 1, total: files.length, unit: "files" });
  }
  if (frames.length > 0) return frames.sort((a, b) => a.time - b.time);
  throw new RequestError({
    place: files.length === 1 ? files[0].name : `${files.length} files`,
    expected: `MRMS's ${PRODUCTS.map(({ name }) => name).join(" or ")}`,
    got: "neither",
    remedy: "fetch them with `updraft fetch mrms`",
  });
}

async function fieldIn(file: GribFile): Promise<GribField | undefined> {
  for (const part of scanMessages(await readWhole(file), file.name))
    if (part.kind === "message") return fieldsOf(part)[0];
  return undefined;
}

function productOf({ discipline, category, number }: GribField): Frame["product"] | undefined {
  if (discipline !== MRMS_DISCIPLINE) return undefined;
  return PRODUCTS.find((product) => product.category === category && product.number === number);
}

function requireSteps(frames: readonly Frame[], stepSeconds: number): void {
  const [{ time: first }] = frames;
  for (const [at, { file, time }] of frames.entries()) {
    if (at > 0 && time === frames[at - 1].time) {
      throw new RequestError({ place: file.name, expected: "one file a time", got: `a second of ${formatTime(time)}` });
    }
    if (stepSeconds > 0 && (time - first) % stepSeconds === 0) continue;
    throw new RequestError({
      place: file.name,
      expected: `a time whole steps of ${formatLead(stepSeconds / SECONDS_PER_HOUR)} after ${formatTime(first)}`,
      got: formatTime(time),
      remedy: "choose another step with --step-minutes",
    });
  }
}

async function* hours(
  frames: readonly Frame[],
  { method, uncovered, notes }: { method: RegridMethod; uncovered: "missing" | "no-echo"; notes: string[] },
): AsyncGenerator<ArchiveHour> {
  let toHrrr: ReturnType<typeof regridder> | undefined;
  for (const { file, time, product } of frames) {
    const field = (await fieldIn(file)) as GribField;
    // All mosaics lie on one grid; the weights are computed once.
    toHrrr ??= regridder(toGrid(field.grid, file.name), HRRR_GRID);
    const state = toHrrr(product.reflectivity(toSouthUp(decodeValues(field), field.grid), file.name), method);
    const unseen = state.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    if (uncovered === "no-echo" && unseen > 0) {
      notes.push(`${file.name}: ${unseen} cells that no radar sees are given as no echo`);
      for (let cell = 0; cell < state.length; cell++) if (Number.isNaN(state[cell])) state[cell] = FLOOR;
    }
    yield { time, leadHours: 0, state };
  }
}

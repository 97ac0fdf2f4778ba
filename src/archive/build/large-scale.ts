/**
 * A store of the large scale from GRIB2 files of another model, GFS's: what its cycles say of the times around an archive's domain.
 *
 *   headers of all files → (valid time, cycle) → its fields, cut to the domain with a margin, on the model's own grid
 *
 * A field that is not there is missing, and so is one with cells that are: nothing is made up between two times or two cells. Damaged files
 * are refused, for what they lack would be missing silently.
 * @module
 */
import type { Field, Grid, ReportProgress } from "../../core/index.ts";
import { decodeValues, fieldsOf, type GribMessage, prepareDecoders, toSouthUp } from "../../grib2/index.ts";
import { cutOut, windowAround, windowGrid } from "../large-scale/window.ts";
import { createLargeScale, type LargeScaleFields, requireReplaceable } from "../large-scale/write.ts";
import { findGribFiles, partReader } from "./files.ts";
import { type FieldPlace, largeScaleCatalog, type SelectedVariable } from "./large-scale-catalog.ts";

export interface LargeScaleOptions {
  /** In the order of the store; those that no file holds are left out. */
  readonly variables: readonly SelectedVariable[];
  /** Where the fields are to be used: the grid of an archive. */
  readonly domain: Grid;
  /** For titles. */
  readonly source: string;
  readonly overwrite?: boolean;
}

export interface LargeScaleSummary {
  readonly files: number;
  /** What is there, in the order of the store. */
  readonly names: readonly string[];
  readonly entries: number;
  readonly validTimes: number;
  readonly fields: number;
  /** Messages that are byte for byte copies of others. */
  readonly duplicates: number;
  readonly notes: readonly string[];
}

/** Cells of the model's grid beyond those that hold the domain. */
const MARGIN_CELLS = 2;

/**
 * Builds it from files, or folders of them, plain or gzip'd.
 * @throws RequestError when no file holds any of the variables, when grids differ or do not hold the domain, or two fields of one cycle and time
 *   differ; DecodeError for a damaged file
 * @example await archiveLargeScale(["gfs"], "gfs.zarr", { variables, domain: archive.grid, source: "NOAA GFS" });
 */
export async function archiveLargeScale(
  paths: readonly string[],
  out: string,
  { variables, domain, source, overwrite = false }: LargeScaleOptions,
  report?: ReportProgress,
): Promise<LargeScaleSummary> {
  await requireReplaceable(out, overwrite);
  const files = await findGribFiles(paths);
  const catalog = await largeScaleCatalog(files, variables, report);
  const { entries, grid: from, duplicates } = catalog;
  const found = variables.filter(({ name }) => entries.some(({ fields }) => fields.has(name)));
  const window = windowAround(from, domain, MARGIN_CELLS, files[0].name);
  await prepareDecoders();
  const notes: string[] = [];
  let fields = 0;
  const read = partReader();

  async function* cut(): AsyncGenerator<LargeScaleFields> {
    for (const [at, entry] of entries.entries()) {
      const cuts = new Map<string, Field>();
      for (const [name, place] of entry.fields) {
        const field = cutOut(await valuesAt(place, read), from, window);
        if (field.every(Number.isFinite)) cuts.set(name, field);
        else notes.push(`${place.file.name} byte ${place.offset}: ${name} has missing cells and is left out`);
      }
      fields += cuts.size;
      yield { ...entry, fields: cuts };
      report?.({ label: "cut to the domain", done: at + 1, total: entries.length, unit: "entries" });
    }
  }

  const provenance = { madeBy: "updraft archive large-scale", inputs: files.map(({ name }) => name), notes };
  const described = found.map(({ name, longName, units }) => ({ name, longName, units }));
  const description = { variables: described, grid: windowGrid(from, window), source, provenance, overwrite };
  await createLargeScale(out, description, cut());
  return {
    files: files.length,
    names: found.map(({ name }) => name),
    entries: entries.length,
    validTimes: new Set(entries.map(({ validTime }) => validTime)).size,
    fields,
    duplicates,
    notes,
  };
}

async function valuesAt(
  { file, offset, length, index }: FieldPlace,
  read: ReturnType<typeof partReader>,
): Promise<Field> {
  const message: GribMessage = {
    kind: "message",
    file: file.name,
    offset,
    length,
    bytes: await read(file, offset, length),
  };
  const field = fieldsOf(message)[index];
  return toSouthUp(decodeValues(field), field.grid);
}

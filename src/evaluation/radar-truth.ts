/**
 * MRMS composite reflectivity, straight from the mosaics that `updraft fetch mrms` keeps, as what happened on a forecast's grid.
 *
 * For a valid time the mosaic nearest to it serves, if it lies within five minutes; one that is damaged makes its hour none that can be judged. Values come to the grid as the mean of Z over the MRMS
 * cells in each cell; no coverage is missing, no echo is HRRR's floor. Observations, unlike analyses, owe the model nothing.
 * @module
 */
import { basename } from "node:path";
import {
  DecodeError,
  describeAgainst,
  describeGrid,
  type Field,
  formatTime,
  type Grid,
  RequestError,
  sameGrid,
  utcSeconds,
  type ValidTime,
} from "../core/index.ts";
import { contentDigest } from "../files/index.ts";
import { mosaicIn } from "../grib2/index.ts";
import { mrmsReflectivity, regridder } from "../regrid/index.ts";
import { gribFields, gribFiles, gribValues } from "./grib-folder.ts";
import type { Truth } from "./truth.ts";

const MOSAIC = /MergedReflectivityQCComposite_00\.50_(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.grib2(\.gz)?$/;
const TOLERANCE_SECONDS = 300;

/** @throws RequestError for a folder without mosaics. */
export async function radarTruth(folder: string, grid: Grid): Promise<Truth> {
  const mosaics = (await gribFiles(folder, MOSAIC, "MRMS mosaics")).map((file) => {
    const [year, month, day, hour, minute, second] = (MOSAIC.exec(basename(file)) ?? []).slice(1).map(Number);
    return { file, time: utcSeconds(year, month, day, hour, minute, second) };
  });
  const nearest = (wanted: ValidTime): (typeof mosaics)[number] | undefined =>
    mosaics
      .filter(({ time }) => Math.abs(time - wanted) <= TOLERANCE_SECONDS)
      .sort((a, b) => Math.abs(a.time - wanted) - Math.abs(b.time - wanted) || a.time - b.time)[0];
  let first: FirstMosaic | undefined;
  /** What `damage` opened is asked for next. */
  let last: { readonly time: ValidTime; readonly field: Field } | undefined;
  const read = async (time: ValidTime): Promise<Field> => {
    const mosaic = nearest(time);
    if (mosaic === undefined) {
      throw new RequestError({ place: folder, expected: `a mosaic of ${formatTime(time)}`, got: "none" });
    }
    const { field } = mosaicIn(await gribFields(mosaic.file), mosaic.file, ["MergedReflectivityQCComposite"]);
    if (field.validTime !== mosaic.time) {
      const got = formatTime(field.validTime);
      throw new RequestError({ place: mosaic.file, expected: `a mosaic of ${formatTime(mosaic.time)}`, got });
    }
    const { grid: own, values } = gribValues(field);
    // The weights are computed once, so all mosaics must lie on the grid of the first.
    first ??= { file: mosaic.file, grid: own, regrid: regridder(own, grid) };
    if (!sameGrid(first.grid, own)) throw otherGrid(first, mosaic.file, own);
    return first.regrid(mrmsReflectivity(values, mosaic.file), "mean-z");
  };
  return {
    path: folder,
    source: "MRMS composite reflectivity, mean of Z on the forecast's grid",
    synthetic: false,
    channels: ["refc"],
    grid,
    refusal: (time) => (nearest(time) === undefined ? "without an MRMS mosaic within five minutes" : undefined),
    digest: (times) => {
      const served = times.map((time) => ({ time, file: nearest(time)?.file }));
      return contentDigest(
        served.flatMap(({ file }) => file ?? []),
        served.map(({ time, file }) => [time, file !== undefined]),
      );
    },
    damage: async (time) => {
      try {
        last = { time, field: await read(time) };
        return undefined;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        return `damaged mosaic: ${error.message}`;
      }
    },
    readField: async (time) => (last?.time === time ? last.field : await read(time)),
  };
}

interface FirstMosaic {
  readonly file: string;
  readonly grid: Grid;
  readonly regrid: ReturnType<typeof regridder>;
}

function otherGrid(first: FirstMosaic, file: string, grid: Grid): RequestError {
  return new RequestError({
    place: file,
    expected: `the grid of ${first.file}, ${describeGrid(first.grid)}`,
    got: describeAgainst(grid, first.grid),
    remedy: "keep mosaics of one product in a folder: the 5 km composite has the same numbers",
  });
}

/** True for a folder that holds mosaics. */
export async function holdsMosaics(folder: string): Promise<boolean> {
  return gribFiles(folder, MOSAIC, "MRMS mosaics").then(
    () => true,
    () => false,
  );
}

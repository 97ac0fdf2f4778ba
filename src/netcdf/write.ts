/**
 * Writes one NetCDF-4 file. NetCDF-4 is HDF5 with two conventions: every dimension is an HDF5 dimension scale attached to the
 * variables that lie on it, and creation order is tracked (NetCDF Users Guide, "NetCDF-4 format").
 *
 * In Node, h5wasm works on the real file system, so slabs go to disk as they come and memory does not grow with the file
 * (docs/design/0004: 5.6 GB written at 111 MB).
 * @module
 */
import { renameSync, rmSync } from "node:fs";
import * as h5wasm from "h5wasm/node";
import { RequestError } from "../core/index.ts";
import { newAside, refuseExisting } from "../files/index.ts";
import { checkDefinition, define } from "./define.ts";
import type { NetcdfDefinition } from "./definition.ts";
import { requireMeasured } from "./measured.ts";
import { clearObjectTimes } from "./object-times.ts";
import { slabLedger } from "./slab-ledger.ts";

/** Writes the slab at `index` (one number for each streamed dimension): all cells of the dimensions after these, C order. */
export type WriteSlab = (variable: string, index: readonly number[], values: Float32Array) => void;

/**
 * Writes the file aside and renames it once `fill` has written every slab: under the final name there is either nothing new or the
 * whole file. The same definition and values give the same bytes, whenever they are written.
 * @throws RequestError when the file exists and `overwrite` is not set, or the disk refuses; ShapeError when values do not fit
 * their dimensions or a slab is missing or written twice; whatever `fill` throws.
 * @example
 *   await writeNetcdf("out.nc", definition, async (write) => write("refc", [member, lead], field));
 */
export async function writeNetcdf(
  path: string,
  definition: NetcdfDefinition,
  fill: (write: WriteSlab) => Promise<void>,
  { overwrite = false }: { overwrite?: boolean } = {},
): Promise<void> {
  refuseExisting(path, overwrite);
  checkDefinition(path, definition);
  // Without this, h5wasm prints what went wrong and carries on.
  (await h5wasm.ready).activate_throwing_error_handler();

  const partial = await newAside(path);
  let file: h5wasm.File | undefined;
  const onDisk = <T>(work: () => T): T => orRequestError(path, work);
  try {
    const opened = onDisk(() => new h5wasm.File(partial, "w", { track_order: true }));
    file = opened;
    onDisk(() => define(opened, definition));
    const slabs = slabLedger(path, definition);
    await fill((name, index, values) => {
      const { variable, cells } = slabs.claim(name, index, values.length);
      const ranges = variable.dimensions.map((_, axis): [] | [number, number] => {
        const at = index[axis];
        return at === undefined ? [] : [at, at + 1];
      });
      if (cells > 0) onDisk(() => (opened.get(name) as h5wasm.Dataset).write_slice(ranges, values));
    });
    slabs.requireAll();
    const objects = onDisk(() => addressesOf(opened));
    onDisk(() => opened.close());
    requireMeasured(partial, path);
    clearObjectTimes(partial, objects);
    // A process elsewhere may have made the file meanwhile.
    refuseExisting(path, overwrite);
    renameSync(partial, path);
  } catch (error) {
    abandon(file, partial);
    throw error;
  }
}

/** Where the headers of the root group and of every variable begin: an object reference is the address of its header. */
function addressesOf(file: h5wasm.File): number[] {
  return ["/", ...file.keys()].map((name) => {
    const { ref_data: octets } = (file.get(name) as h5wasm.Group | h5wasm.Dataset).create_reference();
    return Number(Buffer.from(octets).readBigUInt64LE());
  });
}

/** HDF5 complains in a page of text; the operating system's reason is the one line a person can act on. */
function orRequestError<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = /error message = '([^']+)'/.exec(String(cause))?.[1];
    if (reason === undefined) throw cause;
    throw new RequestError(
      {
        place: path,
        expected: "a file that can be written",
        got: reason.toLowerCase(),
        remedy: "free the disk or choose another path",
      },
      { cause },
    );
  }
}

/** After a failure: closes what can be closed and removes the partial file. The failure itself is what gets reported. */
function abandon(file: h5wasm.File | undefined, partial: string): void {
  try {
    file?.close();
  } catch {
    // The disk that refused a slab refuses the rest too.
  }
  rmSync(partial, { force: true });
}

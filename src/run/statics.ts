/**
 * The static fields a run was trained with, in the run: `statics.safetensors`, one [ny, nx] tensor a field. A forecast needs the ground
 * its network knows, whatever archive it starts from.
 * @module
 */
import { existsSync } from "node:fs";
import { type Archive, STATIC_NAMES, type StaticName, type Statics } from "../archive/index.ts";
import { DecodeError, RequestError } from "../core/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors/index.ts";
import { readRunFile, writeRunFiles } from "./checksums.ts";
import { type Forcing, type RunDescription, runPaths } from "./description.ts";

/** The static field each of these forcings is made of. */
const STATIC_OF: Partial<Readonly<Record<Forcing, StaticName>>> = { orography: "orography", land: "land_mask" };

/** @throws RequestError when the archive lacks a static field one of the forcings is made of */
export async function staticsFor(archive: Archive, forcings: readonly Forcing[]): Promise<Statics> {
  const statics: Partial<Record<StaticName, Float32Array>> = {};
  for (const forcing of forcings) {
    const name = STATIC_OF[forcing];
    if (name === undefined) continue;
    const field = await archive.readStatic(name);
    if (field === undefined) {
      throw new RequestError({
        place: archive.path,
        expected: `the static field ${name} for the forcing ${forcing}`,
        got: archive.statics.length === 0 ? "no static fields" : archive.statics.join(", "),
        remedy: "add it with `updraft archive append --static`, or leave the forcing out",
      });
    }
    statics[name] = field;
  }
  return statics;
}

/** Keeps them in the run; a run without any has no such file. */
export async function writeStatics(
  folder: string,
  { grid }: Pick<RunDescription, "grid">,
  statics: Statics,
): Promise<void> {
  const shape = [grid.ny, grid.nx];
  const tensors = STATIC_NAMES.flatMap((name) => {
    const data = statics[name];
    return data === undefined ? [] : [[name, { shape, data }] as const];
  });
  if (tensors.length === 0) return;
  await writeRunFiles(folder, new Map([[runPaths(folder).statics, encodeSafetensors(new Map(tensors))]]));
}

/** @throws DecodeError when the run's forcings need a field that its file does not hold, or the file was damaged */
export function readStatics(folder: string, { forcings, grid }: Pick<RunDescription, "forcings" | "grid">): Statics {
  const path = runPaths(folder).statics;
  const needed = forcings.flatMap((forcing) => STATIC_OF[forcing] ?? []);
  if (needed.length === 0) return {};
  const tensors = existsSync(path) ? decodeSafetensors(readRunFile(folder, path).bytes, path).tensors : new Map();
  const statics: Partial<Record<StaticName, Float32Array>> = {};
  for (const name of needed) {
    const data = tensors.get(name)?.data;
    if (data?.length !== grid.nx * grid.ny) {
      throw new DecodeError({
        place: path,
        expected: `${name} of ${grid.ny} x ${grid.nx} cells`,
        got: data === undefined ? "none" : `${data.length} values`,
        remedy: "copy the run again",
      });
    }
    statics[name] = data;
  }
  return statics;
}

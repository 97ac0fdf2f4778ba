/** NetCDF-4 files, written slab by slab through h5wasm. Node only. */
export type {
  NetcdfAttribute,
  NetcdfDefinition,
  NetcdfValues,
  NetcdfVariable,
  StreamedValues,
} from "./definition.ts";
export { type WriteSlab, writeNetcdf } from "./write.ts";

/** Forecasts as files other programs read. Node only: it writes to the file system. */
export { type ExportOptions, exportNetcdf } from "./netcdf.ts";

/** Forecasts as files other programs read. Node only: it writes to the file system. */
export { exportGrib2, type GribOptions } from "./grib2.ts";
export { type ExportOptions, exportNetcdf, MOST_NETCDF_BYTES } from "./netcdf.ts";
export { FILE_PRODUCTS, type FileProduct, type ProductChoice } from "./product-fields.ts";
export { exportNetcdfFiles, SPLITS, type Split } from "./split.ts";

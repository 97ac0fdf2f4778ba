/** GRIB2 files that come gzip'd, as MRMS does; for Node. */
export { gunzipGrib, isGzipped, MAX_UNPACKED_BYTES } from "./gunzip.ts";

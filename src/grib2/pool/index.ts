/** GRIB2 on several threads, for Node: the same values as `decodeValues`, in the order of the messages. */
export { type DecodePool, decodePool } from "./pool.ts";

/** Shorthands for the tests of this room. @module */
import { decodeValues, fieldsOf, type GribField, type GribMessage, scanMessages } from "../../src/grib2/index.ts";

/** The messages of a file; gaps left out. */
export function messagesOf(bytes: Uint8Array, file = "a.grib2"): GribMessage[] {
  return [...scanMessages(bytes, file)].filter((found) => found.kind === "message");
}

export function allFields(bytes: Uint8Array, file = "a.grib2"): GribField[] {
  return messagesOf(bytes, file).flatMap(fieldsOf);
}

export function onlyField(bytes: Uint8Array): GribField {
  const fields = allFields(bytes);
  if (fields.length !== 1) throw new Error(`expected 1 field, got ${fields.length}`);
  return fields[0];
}

export function valuesOf(bytes: Uint8Array): number[] {
  return [...decodeValues(onlyField(bytes), { precision: "float64" })];
}

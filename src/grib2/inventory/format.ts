/**
 * The inventory of a GRIB2 file, as NCEP would publish it beside the file; `parseInventory` reads it back.
 * @module
 */
import { compactHour, type InitTime } from "../../core/index.ts";
import type { GribField } from "../field.ts";
import { formatProduct } from "./product.ts";
import { formatForecastTime } from "./time.ts";

/** All that is needed of a field: its headers. */
type InventoriedField = Omit<GribField, "packed">;

/**
 * One line for each field. Messages are counted from 1 in the order given, and fields of one message must follow each other.
 * A date of a whole hour is written as wgrib2 does with -s, d=YYYYMMDDHH; one with minutes or seconds as with -T, D=YYYYMMDDHHmmss.
 * @example formatInventory(messages.flatMap(fieldsOf)) // "1:0:d=2018072200:REFC:entire atmosphere:1 hour fcst:\n2:…"
 */
export function formatInventory(fields: readonly InventoriedField[]): string {
  let text = "";
  let message = 0;
  let part = 1;
  for (const [at, field] of fields.entries()) {
    const isNew = field.offset !== fields[at - 1]?.offset;
    if (isNew) message++;
    part = isNew ? 1 : part + 1;
    const isAlone = isNew && field.offset !== fields[at + 1]?.offset;
    text += `${message}${isAlone ? "" : `.${part}`}:${field.offset}:${lineOf(field)}\n`;
  }
  return text;
}

function lineOf(field: InventoriedField): string {
  const { kind, initTime, variable, levelText, timeUnit } = field;
  const start = `${inventoryDate(initTime)}:${variable}`;
  if (kind === "other") return `${start}:level not read:product template 4.${field.productTemplate}:`;
  return `${start}:${levelText}:${formatForecastTime(field, timeUnit)}:${formatProduct(field)}`;
}

/** d=2018072212, or D=20180722123000 where the hour does not say all. */
export function inventoryDate(initTime: InitTime): string {
  const digits = compactHour(initTime);
  return digits.length === "YYYYMMDDHH".length ? `d=${digits}` : `D=${digits.padEnd("YYYYMMDDHHmmss".length, "0")}`;
}

/**
 * The inventory of a GRIB2 file, as NCEP would publish it beside the file; `parseInventory` reads it back.
 * @module
 */
import { compactHour } from "../../core/index.ts";
import type { GribField } from "../field.ts";
import { formatProduct } from "./product.ts";
import { formatForecastTime } from "./time.ts";

/** All that is needed of a field: its headers. */
type InventoriedField = Omit<GribField, "packed">;

/**
 * One line for each field. Messages are counted from 1 in the order given, and fields of one message must follow each other.
 * The date has no minutes, as with wgrib2.
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
  const { initTime, variable, levelText, timeUnit } = field;
  return `d=${compactHour(initTime)}:${variable}:${levelText}:${formatForecastTime(field, timeUnit)}:${formatProduct(field)}`;
}

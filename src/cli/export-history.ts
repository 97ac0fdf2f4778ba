/**
 * The line an export leaves in a file's `history` (CF-1.11, 2.6.2): when, with which version, by which command, of which forecast.
 *
 *   2026-05-06T21:14:08Z updraft 0.1.0: updraft export may6.zarr --netcdf --products mean; forecast: DEF, s = 0.5 (seed 42, model 1f0c…)
 *
 * The time is the one the store was begun at, or `SOURCE_DATE_EPOCH` where that is set (reproducible-builds.org), and where the file goes is
 * left out: two exports of one forecast are the same file, byte for byte, whenever and wherever they are made.
 * @module
 */
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { ConfigError, formatTime } from "../core/index.ts";
import type { StoredForecast } from "../forecast/index.ts";
import { systemClock } from "../sources/index.ts";

/** What of the command decides the content, by the option's name: `--products` and what was written after it. */
export type WrittenOptions = readonly (readonly [option: string, values: readonly string[]])[];

/**
 * @param store the forecast's path; of an address only its last part is told, which holds no password
 * @throws ConfigError for a `SOURCE_DATE_EPOCH` that is no time
 */
export async function exportHistory(
  store: string,
  { method, provenance }: Pick<StoredForecast, "method" | "provenance">,
  { version, options }: { readonly version: string; readonly options: WrittenOptions },
): Promise<string> {
  const time = formatTime(process.env["SOURCE_DATE_EPOCH"] === undefined ? await begun(store) : sourceDate());
  const words = options.flatMap(([option, values]) => [option, ...values].map(quoted));
  const command = ["updraft export", quoted(nameOf(store)), "--netcdf", ...words].join(" ");
  const made = Object.entries(provenance).map(([name, value]) => `${name} ${value}`);
  return `${time} updraft ${version}: ${command}; forecast: ${method} (${made.join(", ")})`;
}

/** "https://user:word@host/a/F.zarr?key=…" and "/a/F.zarr/" → "F.zarr". */
function nameOf(store: string): string {
  return basename(/^[a-z][a-z0-9+.-]*:\/\//i.test(store) ? store.replace(/[?#].*$/s, "") : store);
}

function sourceDate(): number {
  const text = process.env["SOURCE_DATE_EPOCH"] ?? "";
  // Year 9999 is as far as a time of four digits goes.
  if (/^\d{1,12}$/.test(text) && Number(text) <= 253_402_300_799) return Number(text);
  throw new ConfigError({ place: "SOURCE_DATE_EPOCH", expected: "whole seconds since 1970-01-01T00Z", got: text });
}

/** When the store's own description was written; of a store elsewhere nobody knows, and it is now. */
async function begun(store: string): Promise<number> {
  try {
    return Math.floor((await stat(join(store, "zarr.json"))).mtimeMs / 1000);
  } catch {
    return Math.floor(systemClock.now());
  }
}

const quoted = (word: string): string =>
  /[\s"';&|<>*?$`\\()]/.test(word) ? `'${word.replaceAll("'", `'\\''`)}'` : word;

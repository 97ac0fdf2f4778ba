/**
 * What a thread of the pool does: read the headers of a file, make an hour, or read one again. Errors travel as their parts, since a
 * class does not survive the way between threads.
 * @module
 */
import { type TravellingError, travelling, type VariableName } from "../../core/index.ts";
import type { StaticName } from "../statics.ts";
import { type RereadTask, rereadHour, type StoredHour } from "../validate/reread.ts";
import { catalogFile, type FileCatalog } from "./catalog-file.ts";
import type { GribFile } from "./files.ts";
import { type HourTask, makeHour } from "./hour.ts";
import type { JournalEntry } from "./journal.ts";

export interface CatalogTask {
  readonly file: GribFile;
  readonly wanted: readonly (VariableName | StaticName)[];
}

export type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | ({ readonly kind: "refused" } & TravellingError);

export const catalog = (task: CatalogTask): Promise<Outcome<FileCatalog>> =>
  outcomeOf(catalogFile(task.file, task.wanted));
export const hour = (task: HourTask): Promise<Outcome<JournalEntry>> => outcomeOf(makeHour(task));
export const reread = (task: RereadTask): Promise<Outcome<StoredHour>> => outcomeOf(rereadHour(task));

async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: "done", value: await work };
  } catch (error) {
    const told = travelling(error, "a thread of the build");
    if (told === undefined) throw error;
    return { kind: "refused", ...told };
  }
}

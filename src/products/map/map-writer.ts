/**
 * Writes maps as they are drawn: each PNG beside its name first, then renamed, so that no half a picture ever bears a final name; and beside
 * it a text of the same name that says what the picture shows, for readers who cannot see it. A few are encoded at once, which bounds
 * memory however many are asked for.
 * @module
 */

import { dirname, join } from "node:path";
import type { LeadHours, ReportProgress, ValidTime } from "../../core/index.ts";
import { makeFolder, writeAside } from "../../files/index.ts";
import { type ColorTable, formatShown, type Metric } from "../colors.ts";
import type { QuantityName } from "../quantity.ts";
import type { FieldSummary } from "../statistics.ts";
import { toDisplay } from "../units.ts";
import { type MapRequest, paintMap, shownSummary } from "./draw-map.ts";
import { EXPERIMENTAL_NOTE, encodePng, SYNTHETIC_NOTICE } from "./figure.ts";
import type { ProductName } from "./products.ts";

/** What a map is of, and the name it gets below the output folder. */
export interface MapLabel {
  /** "02_ensemble_mean/refc_f006.png". */
  readonly path: string;
  readonly product: ProductName;
  /** The same for every lead: "refc_ge40". */
  readonly name: string;
  /** Absent where several are shown at once. */
  readonly quantity?: QuantityName;
  readonly metric: Metric;
  readonly validTime: ValidTime;
  readonly leadHours?: LeadHours;
  readonly member?: number;
  /** In `thresholdUnit(quantity)`. */
  readonly threshold?: number;
}

/** A picture that now lies under its name. */
export interface WrittenMap extends MapLabel {
  readonly title: string;
  readonly times: string;
  /** In stored units; absent for pictures that show several fields. */
  readonly summary?: FieldSummary;
}

/** A picture that is encoded, with what its sidecar says. */
export interface FinishedPicture {
  readonly bytes: Uint8Array;
  readonly title: string;
  readonly times: string;
  readonly altText: string;
  readonly summary?: FieldSummary;
}

export interface MapWriter {
  /** Draws and writes; resolves as soon as there is room for the next. */
  add(label: MapLabel, request: MapRequest): Promise<void>;
  /** Writes what `finish` gives, which is already waiting for its bytes. */
  addPicture(label: MapLabel, picture: Promise<FinishedPicture>): Promise<void>;
  /** How many pictures are to come; asked for before the first. */
  expect(count: number): void;
  /** Waits for the last and returns all, in the order they were added. */
  finish(): Promise<WrittenMap[]>;
}

/** Two threads encode while a third map is painted. */
const IN_FLIGHT = 3;

export function mapWriter(folder: string, report?: ReportProgress): MapWriter {
  const written: Promise<WrittenMap>[] = [];
  const inFlight = new Set<Promise<WrittenMap>>();
  const folders = new Set<string>();
  let total = 0;
  let done = 0;
  const write = async (label: MapLabel, picture: Promise<FinishedPicture>): Promise<WrittenMap> => {
    const { bytes, title, times, altText, summary } = await picture;
    const path = join(folder, label.path);
    await writeAside(path, bytes);
    await writeAside(sidecarPath(path), Buffer.from(`${altText}\n`));
    done++;
    report?.({ label: "draw maps", done, total, unit: "maps", note: label.path });
    return { ...label, title, times, ...(summary && { summary }) };
  };
  const addPicture: MapWriter["addPicture"] = async (label, picture) => {
    const target = dirname(join(folder, label.path));
    if (!folders.has(target)) {
      await makeFolder(target);
      folders.add(target);
    }
    const task = write(label, picture);
    // Its failure surfaces in the race below or in `finish`, whichever comes first.
    task.catch(() => undefined);
    written.push(task);
    inFlight.add(task);
    task.then(
      () => inFlight.delete(task),
      () => undefined,
    );
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  };
  return {
    addPicture,
    add: (label, request) => addPicture(label, drawn(request)),
    expect: (count) => {
      total += count;
    },
    finish: () => Promise.all(written),
  };
}

async function drawn(request: MapRequest): Promise<FinishedPicture> {
  const { canvas, summary } = paintMap(request);
  const { title, times, table } = request;
  return { bytes: await encodePng(canvas), title, times, altText: describePicture(request, summary, table), summary };
}

/** "refc_f006.png" → "refc_f006.txt". */
export const sidecarPath = (picture: string): string => picture.replace(/\.\w+$/, ".txt");

/** How the sentence begins that says that a map is blank. */
export const NOTHING_TO_SEE = "Nothing to see:";

/** Said of a map whose every cell lies below the first class, and is as transparent as the ground. */
function blankNote({ maximum, minimum }: FieldSummary, { openBelow, bounds, unit, decimals }: ColorTable): string[] {
  const strongest = Math.max(toDisplay(unit, minimum), toDisplay(unit, maximum));
  // Bounds are met in float32, as the data are.
  if (openBelow || !(Math.fround(strongest) < Math.fround(bounds[0]))) return [];
  return [`${NOTHING_TO_SEE} no cell reaches ${formatShown(bounds[0], decimals)} ${unit.units}.`];
}

/** What a map shows, in a few sentences: title, times, extremes, gaps. */
export function describePicture(
  { title, times, synthetic, notes }: Pick<MapRequest, "title" | "times" | "synthetic" | "notes">,
  summary: FieldSummary,
  table: ColorTable,
): string {
  const shown = shownSummary(summary, table);
  const values =
    shown === undefined
      ? "No cell holds a number."
      : `Minimum ${shown.minimum}, mean ${shown.mean}, maximum ${shown.maximum} ${table.unit.units}.`;
  const gaps = summary.missing > 0 ? [`${summary.missing} cells missing.`] : [];
  return [
    `Map: ${title}.`,
    `${times}.`,
    values,
    ...gaps,
    ...blankNote(summary, table),
    ...notes.map((note) => `${note}.`),
    ...(synthetic ? [`${SYNTHETIC_NOTICE}.`] : []),
    `${EXPERIMENTAL_NOTE}.`,
  ].join("\n");
}

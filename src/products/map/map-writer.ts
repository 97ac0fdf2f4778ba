/**
 * Writes maps as they are drawn: each PNG beside its name first, then renamed, so that no half a picture ever bears a final name.
 * A few are encoded at once, which bounds memory however many are asked for.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LeadHours, ReportProgress, ValidTime } from "../../core/index.ts";
import { writeAside } from "../../files/index.ts";
import type { Metric } from "../colors.ts";
import type { QuantityName } from "../quantity.ts";
import type { FieldSummary } from "../statistics.ts";
import { drawMap, type MapRequest } from "./draw-map.ts";

/** What a map is of, and the name it gets below the output folder. */
export interface MapLabel {
  /** "02_ensemble_mean/refc_f006.png". */
  readonly path: string;
  readonly quantity: QuantityName;
  readonly metric: Metric;
  readonly validTime: ValidTime;
  readonly leadHours?: LeadHours;
  readonly member?: number;
  /** In `thresholdUnit(quantity)`. */
  readonly threshold?: number;
}

/** A map that now lies under its name. The summary is in stored units. */
export interface WrittenMap extends MapLabel {
  readonly title: string;
  readonly times: string;
  readonly summary: FieldSummary;
}

export interface MapWriter {
  /** Draws and writes; resolves as soon as there is room for the next. */
  add(label: MapLabel, request: MapRequest): Promise<void>;
  /** Waits for the last and returns all, in the order they were added. */
  finish(): Promise<WrittenMap[]>;
}

/** Two threads encode while a third map is painted. */
const IN_FLIGHT = 3;

export function mapWriter(folder: string, total: number, report?: ReportProgress): MapWriter {
  const written: Promise<WrittenMap>[] = [];
  const inFlight = new Set<Promise<WrittenMap>>();
  const folders = new Set<string>();
  let done = 0;
  const write = async (label: MapLabel, request: MapRequest): Promise<WrittenMap> => {
    const { png, summary } = await drawMap(request);
    const path = join(folder, label.path);
    await writeAside(path, png);
    done++;
    report?.({ label: "draw maps", done, total, unit: "maps", note: label.path });
    return { ...label, title: request.title, times: request.times, summary };
  };
  return {
    add: async (label, request) => {
      const target = dirname(join(folder, label.path));
      if (!folders.has(target)) {
        await mkdir(target, { recursive: true });
        folders.add(target);
      }
      const task = write(label, request);
      // Its failure surfaces in the race below or in `finish`, whichever comes first.
      task.catch(() => undefined);
      written.push(task);
      inFlight.add(task);
      task.then(
        () => inFlight.delete(task),
        () => undefined,
      );
      if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    },
    finish: () => Promise.all(written),
  };
}

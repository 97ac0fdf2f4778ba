/** GRIB2: bytes to fields, in the World Meteorological Organization's words. No input or output of its own. */
import type { GribSelector, Grid, InitTime, LeadHours, ValidTime } from "../core/index.ts";

export interface GribMessage {
  readonly kind: "message";
  /** Name for complaints: usually the file's base name. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}
/** Bytes between messages that belong to none: a stray octet, padding, a web server's error page. Always report it. */
export interface Gap {
  readonly kind: "gap";
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}
export interface GribField {
  readonly discipline: number;
  readonly category: number;
  readonly number: number;
  /** As wgrib2 writes it: "TMP", or "var discipline=…" for one not in the table. */
  readonly variable: string;
  readonly level: {
    readonly type: number;
    readonly value?: number;
    readonly second?: { readonly type: number; readonly value?: number };
  };
  /** As the inventory writes it: "2 m above ground". */
  readonly levelText: string;
  readonly initTime: InitTime;
  /** End of the interval for accumulations, maxima and the like. */
  readonly leadHours: LeadHours;
  readonly validTime: ValidTime;
  /** Present for accumulations, averages, maxima … over time. */
  readonly interval?: { readonly startLeadHours: LeadHours; readonly process: number };
  readonly grid: GridDefinition;
  readonly packingTemplate: number;
}
export type GridDefinition = {
  readonly template: number;
  readonly nx: number;
  readonly ny: number;
  readonly scanningMode: number;
};

/** Every whole message in order, and the gaps between them; when all are given, throws DecodeError if any part was damaged. */
export declare function scanMessages(bytes: Uint8Array, file: string): Generator<GribMessage | Gap>;
/** The fields of one message: one, unless sections repeat. @throws DecodeError */
export declare function fieldsOf(message: GribMessage): GribField[];
/** Values in stored order, NaN where missing. @throws DecodeError */
export declare function decodeValues(field: GribField): Float32Array;
export declare function decodeValues(field: GribField, options: { precision: "float64" }): Float64Array;
/** core's grid, rows south to north. @throws RequestError for a grid core does not know. */
export declare function toGrid(definition: GridDefinition): Grid;
/** Stored order to rows south to north, columns west to east. The same array when it is so already. */
export declare function toSouthUp<T extends Float32Array | Float64Array>(values: T, definition: GridDefinition): T;
/** True for an instantaneous, unprocessed field of that parameter at that level. */
export declare function matches(field: GribField, selector: GribSelector): boolean;

/**
 * From one message to its fields. A message holds sections 1, (2), 3, 4, 5, 6, 7; after 7 it may go back to 2, 3 or 4 and hold
 * another field that shares what came before. There is one field for every section 7. Source: WMO FM 92 GRIB, regulation 92.
 * @module
 */
import { DecodeError, type InitTime, type LeadHours, type ValidTime } from "../core/index.ts";
import type { GribMessage } from "./scan.ts";
import { type Bitmap, readBitmap } from "./sections/bitmap.ts";
import { readPackingTemplate } from "./sections/data-representation.ts";
import { type GridDefinition, readGridDefinition } from "./sections/grid-definition.ts";
import { type Identification, readIdentification } from "./sections/identification.ts";
import {
  type Ensemble,
  type Interval,
  type Level,
  type ProductDefinition,
  type ProductKind,
  readProductDefinition,
} from "./sections/product-definition.ts";
import { type Section, sectionsOf } from "./sections/section.ts";
import { describeLevel } from "./tables/levels.ts";
import { parameterName } from "./tables/parameters.ts";

/** One field: everything its headers say, and its data still packed. `decodeValues` unpacks them. */
export interface GribField extends Ensemble {
  /** The message it came from. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  /** Originating center, 7 for NCEP: local numbers (192 and up) are to be read by its tables. */
  readonly center: number;
  readonly discipline: number;
  readonly category: number;
  readonly number: number;
  /** As wgrib2 writes it: "TMP", or "var discipline=… parm=…" for one not in the table. */
  readonly variable: string;
  readonly level: Level;
  /** As an inventory writes it: "2 m above ground". */
  readonly levelText: string;
  /** What was made of several forecasts; says which of member, derived, percentile and probability is present. */
  readonly kind: ProductKind;
  /** Code table 4.3: what made the field. */
  readonly generatingProcess: number;
  /** Octet 13 of section 4, defined by each center; absent where it is missing. */
  readonly backgroundProcess?: number;
  /** Code table 4.4: the unit of the message's forecast time. */
  readonly timeUnit: number;
  readonly initTime: InitTime;
  /** For a statistic over time the end of its interval; NaN where `kind` is "other", as the valid time. */
  readonly leadHours: LeadHours;
  readonly validTime: ValidTime;
  /** Present for accumulations, averages, extremes over time. */
  readonly interval?: Interval;
  readonly grid: GridDefinition;
  readonly productTemplate: number;
  readonly packingTemplate: number;
  readonly packed: PackedField;
}

/** What `decodeValues` needs. */
export interface PackedField {
  readonly representation: Section;
  readonly bitmap: Bitmap;
  readonly data: Section;
}

/**
 * The fields of one message, in order: one, unless sections repeat.
 * @throws DecodeError where a section is missing, out of order, too short, or of a kind not supported.
 */
export function fieldsOf(message: GribMessage): GribField[] {
  const discipline = message.bytes[6];
  const fields: GribField[] = [];
  let identification: Identification | undefined;
  let grid: GridDefinition | undefined;
  let product: ProductDefinition | undefined;
  let representation: Section | undefined;
  let bitmap: Bitmap;
  let previous = 0;
  for (const section of sectionsOf(message)) {
    checkOrder(previous, section);
    previous = section.number;
    switch (section.number) {
      case 1:
        identification = readIdentification(section);
        break;
      case 3:
        grid = readGridDefinition(section);
        break;
      case 4:
        if (identification !== undefined) product = readProductDefinition(section, identification.initTime);
        break;
      case 5:
        representation = section;
        break;
      case 6:
        if (grid !== undefined) bitmap = readBitmap(section, bitmap, grid.nx * grid.ny);
        break;
      case 7:
        if (
          identification === undefined ||
          grid === undefined ||
          product === undefined ||
          representation === undefined
        ) {
          throw misplaced(section, previous);
        }
        fields.push(
          fieldFrom(message, discipline, identification, grid, product, { representation, bitmap, data: section }),
        );
        break;
    }
  }
  if (fields.length === 0 || previous !== 7) {
    throw new DecodeError({
      place: `${message.file} byte ${message.offset + message.length - 4} section 8 octet 1`,
      expected: 'section 7 before "7777"',
      got: previous === 0 ? "no section" : `section ${previous}`,
      remedy: "the file is damaged: fetch it again",
    });
  }
  return fields;
}

/** Which sections may follow: 2 is optional, and 2, 3 or 4 begin another field after 7. */
const FOLLOWS: readonly (readonly number[])[] = [[1], [2, 3], [3], [4], [5], [6], [7], [2, 3, 4]];

function checkOrder(previous: number, section: Section): void {
  if (!FOLLOWS[previous].includes(section.number)) throw misplaced(section, previous);
}

function misplaced(section: Section, previous: number): DecodeError {
  return new DecodeError({
    place: `${section.file} byte ${section.offset}`,
    expected: `section ${FOLLOWS[previous].join(" or ")}${previous === 0 ? "" : ` after section ${previous}`}`,
    got: `section ${section.number}`,
    remedy: "the file is damaged: fetch it again",
  });
}

/** Writes the size of its ensemble where others write how many probabilities there are. */
const NCEP = 7;

function fieldFrom(
  { file, offset, length }: GribMessage,
  discipline: number,
  { center, initTime, localTable }: Identification,
  grid: GridDefinition,
  product: ProductDefinition,
  packed: PackedField,
): GribField {
  const { template, ...described } = product;
  const { category, number, level, probability } = product;
  return {
    file,
    offset,
    length,
    center,
    discipline,
    ...described,
    ...(probability !== undefined && center === NCEP && { ensembleSize: probability.total }),
    variable: parameterName({ discipline, category, number, center, localTable }),
    levelText: describeLevel(level, center),
    initTime,
    grid,
    productTemplate: template,
    packingTemplate: readPackingTemplate(packed.representation),
    packed,
  };
}

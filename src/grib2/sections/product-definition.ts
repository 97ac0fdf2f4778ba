/**
 * Section 4, product definition: which quantity, at which level, for which time. Templates 4.0 … 4.12 share octets 10–34 and
 * differ in what follows:
 *
 *   instant    4.0 plain      4.1 member      4.2 derived      4.5 probability      4.6 percentile
 *   interval   4.8 plain      4.11 member     4.12 derived     4.9 probability      4.10 percentile
 *
 * All templates have parameter category and number in octets 10 and 11; of others than these nothing else is read.
 *
 * Source: WMO FM 92 GRIB, section 4 and code tables 4.3 to 4.10.
 * @module
 */
import { type InitTime, type LeadHours, leadTime, type ValidTime, validTime } from "../../core/index.ts";
import { readTime } from "./identification.ts";
import { decodeError, isMissing, type Section, signMagnitude, unsigned8, unsigned16, unsigned32 } from "./section.ts";

/** A fixed surface: its type in code table 4.5, its value in that type's unit (m, Pa, K). */
export interface Surface {
  readonly type: number;
  /** Absent where the message says it is missing. */
  readonly value?: number;
}

/** One surface, or a layer between two. */
export interface Level extends Surface {
  readonly second?: Surface;
}

/** What was made of several forecasts or times; a plain field is none of these, and what an "other" is its template's number says. */
export type ProductKind = "plain" | "member" | "derived" | "probability" | "percentile" | "other";

export interface ProductDefinition extends Ensemble {
  readonly template: number;
  readonly category: number;
  readonly number: number;
  /** Code table 4.3: what made the field. NCEP's 194 is a neighborhood probability, 193 a probability-matched mean. */
  readonly generatingProcess: number;
  /** Octet 13, defined by each center; absent where it is missing. Ours: the radius of a neighborhood in kilometres. NCEP writes 0. */
  readonly backgroundProcess?: number;
  readonly level: Level;
  readonly kind: ProductKind;
  /** Code table 4.4: the unit in which the forecast time is given; inventories repeat it. */
  readonly timeUnit: number;
  /** This and the valid time are NaN where the template is none of ours: nobody could say whether it is of an interval. */
  readonly leadHours: LeadHours;
  readonly validTime: ValidTime;
  /** Only for a statistic over time; lead and valid time are then the interval's end. */
  readonly interval?: Interval;
}

/** A statistic over time: from when, and code table 4.10 (0 average, 1 accumulation, 2 maximum, 3 minimum). */
export interface Interval {
  readonly startLeadHours: LeadHours;
  readonly process: number;
  /** How long it is by its own length, which should be from its start to its end; absent where it is of several ranges. */
  readonly statedHours?: number;
}

/** What is known of the forecasts a field was made of, or is one of. Which of these is present goes with `kind`. */
export interface Ensemble {
  /** Number of the member, and code table 4.6: 0 and 1 controls, 2 and 3 perturbed, 4 of several models. */
  readonly member?: number;
  readonly memberType?: number;
  /** How many members there are, where it is said. */
  readonly ensembleSize?: number;
  /** Code table 4.7: 0 unweighted mean, 1 weighted mean, 4 spread, 8 minimum, 9 maximum. */
  readonly derived?: number;
  /** 0 to 100. */
  readonly percentile?: number;
  readonly probability?: Probability;
}

/** An event and how its probability is counted. Limits are in the unit of the parameter. */
export interface Probability {
  /** Code table 4.9 in words. Whether a limit itself belongs to the event is the producer's custom: NCEP counts ≥ as above. */
  readonly type: ProbabilityType;
  readonly lower?: number;
  readonly upper?: number;
  /** Which of how many probabilities this is. ⚠ NCEP writes its ensemble's size as the total. */
  readonly number: number;
  readonly total: number;
}

export type ProbabilityType =
  | "below lower limit"
  | "above upper limit"
  | "between limits"
  | "above lower limit"
  | "below upper limit"
  | "equal to lower limit";

/** Code table 4.9, in order. */
const PROBABILITY_TYPES: readonly ProbabilityType[] = [
  "below lower limit",
  "above upper limit",
  "between limits",
  "above lower limit",
  "below upper limit",
  "equal to lower limit",
];

/** Kind of product, and the octet at which its time interval begins. */
const TEMPLATES = new Map<number, { kind: ProductKind; intervalOctet?: number }>([
  [0, { kind: "plain" }],
  [1, { kind: "member" }],
  [2, { kind: "derived" }],
  [5, { kind: "probability" }],
  [6, { kind: "percentile" }],
  [8, { kind: "plain", intervalOctet: 35 }],
  [9, { kind: "probability", intervalOctet: 48 }],
  [10, { kind: "percentile", intervalOctet: 36 }],
  [11, { kind: "member", intervalOctet: 38 }],
  [12, { kind: "derived", intervalOctet: 37 }],
]);

/** Code table 4.5: missing. */
const NO_SURFACE = 255;

/**
 * Of a template that is not in the list above no more than its parameter, whose octets all have in common.
 * @throws DecodeError for a section that is cut off, or a time that is none
 */
export function readProductDefinition(section: Section, initTime: InitTime): ProductDefinition {
  const template = unsigned16(section, 8, "product definition template number");
  const layout = TEMPLATES.get(template);
  if (layout === undefined) {
    return {
      template,
      category: unsigned8(section, 10, "parameter category"),
      number: unsigned8(section, 11, "parameter number"),
      generatingProcess: 255,
      level: { type: NO_SURFACE },
      kind: "other",
      timeUnit: 255,
      leadHours: Number.NaN,
      validTime: Number.NaN as ValidTime,
    };
  }
  const second = readSurface(section, 29, "second");
  const first = readSurface(section, 23, "first") ?? { type: NO_SURFACE };
  const startLeadHours = readForecastTime(section);
  const background = unsigned8(section, 13, "background generating process");
  const product = {
    template,
    category: unsigned8(section, 10, "parameter category"),
    number: unsigned8(section, 11, "parameter number"),
    generatingProcess: unsigned8(section, 12, "type of generating process"),
    ...(isMissing(background, 8) ? {} : { backgroundProcess: background }),
    level: second === undefined ? first : { ...first, second },
    kind: layout.kind,
    timeUnit: unsigned8(section, 18, "unit of the forecast time"),
    ...readEnsemble(section, layout.kind),
  };
  if (layout.intervalOctet === undefined) {
    return { ...product, leadHours: startLeadHours, validTime: validTime(initTime, startLeadHours) };
  }
  const end = readTime(section, layout.intervalOctet, "end of the time interval") as ValidTime;
  const ranges = unsigned8(section, layout.intervalOctet + 7, "number of time ranges");
  if (ranges < 1) throw decodeError(section, layout.intervalOctet + 7, "at least one time range", `${ranges}`);
  const process = unsigned8(section, layout.intervalOctet + 12, "statistical process");
  const statedHours = ranges === 1 ? readRange(section, layout.intervalOctet + 14) : undefined;
  return {
    ...product,
    leadHours: leadTime(initTime, end),
    validTime: end,
    interval: { startLeadHours, process, ...(statedHours !== undefined && { statedHours }) },
  };
}

/** Length of a time range: its unit in one octet, its count in four. `undefined` in months, years, or where it is not said. */
function readRange(section: Section, octet: number): number | undefined {
  const hours = UNIT_HOURS.get(unsigned8(section, octet, "unit of the time range"));
  const count = unsigned32(section, octet + 1, "length of the time range");
  if (hours === undefined || isMissing(count, 32)) return undefined;
  return hours < 1 ? count / Math.round(1 / hours) : count * hours;
}

/** Octets 35 on, which come before the time interval where there is one. */
function readEnsemble(section: Section, kind: ProductKind): Ensemble {
  switch (kind) {
    case "member":
      return {
        memberType: unsigned8(section, 35, "type of ensemble forecast"),
        member: unsigned8(section, 36, "perturbation number"),
        ensembleSize: unsigned8(section, 37, "number of forecasts in the ensemble"),
      };
    case "derived":
      return {
        derived: unsigned8(section, 35, "derived forecast"),
        ensembleSize: unsigned8(section, 36, "number of forecasts in the ensemble"),
      };
    case "percentile":
      return { percentile: unsigned8(section, 35, "percentile value") };
    case "probability":
      return { probability: readProbability(section) };
    default:
      return {};
  }
}

function readProbability(section: Section): Probability {
  const code = unsigned8(section, 37, "probability type");
  const type = PROBABILITY_TYPES[code];
  if (type === undefined) {
    const remedy = "this kind of product is not supported";
    throw decodeError(section, 37, "a probability type of code table 4.9 (0 to 5)", `${code}`, remedy);
  }
  const lower = readScaled(section, 38, "lower limit");
  const upper = readScaled(section, 43, "upper limit");
  return {
    type,
    ...(lower !== undefined && { lower }),
    ...(upper !== undefined && { upper }),
    number: unsigned8(section, 35, "forecast probability number"),
    total: unsigned8(section, 36, "total number of forecast probabilities"),
  };
}

/** `undefined` when there is no such surface (type 255). */
function readSurface(section: Section, octet: number, which: string): Surface | undefined {
  const type = unsigned8(section, octet, `type of the ${which} fixed surface`);
  const value = readScaled(section, octet + 1, `value of the ${which} fixed surface`);
  if (isMissing(type, 8)) return undefined;
  return value === undefined ? { type } : { type, value };
}

/** A scale factor (1 octet) and a scaled value (4): value · 10^(−factor). `undefined` where either is missing. */
function readScaled(section: Section, octet: number, what: string): number | undefined {
  const scale = unsigned8(section, octet, `scale factor of the ${what}`);
  const scaled = unsigned32(section, octet + 1, `scaled ${what}`);
  if (isMissing(scale, 8) || isMissing(scaled, 32)) return undefined;
  const power = signMagnitude(scale, 8);
  const value = signMagnitude(scaled, 32);
  return power < 0 ? value * 10 ** -power : value / 10 ** power;
}

/** Code table 4.4, in hours. Months and years have no fixed length. */
const UNIT_HOURS = new Map([
  [0, 1 / 60],
  [1, 1],
  [2, 24],
  [10, 3],
  [11, 6],
  [12, 12],
  [13, 1 / 3600],
]);

function readForecastTime(section: Section): LeadHours {
  const unit = unsigned8(section, 18, "unit of the forecast time");
  const hours = UNIT_HOURS.get(unit);
  if (hours === undefined) {
    const remedy = "this kind of product is not supported";
    throw decodeError(section, 18, "a unit of time of fixed length (code table 4.4)", `code ${unit}`, remedy);
  }
  const raw = unsigned32(section, 19, "forecast time");
  // The manual asks for sign and magnitude (10…), NCEP has written two's complement (11…); no real lead reaches 2³⁰ units.
  const time = raw >= 0xc0000000 ? raw - 2 ** 32 : signMagnitude(raw, 32);
  return hours < 1 ? time / Math.round(1 / hours) : time * hours;
}

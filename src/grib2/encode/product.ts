/**
 * Section 4 of what we write, the other direction of `sections/product-definition.ts`:
 *
 *   instant    4.0 plain   4.1 member    4.2 derived    4.5 probability   4.6 percentile
 *   interval   4.8 plain   4.11 member   4.12 derived   4.9 probability   4.10 percentile
 *
 * Source: WMO FM 92 GRIB, section 4 and code tables 4.3 to 4.10.
 * @module
 */
import { type GribSelector, type InitTime, type LeadHours, RequestError, validTime } from "../../core/index.ts";
import type { Ensemble, Interval, Probability, ProbabilityType } from "../sections/product-definition.ts";
import { MISSING8, MISSING32, type Octets, s8, s32, section, time, u8, u16, u32 } from "./octets.ts";

/** Which quantity, where, when, and what was made of which forecasts: at most one of member, derived, percentile, probability. */
export interface EncodedProduct extends Ensemble {
  readonly parameter: GribSelector;
  /** Code table 4.3: 4 ensemble forecast, 5 probability, NCEP's 194 a neighborhood probability. */
  readonly generatingProcess: number;
  /** Octet 13, defined by each center. Absent: missing. */
  readonly backgroundProcess?: number;
  readonly initTime: InitTime;
  /** Of a statistic over time the end of its interval. */
  readonly leadHours: LeadHours;
  readonly interval?: Interval;
}

const NO_SURFACE: Octets = [...MISSING8, ...MISSING8, ...MISSING32];
const HOUR = 1;

/** @throws RequestError for a lead that is no whole number of seconds; RangeError for a count beyond its octet. */
export function productSection(product: EncodedProduct): Uint8Array {
  const { parameter, interval, leadHours } = product;
  const { template, octets } = ofEnsemble(product);
  const start = interval?.startLeadHours ?? leadHours;
  return section(
    4,
    u16(0),
    u16(interval === undefined ? template.instant : template.interval),
    u8(parameter.category),
    u8(parameter.number),
    u8(product.generatingProcess),
    // Background process, and the model's number, which ours have none of.
    [product.backgroundProcess ?? 255, 255],
    [...u16(0), ...u8(0)],
    forecastTime(start),
    u8(parameter.levelType),
    parameter.levelValue === undefined ? [...MISSING8, ...MISSING32] : scaled(parameter.levelValue),
    NO_SURFACE,
    octets,
    interval === undefined ? [] : intervalOctets(product, interval),
  );
}

const TEMPLATES = {
  plain: { instant: 0, interval: 8 },
  member: { instant: 1, interval: 11 },
  derived: { instant: 2, interval: 12 },
  probability: { instant: 5, interval: 9 },
  percentile: { instant: 6, interval: 10 },
};

function ofEnsemble({ member, memberType = 3, ensembleSize = 0, derived, percentile, probability }: EncodedProduct): {
  template: { instant: number; interval: number };
  octets: Octets;
} {
  const size = octet(ensembleSize, "members");
  if (member !== undefined) {
    return { template: TEMPLATES.member, octets: [memberType, ...octet(member, "member number"), ...size] };
  }
  if (derived !== undefined) return { template: TEMPLATES.derived, octets: [derived, ...size] };
  if (percentile !== undefined) return { template: TEMPLATES.percentile, octets: octet(percentile, "percentile") };
  if (probability !== undefined) return { template: TEMPLATES.probability, octets: event(probability) };
  return { template: TEMPLATES.plain, octets: [] };
}

/** Counts have one octet, and 255 means missing. */
function octet(value: number, what: string): Octets {
  if (Number.isInteger(value) && value >= 0 && value < 255) return [value];
  throw new RequestError({
    place: "GRIB2 product",
    expected: `a number of ${what} that fits one octet, a whole one of 0 to 254`,
    got: `${value}`,
    remedy: "export NetCDF instead",
  });
}

/** Code table 4.9, in order. */
const EVENTS: readonly ProbabilityType[] = [
  "below lower limit",
  "above upper limit",
  "between limits",
  "above lower limit",
  "below upper limit",
  "equal to lower limit",
];

function event({ number, total, type, lower, upper }: Probability): Octets {
  const limit = (value: number | undefined): Octets =>
    value === undefined ? [...MISSING8, ...MISSING32] : scaled(value);
  return [
    ...octet(number, "probabilities"),
    ...octet(total, "members"),
    EVENTS.indexOf(type),
    ...limit(lower),
    ...limit(upper),
  ];
}

const MOST_DECIMALS = 6;

/** value = scaled / 10^scale, by the fewest decimals that say it, six at most. */
function scaled(value: number): Octets {
  let scale = 0;
  while (scale < MOST_DECIMALS && Math.abs(Math.round(value * 10 ** scale) / 10 ** scale - value) > 1e-9) scale++;
  return [...s8(scale), ...s32(Math.round(value * 10 ** scale))];
}

/** Unit (code table 4.4) and count: hours where they are whole, else minutes, else seconds. */
function forecastTime(leadHours: LeadHours): Octets {
  for (const [unit, perHour] of [
    [HOUR, 1],
    [0, 60],
    [13, 3600],
  ]) {
    const count = Math.round(leadHours * perHour);
    if (Math.abs(leadHours * perHour - count) < 1e-6) return [unit, ...s32(count)];
  }
  throw new RequestError({
    place: "GRIB2 product",
    expected: "a lead of whole seconds",
    got: `${leadHours} h`,
    remedy: "export NetCDF instead",
  });
}

/** When it ends; one range, of the statistic `process` over successive forecast times. */
function intervalOctets({ initTime, leadHours }: EncodedProduct, { process, startLeadHours }: Interval): Octets {
  return [
    ...time(validTime(initTime, leadHours)),
    1,
    ...u32(0),
    process,
    2,
    ...forecastTime(leadHours - startLeadHours),
    255,
    ...u32(0),
  ];
}

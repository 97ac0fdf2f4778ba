/**
 * What was made of an ensemble, in an inventory's words: the texts behind the time.
 *
 *   "ENS=+3"   "wt ens mean"   "10% level"   "prob >40:prob fcst 0/10:Neighborhood Probability"
 *
 * Source: wgrib2; checked against lines of HREF's and REFS' inventories.
 * @module
 */
import type { Ensemble, Probability } from "../sections/product-definition.ts";

/** A product: how many forecasts, of what kind, made by what. */
export interface Product extends Ensemble {
  readonly center: number;
  readonly generatingProcess: number;
}

/** The texts of a product, "" for a plain field. */
export function formatProduct({ center, generatingProcess, ...ensemble }: Product): string {
  const { member, memberType, derived, percentile, probability } = ensemble;
  const texts: string[] = [];
  if (member !== undefined && memberType !== undefined) texts.push(memberText(member, memberType));
  if (derived !== undefined) texts.push(derivedText(derived, center));
  if (percentile !== undefined) texts.push(`${percentile}% level`);
  if (probability !== undefined) {
    texts.push(`prob ${eventText(probability)}`, `prob fcst ${probability.number}/${probability.total}`);
  }
  if (generatingProcess >= FIRST_LOCAL && generatingProcess !== MISSING) {
    const isNeighborhood = center === NCEP && generatingProcess === NEIGHBORHOOD;
    texts.push(isNeighborhood ? "Neighborhood Probability" : `process=${generatingProcess}`);
  }
  return texts.join(":");
}

const NCEP = 7;
const FIRST_LOCAL = 192;
const MISSING = 255;
const NEIGHBORHOOD = 194;

/** Code table 4.6: two controls, two signs, members of several models. */
function memberText(member: number, type: number): string {
  switch (type) {
    case 0:
      return "ENS=hi-res ctl";
    case 1:
      return "ENS=low-res ctl";
    case 2:
      return `ENS=-${member}`;
    case 3:
      return `ENS=+${member}`;
    case 4:
      return `MM-ENS=${member}`;
    case 192:
      return `ENS=${member}`;
    default:
      return `ENS=? table4.6=${type} pert=${member}`;
  }
}

/** Code table 4.7, of all members. */
const DERIVED: readonly string[] = [
  "ens mean",
  "wt ens mean",
  "ens std dev",
  "normalized ens std dev",
  "ens spread",
  "ens large anom index",
  "unwt ens mean",
  "25%-75% range",
  "min all members",
  "max all members",
];
/** NCEP's own, from 192 on. */
const DERIVED_BY_NCEP: readonly string[] = [
  "unwt mode all members",
  "10% all members",
  "50% all members",
  "90% all members",
];

function derivedText(code: number, center: number): string {
  const local = center === NCEP ? DERIVED_BY_NCEP[code - FIRST_LOCAL] : undefined;
  return DERIVED[code] ?? local ?? "unknown derived fcst";
}

function eventText({ type, lower, upper }: Probability): string {
  const texts: Readonly<Record<typeof type, string>> = {
    "below lower limit": `<${limit(lower)}`,
    "above upper limit": `>${limit(upper)}`,
    "between limits": `>=${limit(lower)} <${limit(upper)}`,
    "above lower limit": `>${limit(lower)}`,
    "below upper limit": `<${limit(upper)}`,
    "equal to lower limit": `=${limit(lower)}`,
  };
  return texts[type];
}

/** Six significant digits, as C's %g. */
function limit(value: number | undefined): string {
  return value === undefined ? "?" : String(Number(value.toPrecision(6)));
}

/** An event as an inventory tells it: which of a message's two limits it was is not said there. */
export interface EventText {
  readonly above?: number;
  readonly below?: number;
  readonly equal?: number;
  /** Which of how many; NCEP writes its ensemble's size as the total. Absent where it is not said. */
  readonly number?: number;
  readonly total?: number;
}

const NUMBER = String.raw`(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;
const EVENT = new RegExp(`(?:^|:)prob (?:>=?${NUMBER})?(?: ?<${NUMBER})?(?:=${NUMBER})?(?=:|$)`);
const COUNT = /(?:^|:)prob fcst (\d+)\/(\d+)(?=:|$)/;

/** The event of a probability; `undefined` when `extra` is of no probability. "prob >=9 <20" is above 9 and below 20. */
export function parseEvent(extra: string): EventText | undefined {
  const event = EVENT.exec(extra);
  if (event === null || event.slice(1).every((limitText) => limitText === undefined)) return undefined;
  const [above, below, equal] = event.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
  const count = COUNT.exec(extra);
  return {
    ...(above !== undefined && { above }),
    ...(below !== undefined && { below }),
    ...(equal !== undefined && { equal }),
    ...(count !== null && { number: Number(count[1]), total: Number(count[2]) }),
  };
}

/** Thresholds are printed with six digits at most. */
const THRESHOLD_TOLERANCE = 1e-5;

/** True when both have the same limits, of however many members. */
export function sameEvent(a: EventText, b: EventText): boolean {
  return (["above", "below", "equal"] as const).every((side) => {
    const [x, y] = [a[side], b[side]];
    if (x === undefined || y === undefined) return x === y;
    return Math.abs(x - y) <= THRESHOLD_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
  });
}

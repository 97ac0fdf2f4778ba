/**
 * What the products of an ensemble hold, so that what can never be found is refused before anybody is asked:
 *
 *   prob of REFS: refc >10 >20 >30 >40 >50, mxuphl >25 >75 >150, …      mean of REFS: t2m, d2m, u10, …, and no refc
 *
 * Sources: REFS's inventories of 15 September and 2 October 2026, kept by dynamical-org/reformatters for its tests; for HREF NOAA-EMC/HREF,
 * parm/href_variable_grib2.tbl of versions 2.0.0 and 3.1.0, and NWS SCN 21-44 for their day.
 * @module
 */
import { type InitTime, RequestError, utcSeconds } from "../core/index.ts";
import { describeEvent, type EnsembleProduct, type EnsembleSelection, issuesEvents } from "./ensemble-products.ts";

/** Quantities of a product, and of a probability its events, like ">10" or "<273.15"; none are listed where they vary or do not apply. */
type Holding = Readonly<Record<string, readonly string[]>>;

/** A product without a row is asked for anything: no inventory of it was seen. */
export type EnsembleHoldings = Readonly<Partial<Record<EnsembleProduct, Holding>>>;

const events = (text: string): readonly string[] => text.split(" ");
const quantities = (text: string): Holding => Object.fromEntries(text.split(" ").map((name) => [name, []]));

const SCREEN = "t2m d2m u10 v10 wind10 cape cin mlcape mlcin hlcy pwat apcp asnow";
const STORMS = "refc refd1km maxref retop mxuphl";

const STORM_EVENTS: Holding = {
  refc: events(">10 >20 >30 >40 >50"),
  refd1km: events(">30 >40 >50"),
  maxref: events(">40 >50"),
  mxuphl: events(">25 >75 >150"),
  mlcape: events(">500 >1000 >1500 >2000 >3000"),
  mlcin: events("<0 <-50 <-100 <-400"),
  hlcy: events(">100 >200 >400"),
  t2m: events("<273.15"),
  d2m: events(">283.15 >285.93 >288.71 >291.48 >294.26"),
  pwat: events(">25 >37.5 >50"),
};

export const REFS_HOLDINGS: EnsembleHoldings = {
  prob: {
    ...STORM_EVENTS,
    retop: events(">6096 >9144 >10668 >12192 >15240"),
    wind10: events(">10.3 >15.4 >18.01 >20.6 >25.72 >30.9"),
    ltng: events(">0.08"),
    apcp: events(">12.7 >25.4 >50.8 >76.2 >127 >203.2"),
    asnow: events(">0.025 >0.076 >0.152 >0.304 >0.457"),
  },
  eas: {
    apcp: events(">0.254 >2.54 >6.35 >12.7 >25.4 >50.8 >76.2 >127"),
    asnow: events(">0.025 >0.076 >0.152"),
  },
  mean: quantities(SCREEN),
  sprd: quantities(`${SCREEN} ${STORMS}`),
  pmmn: quantities(`apcp ${STORMS}`),
  lpmm: quantities("apcp"),
  avrg: quantities("apcp"),
};

/** HREF v3 has 10 members and these thresholds since then, v2 had 8 and others. */
const HREF_V3 = utcSeconds(2021, 5, 11, 12);

/** Only its probabilities: of its other products neither table nor inventory says enough. */
export function hrefHoldings(initTime: InitTime): EnsembleHoldings {
  const isV3 = initTime >= HREF_V3;
  return {
    prob: {
      ...STORM_EVENTS,
      retop: events(isV3 ? ">6096 >9144 >10668 >12192 >15240" : ">6096 >9144 >10668 >12912 >15240"),
      ...(isV3 ? { ltng: events(">0.2") } : { mxuphl: events(">25 >100") }),
      wind10: events(isV3 ? ">10.3 >15.4 >18.01 >20.6 >25.72" : ">10.3 >15.4 >20.6"),
      // Of every window its own.
      apcp: [],
      asnow: [],
    },
  };
}

/** What of a selection a product can answer. */
export function heldOf(
  product: EnsembleProduct,
  selection: EnsembleSelection,
  holdings: EnsembleHoldings,
): EnsembleSelection {
  const held = holdings[product];
  if (held === undefined) return selection;
  return {
    ...selection,
    names: selection.names.filter((name) => Object.hasOwn(held, name)),
    events: selection.events.filter(({ name, operator, threshold }) => {
      if (!issuesEvents(product)) return false;
      const known = Object.hasOwn(held, name) ? held[name] : undefined;
      if (known === undefined) return false;
      return (
        known.length === 0 ||
        known.some((event) => event[0] === operator && Number(event.slice(1)) === Number(threshold))
      );
    }),
  };
}

/**
 * Refuses at once what none of the products asked for holds, with what they do hold.
 * @throws RequestError
 */
export function requireHeld(
  ensemble: string,
  products: readonly EnsembleProduct[],
  selection: EnsembleSelection,
  holdings: EnsembleHoldings,
): void {
  const answers = products.map((product) => heldOf(product, selection, holdings));
  const name = selection.names.find((each) => !answers.some(({ names }) => names.includes(each)));
  const ofEvents = products.some(issuesEvents);
  const event = selection.events.find((each) => ofEvents && !answers.some((answer) => answer.events.includes(each)));
  if (name === undefined && event === undefined) return;
  throw new RequestError({
    place: name === undefined ? "--events" : "--variables",
    expected: `what ${ensemble} has: ${products.map((product) => holdingText(product, holdings, event?.name)).join("; ")}`,
    got: name ?? (event === undefined ? "" : describeEvent(event)),
    remedy: elsewhere(name ?? event?.name ?? "", products, holdings),
  });
}

/** "prob: refc, mxuphl, …", or for a quantity that it has "prob: refc >10 >20 >30 >40 >50". */
function holdingText(product: EnsembleProduct, holdings: EnsembleHoldings, quantity: string | undefined): string {
  const held = holdings[product] ?? {};
  if (quantity !== undefined && Object.hasOwn(held, quantity))
    return `${product}: ${quantity} ${held[quantity].join(" ")}`;
  return `${product}: ${Object.keys(held).join(", ")}`;
}

function elsewhere(name: string, products: readonly EnsembleProduct[], holdings: EnsembleHoldings): string {
  const others = (Object.keys(holdings) as EnsembleProduct[]).filter(
    (product) => !products.includes(product) && Object.hasOwn(holdings[product] ?? {}, name),
  );
  return others.length === 0 ? "ask for one of these" : `ask for one of these, or for ${name} of ${others.join(", ")}`;
}

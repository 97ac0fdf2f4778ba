/**
 * The products of an ensemble as a stream of fields, for any file format: first what there will be (`productList`), then each field
 * with its values (`productFields`), one lead and one quantity at a time. Members are read once, and held only for percentiles.
 * @module
 */
import {
  ConfigError,
  cellCount,
  type Ensemble,
  type Field,
  formatLead,
  type LeadHours,
  RequestError,
} from "../../core/index.ts";
import { calibrateField, type FittedEvent, type ProbabilityCalibration } from "../../recalibration/index.ts";
import {
  accumulateExceedance,
  accumulateNearby,
  accumulateStatistics,
  availableQuantities,
  calibrationAt,
  DEFAULT_THRESHOLDS,
  forecastMoment,
  type Moment,
  maximumOverTime,
  type Nearness,
  neighborhoodEnsembleProbability,
  percentiles,
  QUANTITIES,
  type QuantityName,
  type Threshold,
  WITHIN_40_KM,
} from "../index.ts";

export const FILE_PRODUCTS = ["members", "mean", "spread", "percentiles", "probability", "nep", "nmep"] as const;
export type FileProduct = (typeof FILE_PRODUCTS)[number];

/** What one field is. */
export type Product =
  | { readonly kind: "members"; readonly member: number }
  | { readonly kind: "mean" }
  | { readonly kind: "spread" }
  | { readonly kind: "percentiles"; readonly percentage: number }
  | { readonly kind: "probability"; readonly threshold: Threshold; readonly calibrated?: Calibrated }
  | { readonly kind: "nep"; readonly threshold: Threshold; readonly nearness: Nearness }
  | {
      readonly kind: "nmep";
      readonly threshold: Threshold;
      readonly nearness: Nearness;
      readonly calibrated?: Calibrated;
    };

/** Of a probability when calibrated ones are asked for: by what, with a fit for each moment, or why the share of members stays. */
export type Calibrated =
  | { readonly by: ProbabilityCalibration; readonly fits: readonly FittedEvent[] }
  | { readonly why: string };

export interface ProductChoice {
  readonly products: readonly FileProduct[];
  /** Default: everything stored, and wind speed where there is wind. */
  readonly quantities?: readonly QuantityName[];
  /** Default: every lead of the ensemble. */
  readonly leadHours?: readonly LeadHours[];
  /** Instead of the usual ones of their quantities. */
  readonly thresholds?: readonly Threshold[];
  /** Default: 10, 50, 90. */
  readonly percentages?: readonly number[];
  /** Default: a disc of 40 km. */
  readonly near?: readonly Nearness[];
  /** The largest value of each member over the leads, instead of each lead: one moment, the last. */
  readonly overLeads?: boolean;
  /** Probabilities, at points and near, as this says they should be: of a threshold at all of its moments or at none. The shares of members unless given. */
  readonly calibration?: ProbabilityCalibration;
}

/** One field of a product, [ny, nx], in stored units; probabilities 0 … 1. */
export interface ProductField {
  readonly moment: Moment;
  /** Which of the moments. */
  readonly at: number;
  readonly quantity: QuantityName;
  readonly product: Product;
  readonly values: Field;
}

/** What a choice means for an ensemble, checked. */
export interface ProductPlan {
  readonly moments: readonly Moment[];
  readonly entries: readonly { readonly quantity: QuantityName; readonly products: readonly Product[] }[];
}

/**
 * @throws RequestError for a quantity, lead or threshold the ensemble cannot give, ConfigError for a choice that gives nothing.
 */
export function productPlan(ensemble: Ensemble, choice: ProductChoice): ProductPlan {
  if (choice.calibration !== undefined && !choice.products.some((name) => name === "probability" || name === "nmep")) {
    const expected = "probability or nmep among them";
    throw new ConfigError({
      place: "calibrated products",
      expected,
      got: choice.products.join(","),
      remedy: "add one",
    });
  }
  const available = availableQuantities(ensemble.channels).filter((name) => QUANTITIES[name].circular !== true);
  const usual = available.filter((name) => QUANTITIES[name].onRequest !== true || name === "wind");
  const quantities = among("quantity", choice.quantities, available, usual);
  const leads = among("lead hour", choice.leadHours, ensemble.leadHours, ensemble.leadHours);
  const each = leads.map((lead) => forecastMoment(ensemble, lead));
  const moments = choice.overLeads ? [maximumOverTime(each)] : each;
  const entries = quantities.map((quantity) => ({ quantity, products: productsOf(quantity, moments, choice) }));
  if (entries.every(({ products }) => products.length === 0)) {
    const got = `no field of ${choice.products.join(",")}`;
    throw new ConfigError({ place: "products", expected: "at least one field", got, remedy: "name thresholds" });
  }
  return { moments, entries };
}

function productsOf(quantity: QuantityName, moments: readonly Moment[], choice: ProductChoice): Product[] {
  const { memberCount } = moments[0];
  const { products, calibration, percentages = [10, 50, 90], near = [WITHIN_40_KM] } = choice;
  const thresholds = (choice.thresholds ?? DEFAULT_THRESHOLDS[quantity]).filter((each) => each.quantity === quantity);
  const nearby = (of: (threshold: Threshold, nearness: Nearness) => Product): Product[] =>
    near.flatMap((nearness) => thresholds.map((threshold) => of(threshold, nearness)));
  const calibrated = (threshold: Threshold, nearness?: Nearness): { readonly calibrated?: Calibrated } =>
    calibration === undefined ? {} : { calibrated: calibratedAt(moments, threshold, calibration, nearness) };
  const of: Readonly<Record<FileProduct, () => Product[]>> = {
    members: () => Array.from({ length: memberCount }, (_, member) => ({ kind: "members", member })),
    mean: () => [{ kind: "mean" }],
    spread: () => [{ kind: "spread" }],
    percentiles: () => percentages.map((percentage) => ({ kind: "percentiles", percentage })),
    probability: () => thresholds.map((threshold) => ({ kind: "probability", threshold, ...calibrated(threshold) })),
    nep: () => nearby((threshold, nearness) => ({ kind: "nep", threshold, nearness })),
    nmep: () =>
      nearby((threshold, nearness) => ({ kind: "nmep", threshold, nearness, ...calibrated(threshold, nearness) })),
  };
  return FILE_PRODUCTS.filter((name) => products.includes(name)).flatMap((name) => of[name]());
}

/** A file's variable spans its moments: one without a fit leaves the others raw too, rather than mix what is compared. */
function calibratedAt(
  moments: readonly Moment[],
  threshold: Threshold,
  by: ProbabilityCalibration,
  nearness?: Nearness,
): Calibrated {
  const fits: FittedEvent[] = [];
  for (const moment of moments) {
    const fit = calibrationAt(by, threshold, moment, nearness);
    if ("why" in fit) {
      const { leadHours } = moment;
      return { why: leadHours === undefined ? fit.why : `at +${formatLead(leadHours)} ${fit.why}` };
    }
    fits.push(fit);
  }
  return { by, fits };
}

/** Every field of the plan, moment by moment and quantity by quantity, in the plan's order; members first. */
export async function* productFields({ moments, entries }: ProductPlan): AsyncGenerator<ProductField> {
  for (const [at, moment] of moments.entries()) {
    for (const { quantity, products } of entries) {
      if (products.length === 0) continue;
      const made = fieldMaker(moment, at, products);
      for (let member = 0; member < moment.memberCount; member++) {
        const values = await moment.read(member, quantity);
        made.add(values);
        const product = products.find((each) => each.kind === "members" && each.member === member);
        if (product !== undefined) yield { moment, at, quantity, product, values };
      }
      for (const [product, values] of made.finish()) yield { moment, at, quantity, product, values };
    }
  }
}

interface FieldMaker {
  add(member: Field): void;
  /** Every product but single members. */
  finish(): Generator<[Product, Field]>;
}

/** Accumulators for what is asked, and for nothing else. */
function fieldMaker({ grid }: Moment, at: number, products: readonly Product[]): FieldMaker {
  const cells = cellCount(grid);
  const ofKind = <K extends Product["kind"]>(...kinds: K[]): Extract<Product, { kind: K }>[] =>
    products.filter((product): product is Extract<Product, { kind: K }> => kinds.includes(product.kind as K));
  const pointwise = ofKind("probability", "nep").map(({ threshold }) => threshold);
  const statistics = ofKind("mean", "spread").length > 0 ? accumulateStatistics(cells) : undefined;
  const exceedance = pointwise.length > 0 ? accumulateExceedance(cells, pointwise) : undefined;
  const nearby = ofKind("nmep").map((product) => ({
    product,
    shares: accumulateNearby(grid, [product.threshold], product.nearness),
  }));
  const levels = ofKind("percentiles");
  const held: Field[] = [];
  return {
    add: (member) => {
      statistics?.add(member);
      exceedance?.add(member);
      for (const { shares } of nearby) shares.add(member);
      // A store may read the next member into the same memory.
      if (levels.length > 0) held.push(member.slice());
    },
    finish: function* () {
      const summary = statistics?.finish();
      for (const product of ofKind("mean", "spread")) if (summary !== undefined) yield [product, summary[product.kind]];
      const fields =
        levels.length === 0
          ? []
          : percentiles(
              held,
              levels.map(({ percentage }) => percentage),
            );
      for (const [index, product] of levels.entries()) yield [product, fields[index]];
      const probabilities = exceedance?.finish() ?? [];
      for (const [index, product] of ofKind("probability", "nep").entries()) {
        const { probability } = probabilities[index];
        if (product.kind === "nep") {
          yield [product, neighborhoodEnsembleProbability(probability, grid, product.nearness)];
        } else yield [product, said(probability, product.calibrated, at)];
      }
      for (const { product, shares } of nearby) {
        yield [product, said(shares.finish()[0].probability, product.calibrated, at)];
      }
    },
  };
}

/** Calibrated where there is a fit, else the shares. */
function said(shares: Field, calibrated: Calibrated | undefined, at: number): Field {
  return calibrated === undefined || "why" in calibrated
    ? shares
    : calibrateField(shares, calibrated.fits[at]).probability;
}

/** The items asked for, in the ensemble's order; `usual` by default. */
function among<T extends string | number>(
  what: string,
  asked: readonly T[] | undefined,
  there: readonly T[],
  usual: readonly T[],
): T[] {
  if (asked === undefined) return [...usual];
  const missing = asked.filter((item) => !there.includes(item));
  if (missing.length === 0 && asked.length > 0) return there.filter((item) => asked.includes(item));
  throw new RequestError({
    place: "products of a forecast",
    expected: `a ${what} out of ${there.join(",")}`,
    got: asked.length === 0 ? "none" : missing.join(","),
    remedy: "ask for what the forecast holds",
  });
}

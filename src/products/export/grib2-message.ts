/**
 * What one product is in GRIB2's codes. Probabilities are per cent, as NCEP's are. A neighborhood probability is told apart from the one at
 * the point by NCEP's generating process 194 and by its radius in octet 13 (`backgroundProcess`), which readers can ask for as a key.
 * @module
 */
import { type Ensemble, type GribSelector, RequestError, VARIABLES, type VariableName } from "../../core/index.ts";
import type { EncodedField, EncodedProduct } from "../../grib2/index.ts";
import { describeNearness, type Nearness, type QuantityName, type Threshold } from "../index.ts";
import type { Product, ProductField } from "./product-fields.ts";
import { describeCalibrated } from "./product-variable.ts";

const above = (category: number, number: number, levelValue: number): GribSelector => ({
  discipline: 0,
  category,
  number,
  levelType: 103,
  levelValue,
});

/** What is derived and has a parameter of its own. Heights of the LCL and the updraft have none that says which they are. */
const DERIVED: Partial<Readonly<Record<QuantityName, GribSelector>>> = {
  wind: above(2, 1, 10),
  depression: above(0, 7, 2),
  rh: above(1, 1, 2),
};

function parameterOf(quantity: QuantityName): GribSelector | undefined {
  return Object.hasOwn(VARIABLES, quantity) ? VARIABLES[quantity as VariableName].grib : DERIVED[quantity];
}

/** @throws RequestError for quantities and products without a code of their own. */
export function requireSayable(quantity: QuantityName, product: Product): void {
  const { kind } = product;
  if (kind === "nmep") radiusOctet(product.nearness);
  if (parameterOf(quantity) !== undefined && kind !== "nep") return;
  throw new RequestError({
    place: "export to GRIB2",
    expected: "quantities and products that have a code of their own",
    got: kind === "nep" ? "nep, which would read like nmep" : quantity,
    remedy: "export NetCDF instead",
  });
}

/** Digits behind the point: HRRR's own steps are 1/16 dBZ, K and m/s, and 1 to 10 J/kg. */
function decimalsOf(quantity: QuantityName): number {
  return quantity === "cape" || quantity === "cin" ? 1 : 2;
}

const [ENSEMBLE_FORECAST, PROBABILITY_FORECAST, NEIGHBORHOOD] = [4, 5, 194];
const [UNWEIGHTED_MEAN, SPREAD, PERTURBED, MAXIMUM] = [0, 4, 3, 2];
const PER_CENT_DECIMALS = 2;

/** Octet 13, whose meaning is a center's own: we say there how many kilometres around a cell the event may be, and 255 for "at the cell". */
function radiusOctet({ radiusKm }: Nearness): number {
  if (Number.isInteger(radiusKm) && radiusKm > 0 && radiusKm < 255) return radiusKm;
  throw new RequestError({
    place: "export to GRIB2",
    expected: "a neighborhood of 1 to 254 whole kilometres, which one octet says",
    got: `${radiusKm} km`,
    remedy: "export NetCDF instead",
  });
}

/** What a product's message says beside quantity and time. */
export function codesOf(product: Product): Omit<EncodedProduct, "parameter" | "initTime" | "leadHours"> {
  switch (product.kind) {
    case "members":
      return { generatingProcess: ENSEMBLE_FORECAST, member: product.member, memberType: PERTURBED };
    case "mean":
      return { generatingProcess: ENSEMBLE_FORECAST, derived: UNWEIGHTED_MEAN };
    case "spread":
      return { generatingProcess: ENSEMBLE_FORECAST, derived: SPREAD };
    case "percentiles":
      return { generatingProcess: ENSEMBLE_FORECAST, percentile: product.percentage };
    default: {
      const { direction, stored } = product.threshold;
      const limit =
        direction === "atLeast"
          ? ({ type: "above lower limit", lower: stored } as const)
          : ({ type: "below upper limit", upper: stored } as const);
      return {
        ...(product.kind === "probability"
          ? { generatingProcess: PROBABILITY_FORECAST }
          : { generatingProcess: NEIGHBORHOOD, backgroundProcess: radiusOctet(product.nearness) }),
        probability: { ...limit, number: 0, total: 0 },
      };
    }
  }
}

/** GRIB2 has no code for a calibrated probability: it is said in words, as what could not be calibrated is. */
function wordsOf(product: Extract<Product, { readonly threshold: Threshold }>): string[] {
  const near = product.kind === "probability" ? [] : [`event ${describeNearness(product.nearness)}`];
  const calibrated = product.kind === "nep" ? undefined : product.calibrated;
  return [...near, ...(calibrated === undefined ? [] : [describeCalibrated(calibrated)])];
}

/** One field, ready to be encoded. */
export function asMessage(ensemble: Ensemble, { moment, quantity, product, values }: ProductField): EncodedField {
  const { grid, initTime, memberCount, method, synthetic } = ensemble;
  const { leadHours = 0, since } = moment;
  const { probability, ...codes } = codesOf(product);
  const who = `Updraft, ${synthetic ? "SYNTHETIC data" : "experimental: not an official forecast"}; ${method}`;
  const field = {
    grid,
    initTime,
    leadHours,
    parameter: parameterOf(quantity) as GribSelector,
    ...codes,
    ...(product.kind !== "percentiles" && { ensembleSize: memberCount }),
    ...(since?.leadHours !== undefined && { interval: { startLeadHours: since.leadHours, process: MAXIMUM } }),
  };
  if (probability === undefined || !("threshold" in product)) {
    const note = product.kind === "spread" ? `${who}; divisor M - 1` : who;
    return { ...field, values, decimals: decimalsOf(quantity), note };
  }
  return {
    ...field,
    values: values.map((share) => 100 * share),
    decimals: PER_CENT_DECIMALS,
    probability: { ...probability, total: memberCount },
    note: [who, ...wordsOf(product)].join("; "),
  };
}

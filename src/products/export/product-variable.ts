/**
 * A product's name and CF metadata: "refc_mean", "refc_p90", "refc_ge40_probability", "refc_ge40_nmep_40km". Statistics keep the
 * standard name of their quantity and say in `cell_methods` what was done over members; a probability has no standard name, its unit is
 * "1" and its threshold a scalar coordinate in the unit of the quantity. Source: CF-1.11, section 7.3 and appendix E.
 * @module
 */
import type { NetcdfVariable } from "../../netcdf/index.ts";
import {
  describeBeyond,
  describeCalibration,
  describeNearness,
  describeThreshold,
  nearnessSlug,
  type QuantityName,
  type Threshold,
  thresholdSlug,
} from "../index.ts";
import { cfQuantity, dataVariable, type HorizontalCoordinates } from "./cf.ts";
import type { Calibrated, Product } from "./product-fields.ts";

export interface ProductVariable {
  readonly name: string;
  /** The variable, and the scalar coordinate it needs. */
  readonly variables: readonly NetcdfVariable[];
}

/** Members share one variable, [realization, time, …]; everything else is one of its own, [time, …]. */
export function productVariable(
  quantity: QuantityName,
  product: Product,
  horizontal: HorizontalCoordinates,
): ProductVariable {
  const cf = cfQuantity(quantity);
  const name = productName(quantity, product);
  switch (product.kind) {
    case "members":
      return { name, variables: [dataVariable(name, ["realization", "time"], cf, horizontal)] };
    case "mean":
    case "spread": {
      const method = product.kind === "mean" ? "mean" : "standard_deviation";
      const words = product.kind === "mean" ? "ensemble mean" : "ensemble spread (divisor M - 1)";
      const isDifference = product.kind === "spread" && cf.temperature !== undefined;
      const attributes = { cell_methods: `realization: ${method}` };
      return {
        name,
        variables: [
          dataVariable(
            name,
            ["time"],
            {
              ...cf,
              ...(isDifference && { temperature: "difference" as const }),
              longName: `${cf.longName}, ${words}`,
            },
            horizontal,
            { attributes },
          ),
        ],
      };
    }
    case "percentiles": {
      // CF has no cell method for percentiles: the number is a coordinate, as for probabilities the threshold.
      const scalar = scalarOf(`percentile_${product.percentage}`, product.percentage, "1", "percentile over members");
      const longName = `${cf.longName}, ${product.percentage}th percentile over members (linear, type 7)`;
      const variable = dataVariable(name, ["time"], { ...cf, longName }, horizontal, { scalars: [scalar.name] });
      return { name, variables: [scalar, variable] };
    }
    default: {
      const scalar = thresholdScalar(product.threshold, cf.units);
      const longName = `${PROBABILITY_WORDS[product.kind]} of ${describeThreshold(product.threshold)}`;
      const near = product.kind === "probability" ? "" : ` ${describeNearness(product.nearness)}`;
      const described = {
        longName: longName + near,
        units: "1",
        comment: commentOf(product),
        ...(cf.heightMeters !== undefined && { heightMeters: cf.heightMeters }),
      };
      return {
        name,
        variables: [scalar, dataVariable(name, ["time"], described, horizontal, { scalars: [scalar.name] })],
      };
    }
  }
}

/** What the number is, and of what event. */
function commentOf(product: Extract<Product, { readonly threshold: Threshold }>): string {
  const where = product.kind === "nmep" ? "the event anywhere near" : "the event at the point";
  if (product.kind === "nep" || product.calibrated === undefined) return `share of members; ${where}`;
  return `${describeCalibrated(product.calibrated)}; ${where}`;
}

/** "calibrated (beta, 20 cases of the validation split)", and beyond what the fit goes by its formula; or why it is not. */
export function describeCalibrated(calibrated: Calibrated): string {
  if ("why" in calibrated) return `share of members, not calibrated: ${calibrated.why}`;
  const { by, fits } = calibrated;
  const least = Math.max(...fits.map(({ seen }) => seen[0]));
  const most = Math.min(...fits.map(({ seen }) => seen[1]));
  const bounded = least > 0 || most < by.memberCount;
  const beyond = bounded ? `; ${describeBeyond(by, { seen: [least, most] })}` : "";
  return `calibrated (${describeCalibration(by)} of the ${by.split} split)${beyond}`;
}

const PROBABILITY_WORDS = {
  probability: "probability",
  nep: "neighborhood ensemble probability",
  nmep: "neighborhood maximum ensemble probability",
};

/** The name of the variable that holds it. */
export function productName(quantity: QuantityName, product: Product): string {
  switch (product.kind) {
    case "members":
      return quantity;
    case "mean":
    case "spread":
      return `${quantity}_${product.kind}`;
    case "percentiles":
      return plain(`${quantity}_p${product.percentage}`);
    case "probability":
      return plain(`${thresholdSlug(product.threshold)}_probability${isCalibrated(product) ? "_calibrated" : ""}`);
    default:
      return plain(
        `${thresholdSlug(product.threshold)}_${product.kind}_${nearnessSlug(product.nearness)}${isCalibrated(product) ? "_calibrated" : ""}`,
      );
  }
}

function isCalibrated(product: Extract<Product, { readonly threshold: Threshold }>): boolean {
  return product.kind !== "nep" && product.calibrated !== undefined && "by" in product.calibrated;
}

function thresholdScalar(threshold: Threshold, units: string): NetcdfVariable {
  const name = plain(`threshold_${thresholdSlug(threshold)}`);
  return scalarOf(name, threshold.stored, units, `threshold: ${describeThreshold(threshold)}`);
}

function scalarOf(name: string, value: number, units: string, longName: string): NetcdfVariable {
  return {
    name: plain(name),
    dimensions: [],
    values: Float64Array.of(value),
    attributes: { long_name: longName, units },
  };
}

/** CF names are letters, digits and underscores: −50 is "m50", 0.5 is "0p5". */
function plain(name: string): string {
  return name.replaceAll("-", "m").replaceAll(".", "p");
}

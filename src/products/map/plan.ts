/**
 * What to draw of a forecast or an hour and how it shall look, resolved: every name checked, every default filled in, nothing read yet.
 * @module
 */
import {
  ConfigError,
  type Ensemble,
  formatLead,
  type LeadHours,
  type ReportProgress,
  RequestError,
} from "../../core/index.ts";
import type { ProbabilityCalibration } from "../../recalibration/index.ts";
import type { Palette } from "../colors.ts";
import { JOINT_EVENTS, type JointEvent, quantitiesOfEvent } from "../joint.ts";
import { type Nearness, WITHIN_40_KM } from "../neighborhood-probability.ts";
import { availableQuantities, QUANTITIES, type QuantityName } from "../quantity.ts";
import { type Cutout, cutout, type Region, wholeGrid } from "../region.ts";
import { DEFAULT_THRESHOLDS, type Threshold } from "../thresholds.ts";
import type { LoopFormat } from "./loops.ts";
import { DEFAULT_PRODUCTS, type ProductName } from "./products.ts";
import { THEMES, type Theme } from "./theme.ts";

/** Thresholds by quantity, where they are not the usual. */
export type ThresholdsByQuantity = Partial<Readonly<Record<QuantityName, readonly Threshold[]>>>;

/** What may be asked for; everything has a default. */
export interface MapOptions {
  readonly products?: readonly ProductName[];
  /** Which quantities; all the channels allow, without those on request, unless given. */
  readonly quantities?: readonly QuantityName[];
  /** How many of the first members are drawn each on its own. Default 3. */
  readonly sampleMembers?: number;
  /** Thresholds of the probability maps; `DEFAULT_THRESHOLDS` for quantities that are not listed. */
  readonly thresholds?: ThresholdsByQuantity;
  /** Default 10, 50, 90. */
  readonly percentages?: readonly number[];
  /** Default a disc of 40 km. */
  readonly nearness?: readonly Nearness[];
  readonly jointEvents?: readonly JointEvent[];
  /** All of the grid unless given. */
  readonly region?: Region;
  readonly theme?: Theme["name"];
  readonly palette?: Palette;
  /** Barbs on every map of a state or a mean; otherwise on those of the wind only. */
  readonly barbs?: boolean;
  /** Maps at most so wide, pixels; as wide as their cells ask for unless given. Boards of stamps keep their width. */
  readonly widthPixels?: number;
  readonly loops?: LoopFormat;
  /** Draw probabilities as this says they should be, and say which could not be. The raw shares of members unless given. */
  readonly calibration?: ProbabilityCalibration;
  readonly report?: ReportProgress;
  /** Told of each product that was asked for and has no picture, with the reason. */
  readonly note?: (line: string) => void;
}

export interface MapPlan {
  readonly products: ReadonlySet<ProductName>;
  readonly quantities: readonly QuantityName[];
  readonly thresholdsOf: (quantity: QuantityName) => readonly Threshold[];
  readonly sampleMembers: number;
  readonly percentages: readonly number[];
  readonly nearness: readonly Nearness[];
  readonly jointEvents: readonly JointEvent[];
  readonly view: Cutout;
  readonly region?: Region;
  readonly theme: Theme;
  readonly palette: Palette;
  readonly barbs: boolean;
  readonly widthPixels?: number;
  readonly loops: LoopFormat;
  readonly calibration?: ProbabilityCalibration;
}

/**
 * @throws RequestError for a quantity the channels do not allow or a region the grid does not reach.
 */
export function planMaps({ channels, grid }: Pick<Ensemble, "channels" | "grid">, options: MapOptions): MapPlan {
  const available = availableQuantities(channels);
  const quantities = options.quantities ?? available.filter((name) => QUANTITIES[name].onRequest === undefined);
  requireQuantities(channels, quantities);
  const products = options.products ?? DEFAULT_PRODUCTS;
  if (
    options.calibration !== undefined &&
    !products.some((name) => name === "probability" || name === "neighborhood")
  ) {
    const expected = "probability or neighborhood among them";
    throw new ConfigError({ place: "calibrated maps", expected, got: products.join(","), remedy: "add one" });
  }
  const { region } = options;
  return {
    products: new Set(products),
    quantities,
    thresholdsOf: (quantity) => options.thresholds?.[quantity] ?? DEFAULT_THRESHOLDS[quantity],
    sampleMembers: options.sampleMembers ?? 3,
    percentages: options.percentages ?? [10, 50, 90],
    nearness: options.nearness ?? [WITHIN_40_KM],
    jointEvents: (options.jointEvents ?? JOINT_EVENTS).filter((event) =>
      quantitiesOfEvent(event).every((name) => available.includes(name)),
    ),
    view: region === undefined ? wholeGrid(grid) : cutout(grid, region),
    ...(region && { region }),
    theme: THEMES[options.theme ?? "light"],
    palette: options.palette ?? "usual",
    barbs: options.barbs ?? false,
    ...(options.widthPixels !== undefined && { widthPixels: options.widthPixels }),
    loops: options.loops ?? "webp",
    ...(options.calibration && { calibration: options.calibration }),
  };
}

/** @throws RequestError for a lead the forecast does not have. */
export function requireLeads(ensemble: Ensemble, leads: readonly LeadHours[]): readonly LeadHours[] {
  const missing = leads.filter((lead) => !ensemble.leadHours.includes(lead));
  if (missing.length === 0) return leads;
  throw new RequestError({
    place: "maps --leads",
    expected: `leads out of ${ensemble.leadHours.map(formatLead).join(", ")}`,
    got: missing.map(formatLead).join(", "),
    remedy: "ask for leads the forecast has",
  });
}

function requireQuantities(channels: Ensemble["channels"], names: readonly QuantityName[]): void {
  const available = availableQuantities(channels);
  const missing = names.filter((name) => !available.includes(name));
  if (missing.length === 0) return;
  const needed = missing.flatMap((name) => QUANTITIES[name].channels).filter((c) => !channels.includes(c));
  throw new RequestError({
    place: "maps --variables",
    expected: `quantities out of ${available.join(",")}`,
    got: missing.join(","),
    remedy: `use a forecast that has ${[...new Set(needed)].join(",")}`,
  });
}

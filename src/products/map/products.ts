/**
 * What can be drawn, each product with the folder its pictures lie in. The numbers are part of the names people link to and do not change.
 * @module
 */
import { ConfigError } from "../../core/index.ts";

/** In the order of their folders. */
export const PRODUCT_FOLDERS = {
  current: "01_current_state",
  mean: "02_ensemble_mean",
  spread: "03_ensemble_spread",
  probability: "04_probability_maps",
  members: "05_sample_members",
  percentiles: "06_percentiles",
  extremes: "07_extremes",
  neighborhood: "08_neighborhood_probability",
  joint: "09_joint_probability",
  pmm: "10_probability_matched_mean",
  paintball: "11_paintball",
  spaghetti: "12_spaghetti",
  stamps: "13_postage_stamps",
  sheets: "14_sheets",
  loops: "15_loops",
} as const;

export type ProductName = keyof typeof PRODUCT_FOLDERS;
export const PRODUCT_NAMES: readonly ProductName[] = Object.keys(PRODUCT_FOLDERS) as ProductName[];

/** What is drawn unless something else is asked for: individual maps in five folders. */
export const DEFAULT_PRODUCTS: readonly ProductName[] = ["current", "mean", "spread", "probability", "members"];

/**
 * A comma-separated list of products, or "all".
 * @throws ConfigError for a name unknown or given twice.
 */
export function parseProducts(text: string, place: string): ProductName[] {
  if (text.trim().toLowerCase() === "all") return [...PRODUCT_NAMES];
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const fine = names.every((name, at) => Object.hasOwn(PRODUCT_FOLDERS, name) && names.indexOf(name) === at);
  if (fine) return names as ProductName[];
  throw new ConfigError({ place, expected: `distinct names out of ${PRODUCT_NAMES.join(",")}, or all`, got: text });
}

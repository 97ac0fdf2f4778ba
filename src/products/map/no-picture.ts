/** Why a product that was asked for has no picture: nobody should have to guess at an empty folder. @module */
import { ConfigError } from "../../core/index.ts";
import type { Moment } from "../moment.ts";
import { QUANTITIES, SCATTERED } from "../quantity.ts";
import { MATCHED } from "./passes.ts";
import type { MapPlan } from "./plan.ts";
import type { ProductName } from "./products.ts";

/** One reason for a product without pictures, of these members. */
export function whyNone(product: ProductName, plan: MapPlan, { memberCount }: Pick<Moment, "memberCount">): string {
  const { quantities } = plan;
  const names = quantities.join(", ");
  const flat = quantities.filter((name) => QUANTITIES[name].circular !== true);
  if (product === "sheets" || product === "loops") {
    return `made of the other products' maps, of at least two ${product === "sheets" ? "side by side" : "leads"}`;
  }
  if (product === "joint") return "the variables of no joint event are all there; see --joint";
  if (product === "members") return "--members is 0";
  if (flat.length === 0 && product !== "stamps")
    return `${names} lies on a circle, of which single members and stamps are drawn`;
  if (product === "spread" && memberCount < 2) return "one member has no spread";
  if (product === "pmm") return `made of ${MATCHED.join(", ")}, not of ${names}`;
  if (product === "percentiles") return "--percentiles names none";
  if (product === "paintball" && !quantities.some((name) => SCATTERED.includes(name))) {
    return `made of ${SCATTERED.join(", ")}, not of ${names}`;
  }
  return `no threshold of ${names}; name some with --thresholds`;
}

/** @throws ConfigError with the reason of each product, when there is nothing to draw at all. */
export function requireSomething(count: number, plan: MapPlan, moment: Pick<Moment, "memberCount">): void {
  if (count > 0) return;
  const reasons = [...plan.products].map((product) => `${product} (${whyNone(product, plan, moment)})`);
  throw new ConfigError({
    place: "maps",
    expected: "at least one map",
    got: `none of ${reasons.join(", ")}`,
    remedy: "ask for other products, variables or thresholds",
  });
}

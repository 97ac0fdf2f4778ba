/**
 * One pass over the members of a quantity makes all its products: each product says how many pictures it will give, takes the members one at a
 * time and draws at the end. So a member is read once, and only products that need all members at once (percentiles, matched means) keep them.
 * @module
 */
import { cellCount, type Field } from "../../core/index.ts";
import { shownNearby, shownProbability } from "../calibrated-probability.ts";
import { accumulateExceedance } from "../exceedance.ts";
import { localMatchedMean } from "../local-matched-mean.ts";
import { MATCHED_MEAN_TITLES, type MatchedMeanVariant, probabilityMatchedMean } from "../matched-mean.ts";
import {
  accumulateNearby,
  describeNearness,
  nearnessSlug,
  neighborhoodEnsembleProbability,
} from "../neighborhood-probability.ts";
import { percentiles } from "../percentiles.ts";
import { QUANTITIES, type QuantityName, SCATTERED } from "../quantity.ts";
import { accumulateStatistics } from "../statistics.ts";
import { describeThreshold, type Threshold, thresholdSlug } from "../thresholds.ts";
import { overlays, stamps } from "./member-passes.ts";
import type { DescribeProduct, Pass, QuantityJob, QuantityProduct } from "./pass.ts";
import { fieldTitle, memberSlug, notCalibrated, probabilityTitle } from "./titles.ts";

/** All products of a quantity that the plan asks for. */
export function productsOf(job: QuantityJob): QuantityProduct[] {
  const describe = QUANTITIES[job.quantity].circular ? [memberMaps, stamps] : ALL_PRODUCTS;
  return describe.flatMap((product) => product(job) ?? []).filter(({ count }) => count > 0);
}

const withWind = ({ quantity, plan }: QuantityJob): boolean =>
  plan.barbs || quantity === "wind" || quantity === "direction";

const memberMaps: DescribeProduct = (job) => {
  const { moment, quantity, plan, plates } = job;
  if (!plan.products.has("members")) return undefined;
  const count = Math.min(plan.sampleMembers, moment.memberCount);
  return {
    count,
    begin: () => ({
      add: async (field, member) => {
        if (member >= count) return;
        await plates.add({
          product: "members",
          name: `${quantity}_${memberSlug(member)}`,
          title: fieldTitle(quantity, "value", `member ${memberSlug(member)} (M=${moment.memberCount})`),
          field,
          metric: "value",
          quantity,
          member,
          ...(withWind(job) && { wind: member }),
        });
      },
      finish: () => Promise.resolve(),
    }),
  };
};

const SPREAD_NOTE = "Spread: standard deviation over members, divisor M − 1";

const statistics: DescribeProduct = (job) => {
  const { moment, quantity, plan, plates } = job;
  const M = moment.memberCount;
  const { products } = plan;
  const wanted = {
    mean: products.has("mean"),
    spread: products.has("spread") && M > 1,
    extremes: products.has("extremes"),
  };
  const count = Number(wanted.mean) + Number(wanted.spread) + 2 * Number(wanted.extremes);
  const begin = (): Pass => {
    const accumulator = accumulateStatistics(cellCount(moment.grid));
    return {
      add: (field) => accumulator.add(field),
      finish: async () => {
        const { mean, spread, minimum, maximum } = accumulator.finish();
        if (wanted.mean) {
          const title = fieldTitle(quantity, "value", `ensemble mean (M=${M})`);
          const wind = withWind(job) ? { wind: "mean" as const } : {};
          await plates.add({ product: "mean", name: quantity, title, field: mean, metric: "value", quantity, ...wind });
        }
        if (wanted.spread) {
          const title = fieldTitle(quantity, "spread", `ensemble spread (M=${M})`);
          const notes = [SPREAD_NOTE];
          await plates.add({
            product: "spread",
            name: quantity,
            title,
            field: spread,
            metric: "spread",
            quantity,
            notes,
          });
        }
        if (!wanted.extremes) return;
        for (const [name, field] of [
          ["minimum", minimum],
          ["maximum", maximum],
        ] as const) {
          const title = fieldTitle(quantity, "value", `ensemble ${name} (M=${M})`);
          await plates.add({
            product: "extremes",
            name: `${quantity}_${name.slice(0, 3)}`,
            title,
            field,
            metric: "value",
            quantity,
          });
        }
      },
    };
  };
  return { count, begin };
};

const probabilities: DescribeProduct = ({ moment, quantity, plan, plates }) => {
  const M = moment.memberCount;
  const thresholds = plan.thresholdsOf(quantity);
  const point = plan.products.has("probability");
  const nearness = plan.products.has("neighborhood") && SCATTERED.includes(quantity) ? plan.nearness : [];
  const uncalibrated = notCalibrated(plan);
  const begin = (): Pass => {
    const exceedance = accumulateExceedance(cellCount(moment.grid), thresholds);
    const nearby = nearness.map((near) => accumulateNearby(moment.grid, thresholds, near));
    const draw = (
      product: "probability" | "neighborhood",
      name: string,
      title: string,
      threshold: Threshold,
      field: Field,
      notes: readonly string[],
    ): Promise<void> =>
      plates.add({
        product,
        name,
        title,
        field,
        metric: "probability",
        quantity,
        threshold: threshold.value,
        notes,
      });
    return {
      add: (field) => {
        exceedance.add(field);
        for (const accumulator of nearby) accumulator.add(field);
      },
      finish: async () => {
        const atPoints = exceedance.finish();
        if (point) {
          for (const exceeded of atPoints) {
            const { threshold } = exceeded;
            const { probability, calibrated, words, notes } = shownProbability(exceeded, moment, plan.calibration);
            const name = `${thresholdSlug(threshold)}${calibrated ? "_calibrated" : ""}`;
            await draw("probability", name, probabilityTitle(threshold, words), threshold, probability, notes);
          }
        }
        for (const [at, near] of nearness.entries()) {
          for (const counted of nearby[at].finish()) {
            const { threshold } = counted;
            const { probability, calibrated, words, notes } = shownNearby(counted, moment, plan.calibration);
            const name = `${thresholdSlug(threshold)}_nmep_${nearnessSlug(near)}${calibrated ? "_calibrated" : ""}`;
            const title = `P(${describeThreshold(threshold)} ${describeNearness(near)}) [%], ${words}`;
            await draw("neighborhood", name, title, threshold, probability, notes);
          }
          for (const { threshold, probability } of atPoints) {
            const nep = neighborhoodEnsembleProbability(probability, moment.grid, near);
            const name = `${thresholdSlug(threshold)}_nep_${nearnessSlug(near)}`;
            const note = `NEP: mean of the point probability ${describeNearness(near)}, out of ${M} members; of the event at the point`;
            // Its event is at the point, however wide the mean.
            const words = `NEP ${describeNearness(near)} (M=${M})${uncalibrated}`;
            await draw("neighborhood", name, probabilityTitle(threshold, words), threshold, nep, [note]);
          }
        }
      },
    };
  };
  return { count: thresholds.length * (Number(point) + 2 * nearness.length), begin };
};

/** Amplitudes of what comes in storms; a temperature has no use for it. */
export const MATCHED: readonly QuantityName[] = ["refc"];
const VARIANTS: readonly MatchedMeanVariant[] = ["ebert", "href", "group-mean"];

/** Products that need every member of a cell, or of all cells, at once: M · 7.6 MB on HRRR's grid. */
const together: DescribeProduct = ({ moment, quantity, plan, plates }) => {
  const M = moment.memberCount;
  const percentages = plan.products.has("percentiles") ? plan.percentages : [];
  const matched = plan.products.has("pmm") && MATCHED.includes(quantity);
  const begin = (): Pass => {
    const members: Field[] = [];
    const draw = (
      product: "percentiles" | "pmm",
      name: string,
      what: string,
      field: Field,
      note: string,
    ): Promise<void> =>
      plates.add({
        product,
        name: `${quantity}_${name}`,
        title: fieldTitle(quantity, "value", `${what} (M=${M})`),
        field,
        metric: "value",
        quantity,
        notes: [note],
      });
    return {
      add: (field) => void members.push(field),
      finish: async () => {
        const note = "Percentile over members, linear interpolation (type 7)";
        for (const [at, field] of percentiles(members, percentages).entries()) {
          const name = `p${String(percentages[at]).padStart(2, "0")}`;
          await draw("percentiles", name, `${percentages[at]}th percentile`, field, note);
        }
        if (!matched) return;
        for (const variant of VARIANTS) {
          const field = probabilityMatchedMean(members, variant);
          await draw(
            "pmm",
            `pmm_${variant}`,
            MATCHED_MEAN_TITLES[variant],
            field,
            "Pattern of the mean, amplitudes of the members",
          );
        }
        const local = localMatchedMean(members, moment.grid);
        const how =
          "Matched in patches of 6 x 6 cells within 66 x 66, then smoothed by one cell; values below 0 set to 0";
        await draw("pmm", "lpmm", "local probability-matched mean", local, how);
      },
    };
  };
  return { count: percentages.length + (matched ? VARIANTS.length + 1 : 0), begin };
};

const ALL_PRODUCTS: readonly DescribeProduct[] = [memberMaps, statistics, probabilities, together, overlays, stamps];

/**
 * One setting tried: forecasts from init times of the validation split, scored per variable and lead against the archive.
 *
 *   fair CRPS and spread-skill ratio over all cells of all init times, members' variances and squared errors averaged before the root
 *
 * Each forecast is made as `updraft forecast` makes it, scored field by field, and removed; its sums stay, so that a stopped calibration goes on
 * with the forecasts it lacks.
 * @module
 */
import { existsSync } from "node:fs";
import { z } from "zod";
import type { Archive, LargeScale } from "../archive/index.ts";
import { type InitTime, type ReportProgress, validTime } from "../core/index.ts";
import { type ForecastMethod, makeForecast, openForecast, openRun } from "../forecast/index.ts";
import { crps, spreadSkill } from "../verify/index.ts";
import type { DialScore } from "./choose.ts";
import { type Dial, nameOfDial } from "./dial.ts";
import { keptCase } from "./kept-cases.ts";

export interface TrialPlan {
  readonly run: string;
  readonly archive: Archive;
  readonly largeScale: LargeScale | undefined;
  /** What both hold: `contentOf`. */
  readonly content: readonly unknown[];
  readonly inits: readonly InitTime[];
  readonly members: number;
  readonly lastLeadHours: number;
  readonly seed: number;
  readonly threads: number;
  /** Where sums and unfinished forecasts lie until all is done. */
  readonly scratch: string;
}

interface CaseSums {
  readonly variable: string;
  readonly leadHours: number;
  readonly cells: number;
  readonly crps: number;
  readonly variance: number;
  readonly squaredError: number;
}

const caseSchema: z.ZodType<CaseSums[]> = z.array(
  z.strictObject({
    variable: z.string(),
    leadHours: z.number(),
    cells: z.number(),
    crps: z.number(),
    variance: z.number(),
    squaredError: z.number(),
  }),
);

export async function tryDial(dial: Dial, plan: TrialPlan, report: ReportProgress): Promise<DialScore[]> {
  const method = await openRun(plan.run, { seed: plan.seed, ...dial }, plan.threads);
  const cases: CaseSums[][] = [];
  try {
    for (const init of plan.inits) cases.push(await casesOf(method, dial, init, plan, report));
  } finally {
    await method.close();
  }
  return cases[0].map(({ variable, leadHours }, at) => {
    const total = (key: "cells" | "crps" | "variance" | "squaredError"): number =>
      cases.reduce((sum, sums) => sum + sums[at][key], 0);
    const cells = total("cells");
    const { ratio } = spreadSkill({
      memberCount: plan.members,
      meanVariance: total("variance") / cells,
      meanSquaredError: total("squaredError") / cells,
    });
    return { variable, leadHours, fairCrps: total("crps") / cells, spreadSkillRatio: ratio };
  });
}

async function casesOf(
  method: ForecastMethod,
  dial: Dial,
  initTime: InitTime,
  plan: TrialPlan,
  report: ReportProgress,
): Promise<CaseSums[]> {
  const { archive, largeScale, content, members, lastLeadHours, seed, scratch } = plan;
  const key = [method.title, method.provenance, content, initTime, members, lastLeadHours, seed];
  return keptCase({ scratch, name: nameOfDial(dial), key, schema: caseSchema }, async (out) => {
    if (!existsSync(out)) {
      await makeForecast(method, archive, { initTime, members, lastLeadHours, out, seed, largeScale }, report);
    }
    const forecast = await openForecast(out);
    const sums: CaseSums[] = [];
    for (const variable of forecast.channels) {
      for (const leadHours of forecast.leadHours) {
        const truth = await archive.readField(validTime(initTime, leadHours), variable);
        const fields: Float32Array[] = [];
        for (let member = 0; member < members; member++) {
          fields.push(await forecast.readMember(member, leadHours, variable));
        }
        sums.push({ variable, leadHours, ...sumsOf(fields, truth) });
      }
    }
    return sums;
  });
}

/** Sums over the cells where truth and members are all there. */
function sumsOf(fields: readonly Float32Array[], truth: Float32Array): Omit<CaseSums, "variable" | "leadHours"> {
  const values = new Float64Array(fields.length);
  const sums = { cells: 0, crps: 0, variance: 0, squaredError: 0 };
  for (let cell = 0; cell < truth.length; cell++) {
    let mean = 0;
    for (const [member, field] of fields.entries()) {
      values[member] = field[cell];
      mean += field[cell] / fields.length;
    }
    const score = crps(values, truth[cell]);
    if (Number.isNaN(score)) continue;
    let variance = 0;
    for (const value of values) variance += (value - mean) ** 2 / (fields.length - 1);
    sums.cells++;
    sums.crps += score;
    sums.variance += variance;
    sums.squaredError += (mean - truth[cell]) ** 2;
  }
  return sums;
}

/**
 * Products as GRIB2 with an inventory beside: one message a field, streamed to disk, so memory does not grow with leads. Probabilities
 * are per cent there, as NCEP's are.
 * @module
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import {
  type Ensemble,
  type GribSelector,
  type ReportProgress,
  RequestError,
  VARIABLES,
  type VariableName,
} from "../../core/index.ts";
import { alone, newAside, refuseExisting } from "../../files/index.ts";
import { type EncodedField, encodeMessage, fieldsOf, formatInventory, type GribField } from "../../grib2/index.ts";
import { describeNearness, type QuantityName, type Threshold } from "../index.ts";
import { type Product, type ProductChoice, type ProductField, productFields, productPlan } from "./product-fields.ts";
import { describeCalibrated } from "./product-variable.ts";

export interface GribOptions extends ProductChoice {
  /** Default false: an existing file is an error. */
  readonly overwrite?: boolean;
  readonly report?: ReportProgress;
}

/**
 * Writes `path` and `path.idx`, the inventory last.
 * @throws RequestError for what the forecast lacks, what GRIB2 cannot say (NEP, LCL height), a file already there, or another
 *   process at work at the path.
 * @example await exportGrib2(await openForecast("F.zarr"), "F.grib2", { products: ["mean", "spread", "probability", "nmep"] });
 */
export function exportGrib2(ensemble: Ensemble, path: string, options: GribOptions): Promise<void> {
  // The fields of one and the inventory of another would be a pair that lies.
  return alone(path, () => writeGrib2(ensemble, path, options));
}

async function writeGrib2(ensemble: Ensemble, path: string, options: GribOptions): Promise<void> {
  const { overwrite = false, report } = options;
  const plan = productPlan(ensemble, options);
  for (const { quantity, products } of plan.entries) for (const product of products) requireSayable(quantity, product);
  refuseExisting(path, overwrite);
  const total = plan.moments.length * plan.entries.reduce((sum, { products }) => sum + products.length, 0);
  const headers: Omit<GribField, "packed">[] = [];
  await aside(path, async (file) => {
    let offset = 0;
    for await (const field of productFields(plan)) {
      const bytes = encodeMessage(asMessage(ensemble, field));
      const [{ packed: _, ...header }] = fieldsOf({ kind: "message", file: path, offset, length: bytes.length, bytes });
      headers.push(header);
      await file.writeFile(bytes);
      offset += bytes.length;
      report?.({ label: "export GRIB2", done: headers.length, total, unit: "fields" });
    }
  });
  await aside(`${path}.idx`, (file) => file.writeFile(formatInventory(headers)));
}

/** What `fill` writes, under its name only when it is whole. */
async function aside(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = await newAside(path);
  const file = await open(partial, "w");
  try {
    await fill(file);
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

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

function requireSayable(quantity: QuantityName, { kind }: Product): void {
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

/** GRIB2 has no code for a calibrated probability: it is said in words, as what could not be calibrated is. */
function wordsOf(product: Extract<Product, { readonly threshold: Threshold }>): string[] {
  const near = product.kind === "probability" ? [] : [`event ${describeNearness(product.nearness)}`];
  const calibrated = product.kind === "nep" ? undefined : product.calibrated;
  return [...near, ...(calibrated === undefined ? [] : [describeCalibrated(calibrated)])];
}

function asMessage(ensemble: Ensemble, { moment, quantity, product, values }: ProductField): EncodedField {
  const { grid, initTime, memberCount, method, synthetic } = ensemble;
  const { leadHours = 0, since } = moment;
  const note = `Updraft, ${synthetic ? "SYNTHETIC data" : "experimental: not an official forecast"}; ${method}`;
  const field = {
    grid,
    initTime,
    leadHours,
    parameter: parameterOf(quantity) as GribSelector,
    values,
    decimals: decimalsOf(quantity),
    generatingProcess: ENSEMBLE_FORECAST,
    note,
    ...(since?.leadHours !== undefined && { interval: { startLeadHours: since.leadHours, process: MAXIMUM } }),
  };
  switch (product.kind) {
    case "members":
      return { ...field, member: product.member, memberType: PERTURBED, ensembleSize: memberCount };
    case "mean":
      return { ...field, derived: UNWEIGHTED_MEAN, ensembleSize: memberCount };
    case "spread":
      return { ...field, derived: SPREAD, ensembleSize: memberCount, note: `${note}; divisor M - 1` };
    case "percentiles":
      return { ...field, percentile: product.percentage };
    default: {
      const { direction, stored } = product.threshold;
      return {
        ...field,
        values: values.map((share) => 100 * share),
        decimals: PER_CENT_DECIMALS,
        generatingProcess: product.kind === "probability" ? PROBABILITY_FORECAST : NEIGHBORHOOD,
        probability: {
          ...(direction === "atLeast"
            ? { type: "above lower limit", lower: stored }
            : { type: "below upper limit", upper: stored }),
          number: 0,
          total: memberCount,
        },
        note: [note, ...wordsOf(product)].join("; "),
      };
    }
  }
}

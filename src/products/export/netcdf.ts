/**
 * An ensemble as one CF-1.11 NetCDF-4 file, one init time: members [realization, time, y, x], exactly the float32 values of the
 * forecast, and products [time, y, x]. Written one field at a time, so memory does not grow with members or leads.
 * @module
 */
import {
  cellCount,
  type Ensemble,
  formatHour,
  type Grid,
  type ReportProgress,
  RequestError,
} from "../../core/index.ts";
import { type NetcdfDefinition, type NetcdfVariable, writeNetcdf } from "../../netcdf/index.ts";
import { cfQuantity, horizontalCoordinates, scalarCoordinates, timeCoordinates } from "./cf.ts";
import { type ProductChoice, type ProductPlan, productFields, productPlan } from "./product-fields.ts";
import { productName, productVariable } from "./product-variable.ts";

export interface ExportOptions extends Partial<ProductChoice> {
  /** Default false: an existing file is an error. */
  readonly overwrite?: boolean;
  /** For the file's audit trail, a line for each step (CF-1.11, 2.6.2). Default "updraft export". */
  readonly history?: string;
  readonly report?: ReportProgress;
}

/**
 * Writes members (default) or products of an ensemble to `path`.
 * @throws RequestError for a quantity or lead the ensemble lacks, more than `MOST_NETCDF_BYTES`, or a path that cannot be written.
 * @example
 *   await exportNetcdf(await openForecast("F.zarr"), "F.nc", { quantities: ["refc"], products: ["mean", "nmep"] });
 */
export async function exportNetcdf(ensemble: Ensemble, path: string, options: ExportOptions = {}): Promise<void> {
  const { overwrite = false, history = "updraft export", report } = options;
  const plan = netcdfPlan(ensemble, options);
  requireFits(path, netcdfBytes(ensemble.grid, plan));
  const total = plan.moments.length * plan.entries.reduce((sum, entry) => sum + entry.products.length, 0);
  await writeNetcdf(
    path,
    describe(ensemble, plan, history),
    async (write) => {
      let done = 0;
      for await (const { at, quantity, product, values } of productFields(plan)) {
        write(productName(quantity, product), product.kind === "members" ? [product.member, at] : [at], values);
        report?.({ label: "export NetCDF", done: ++done, total, unit: "fields" });
      }
    },
    { overwrite },
  );
}

/** Members unless products are named; then everything stored, and nothing derived. */
export function netcdfPlan(ensemble: Ensemble, options: ExportOptions): ProductPlan {
  const { products = ["members"] } = options;
  const isMembers = products.every((name) => name === "members");
  const quantities = options.quantities ?? (isMembers ? ensemble.channels : undefined);
  return productPlan(ensemble, { ...options, products, ...(quantities !== undefined && { quantities }) });
}

/**
 * The largest file written as one: as far as `bench/netcdf-large.ts` has written one and netCDF4-python has read it back. Beyond it
 * nothing is promised, so it is refused.
 */
export const MOST_NETCDF_BYTES: number = 8 * 2 ** 30;

/** Values, latitudes and longitudes: all of the file but a few kilobytes of words. */
export function netcdfBytes(grid: Grid, { moments, entries }: ProductPlan): number {
  const fields = moments.length * entries.reduce((sum, { products }) => sum + products.length, 0);
  return (fields + 2) * cellCount(grid) * Float32Array.BYTES_PER_ELEMENT;
}

function requireFits(path: string, bytes: number): void {
  if (bytes <= MOST_NETCDF_BYTES) return;
  throw new RequestError({
    place: path,
    expected: `a file of at most ${MOST_NETCDF_BYTES} bytes`,
    got: `${bytes}`,
    remedy: "split it by lead or by variable (--split), or choose fewer",
  });
}

function describe(ensemble: Ensemble, { moments, entries }: ProductPlan, history: string): NetcdfDefinition {
  const { grid, initTime, memberCount, synthetic, method } = ensemble;
  const horizontal = horizontalCoordinates(grid);
  const written = entries.filter(({ products }) => products.length > 0);
  const heights = new Set(written.flatMap(({ quantity }) => cfQuantity(quantity).heightMeters ?? []));
  // By name: members share a variable, probabilities of one threshold its coordinate.
  const variables = new Map<string, NetcdfVariable>();
  for (const { quantity, products } of written) {
    for (const product of products) {
      for (const variable of productVariable(quantity, product, horizontal).variables)
        variables.set(variable.name, variable);
    }
  }
  const hasMembers = written.some(({ products }) => products.some(({ kind }) => kind === "members"));
  const leads = moments.map(({ leadHours = 0 }) => leadHours);
  const since = moments[0].since?.leadHours;
  return {
    dimensions: { ...(hasMembers && { realization: memberCount }), time: leads.length, ...horizontal.dimensions },
    variables: [
      ...(hasMembers ? [realization(memberCount)] : []),
      ...timeCoordinates(initTime, leads),
      ...horizontal.variables,
      ...scalarCoordinates(heights),
      ...variables.values(),
    ],
    attributes: {
      Conventions: "CF-1.11",
      title: `${synthetic ? "SYNTHETIC ensemble forecast" : "Ensemble forecast"}, ${memberCount} members, init ${formatHour(initTime)}`,
      source: method,
      history,
      ...(since !== undefined && { window: `the largest value of each member over leads ${since} to ${leads[0]} h` }),
      comment: synthetic
        ? "Synthetic: a made-up atmosphere, not the weather of any place or time."
        : "Experimental: not an official forecast.",
    },
  };
}

function realization(memberCount: number): NetcdfVariable {
  return {
    name: "realization",
    dimensions: ["realization"],
    values: Int32Array.from({ length: memberCount }, (_, member) => member),
    attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" },
  };
}

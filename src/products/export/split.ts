/**
 * One file or several.
 *
 * NetCDF: `auto` writes one file up to 4 GiB (what FAT disks, 32-bit readers and many upload forms take), and beyond it a file a lead; where
 * there is only one moment, a file a variable.
 *
 * GRIB2: `auto` writes a file a product, `F_mean.grib2`, `F_p90.grib2`, `F_refc_ge40_probability.grib2`. Readers that make cubes know
 * quantity, level, time and member; of two thresholds or percentiles in one file cfgrib keeps one and says nothing, and earthkit-data refuses
 * the file (docs/design/0044).
 * @module
 */
import { ConfigError, type Ensemble, type LeadHours } from "../../core/index.ts";
import { alone, refuseExisting } from "../../files/index.ts";
import type { QuantityName } from "../index.ts";
import { leadSlug } from "../lead-name.ts";
import { type ExportOptions, exportNetcdf, netcdfBytes, netcdfPlan } from "./netcdf.ts";
import type { Product, ProductField, ProductPlan } from "./product-fields.ts";
import { productName } from "./product-variable.ts";

export const SPLITS = ["auto", "none", "lead", "variable", "product"] as const;
export type Split = (typeof SPLITS)[number];

/** From here on `auto` splits. */
const LARGEST_WHOLE_BYTES = 2 ** 32;

/**
 * Writes `path`, or beside where it would lie `F_f006.nc` for each lead or `F_refc.nc` for each variable.
 * @returns the files, in order
 * @throws what `exportNetcdf` throws; RequestError before anything is written when one of the files is there, or another process is at
 *   work at the path.
 */
export function exportNetcdfFiles(
  ensemble: Ensemble,
  path: string,
  options: ExportOptions & { readonly split: Split },
): Promise<string[]> {
  return alone(path, () => writeFiles(ensemble, path, options));
}

async function writeFiles(
  ensemble: Ensemble,
  path: string,
  { split, ...options }: ExportOptions & { readonly split: Split },
): Promise<string[]> {
  const files = partsOf(ensemble, path, split, options);
  for (const { file } of files) refuseExisting(file, options.overwrite ?? false);
  for (const { file, part } of files) await exportNetcdf(ensemble, file, { ...options, ...part });
  return files.map(({ file }) => file);
}

interface FilePart {
  readonly file: string;
  readonly part: { leadHours?: readonly LeadHours[]; quantities?: readonly QuantityName[] };
}

function partsOf(ensemble: Ensemble, path: string, split: Split, options: ExportOptions): FilePart[] {
  const { moments, entries } = netcdfPlan(ensemble, options);
  const isLarge = netcdfBytes(ensemble.grid, { moments, entries }) > LARGEST_WHOLE_BYTES;
  if (split === "product") {
    const expected = "a split for NetCDF of auto, none, lead or variable";
    throw new ConfigError({
      place: "--split",
      expected,
      got: split,
      remedy: "each product is a variable of its own there",
    });
  }
  const rule = split === "auto" && isLarge ? (moments.length > 1 ? "lead" : "variable") : split;
  if (rule === "lead" && moments.length > 1) {
    return moments.map(({ leadHours = 0 }) => ({
      file: beside(path, leadSlug(leadHours)),
      part: { leadHours: [leadHours] },
    }));
  }
  if (rule === "variable") {
    return entries
      .filter(({ products }) => products.length > 0)
      .map(({ quantity }) => ({ file: beside(path, quantity), part: { quantities: [quantity] } }));
  }
  return [{ file: path, part: {} }];
}

/** A field without its values. */
export type PlannedField = Pick<ProductField, "moment" | "quantity" | "product">;

/** Where each field of GRIB2 goes. */
export function gribFileOf(path: string, { entries }: ProductPlan, split: Split): (field: PlannedField) => string {
  switch (split) {
    case "none":
      return () => path;
    case "lead":
      return ({ moment }) => beside(path, leadSlug(moment.leadHours ?? 0));
    case "variable":
      return ({ quantity }) => beside(path, quantity);
    default: {
      const kinds = new Set(
        entries.flatMap(({ quantity, products }) => products.map((product) => productFileName(quantity, product))),
      );
      if (split === "auto" && kinds.size === 1) return () => path;
      return ({ quantity, product }) => beside(path, productFileName(quantity, product));
    }
  }
}

/** What is one cube: all quantities of a mean, but a probability for each threshold. */
function productFileName(quantity: QuantityName, product: Product): string {
  switch (product.kind) {
    case "members":
    case "mean":
    case "spread":
      return product.kind;
    case "percentiles":
      return `p${product.percentage}`;
    default:
      return productName(quantity, product);
  }
}

/** "out/F.nc" and "f006" → "out/F_f006.nc". */
function beside(path: string, part: string): string {
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") + 1 ? `${path.slice(0, dot)}_${part}${path.slice(dot)}` : `${path}_${part}`;
}

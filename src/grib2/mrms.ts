/**
 * MRMS's mosaics among the fields of a file, by their numbers and never by a name or a place in it: some files of before version 12 hold two
 * messages, and the first need not be the wanted one.
 *
 *   MergedReflectivityQCComposite   209/10/0     dBZ
 *   PrecipRate                      209/6/1      mm/h
 *
 * Another mosaic may have the same numbers on another grid (the 5 km composite of versions 11.5.5 to 12), so whoever reads several asks
 * each for its grid. Source: NSSL's MRMS GRIB2 tables, versions 10 to 12.2.
 * @module
 */
import { RequestError } from "../core/index.ts";
import type { GribField } from "./field.ts";

export type MrmsProduct = "MergedReflectivityQCComposite" | "PrecipRate";

const DISCIPLINE = 209;
const NUMBERS: Readonly<Record<MrmsProduct, readonly [category: number, number: number]>> = {
  MergedReflectivityQCComposite: [10, 0],
  PrecipRate: [6, 1],
};
export const MRMS_PRODUCTS: readonly MrmsProduct[] = Object.keys(NUMBERS) as MrmsProduct[];

/** Which of MRMS's mosaics a field is; `undefined` for anything else. */
export function mrmsProductOf({ discipline, category, number }: GribField): MrmsProduct | undefined {
  if (discipline !== DISCIPLINE) return undefined;
  return MRMS_PRODUCTS.find((name) => NUMBERS[name][0] === category && NUMBERS[name][1] === number);
}

/**
 * The one mosaic of a file.
 * @param wanted the products that will do
 * @throws RequestError naming what is there, when none is of those, or several are
 */
export function mosaicIn(
  fields: readonly GribField[],
  place: string,
  wanted: readonly MrmsProduct[],
): { readonly field: GribField; readonly product: MrmsProduct } {
  const found = fields.flatMap((field) => {
    const product = mrmsProductOf(field);
    return product !== undefined && wanted.includes(product) ? [{ field, product }] : [];
  });
  if (found.length === 1) return found[0];
  const numbers = wanted.map((name) => `${name} (${[DISCIPLINE, ...NUMBERS[name]].join("/")})`).join(" or ");
  const held = fields.map(({ discipline, category, number }) => `${discipline}/${category}/${number}`);
  throw new RequestError({
    place,
    expected: `one field of ${numbers}`,
    got: held.length === 0 ? "none" : held.join(", "),
    remedy: "fetch it with `updraft fetch mrms`, or leave it out",
  });
}

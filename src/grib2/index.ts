/** GRIB2: bytes to fields and back, in the words of the World Meteorological Organization. No input or output of its own. */
export { type EncodedField, encodeMessage } from "./encode/message.ts";
export type { EncodedProduct } from "./encode/product.ts";
export { fieldsOf, type GribField, type PackedField } from "./field.ts";
export type { WindComponents } from "./grids/components.ts";
export type { Earth } from "./grids/earth.ts";
export type { LambertConformal } from "./grids/lambert-conformal.ts";
export type { LatitudeLongitude } from "./grids/latitude-longitude.ts";
export type { OtherGrid } from "./grids/other.ts";
export type { PolarStereographic } from "./grids/polar-stereographic.ts";
export { type Scanned, toSouthUp } from "./grids/scanning.ts";
export { toGrid } from "./grids/to-grid.ts";
export { contradiction } from "./interval.ts";
export {
  type ByteRange,
  byteRanges,
  type MergedRange,
  type MergeOptions,
  mergeRanges,
} from "./inventory/byte-ranges.ts";
export { formatInventory, inventoryDate } from "./inventory/format.ts";
export { type EventText, parseEvent, sameEvent } from "./inventory/product.ts";
export { quantityNamed, searchText, selectEntries, selectVariable } from "./inventory/select.ts";
export { type ForecastTime, formatForecastTime, parseForecastTime } from "./inventory/time.ts";
export { type Inventory, type InventoryEntry, type InventoryOptions, parseInventory } from "./inventory.ts";
export { type FieldSelector, matches, matchesQuantity, numbersOf, spansInterval } from "./match.ts";
export { MRMS_PRODUCTS, type MrmsProduct, mosaicIn, mrmsProductOf } from "./mrms.ts";
export { prepareDecoders } from "./packing/jpeg2000.ts";
export { type Gap, type GribMessage, scanMessages } from "./scan.ts";
export { type GridDefinition, gridTemplateNumber, MAX_GRID_POINTS } from "./sections/grid-definition.ts";
export type {
  Ensemble,
  Interval,
  Level,
  Probability,
  ProbabilityType,
  ProductKind,
  Surface,
} from "./sections/product-definition.ts";
export { aliasesOf, mayBe } from "./tables/names.ts";
export { type DecodeOptions, decodeValues } from "./values.ts";

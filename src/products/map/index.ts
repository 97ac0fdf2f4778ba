/** Maps: fields to pictures. Node only (canvas, fonts and borders from disk). */

export { leadSlug, leadTitle } from "../lead-name.ts";
export { drawMap, type Layer, type MapPicture, type MapRequest, type Overlay } from "./draw-map.ts";
export type { DrawingContext } from "./drawing-context.ts";
export { drawEnsembleMaps, drawStateMaps, type EnsembleMapsOptions } from "./ensemble-maps.ts";
export { EXPERIMENTAL_NOTE, SYNTHETIC_NOTICE } from "./figure.ts";
export { INDEX_FILE } from "./index-page.ts";
export { type Box, type MapLayout, overlap, type TextLine } from "./layout.ts";
export type { LoopFormat } from "./loops.ts";
export type { MapLabel, WrittenMap } from "./map-writer.ts";
export type { MapOptions, ThresholdsByQuantity } from "./plan.ts";
export { PRESETS, type Preset, presetNamed } from "./presets.ts";
export { DEFAULT_PRODUCTS, PRODUCT_FOLDERS, PRODUCT_NAMES, type ProductName, parseProducts } from "./products.ts";
export { DARK, LIGHT, type Theme } from "./theme.ts";
export { dayAndHour, fieldTitle, forecastTimes, memberSlug, probabilityTitle } from "./titles.ts";

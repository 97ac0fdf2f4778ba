/** Maps: fields to PNG pictures. Node only (canvas, fonts and borders from disk). */
export { drawMap, EXPERIMENTAL_NOTE, type MapPicture, type MapRequest, SYNTHETIC_NOTICE } from "./draw-map.ts";
export { drawEnsembleMaps, type EnsembleMapsOptions } from "./ensemble-maps.ts";
export { type Box, type MapLayout, overlap, type TextLine } from "./layout.ts";
export type { MapLabel, WrittenMap } from "./map-writer.ts";
export { drawStateMaps, type ReadableState } from "./state-maps.ts";
export { dayAndHour, fieldTitle, forecastTimes, leadSlug, leadTitle, memberSlug, probabilityTitle } from "./titles.ts";

/**
 * Light and dark: the colours of everything on a map but the data. Text on its ground has a contrast of 7:1 or more, lines of 3:1 (WCAG 2.2,
 * 1.4.3 and 1.4.11).
 * @module
 */

export interface Theme {
  readonly name: "light" | "dark";
  readonly ground: string;
  readonly ink: string;
  /** Notes and numbers. */
  readonly quiet: string;
  readonly land: string;
  readonly water: string;
  readonly graticule: string;
  readonly county: string;
  readonly border: string;
  /** Beside borders, so that they are seen on colours as dark or light as themselves. */
  readonly casing: string;
  readonly barb: string;
  /** Seen around barbs and lines, so that they stand out from any colour. */
  readonly halo: string;
  readonly missing: string;
  readonly missingHatch: string;
  readonly notice: string;
  readonly noticeInk: string;
}

export const LIGHT: Theme = {
  name: "light",
  ground: "#ffffff",
  ink: "#1f2328",
  quiet: "#4a5058",
  land: "#f4f3ef",
  water: "#e4ebf0",
  graticule: "rgba(31,35,40,0.30)",
  county: "rgba(60,66,74,0.45)",
  border: "rgba(31,35,40,0.85)",
  casing: "rgba(255,255,255,0.38)",
  barb: "#14171a",
  halo: "rgba(255,255,255,0.75)",
  missing: "#c9c9c9",
  missingHatch: "#8a8a8a",
  notice: "#ffd34d",
  noticeInk: "#1f2328",
};

export const DARK: Theme = {
  name: "dark",
  ground: "#14171b",
  ink: "#f0f2f4",
  quiet: "#b9c0c8",
  land: "#24282d",
  water: "#181c21",
  graticule: "rgba(235,240,245,0.24)",
  county: "rgba(225,230,236,0.45)",
  border: "rgba(240,243,246,0.85)",
  casing: "rgba(0,0,0,0.42)",
  barb: "#ffffff",
  halo: "rgba(0,0,0,0.65)",
  missing: "#4c5157",
  missingHatch: "#8d939a",
  notice: "#ffd34d",
  noticeInk: "#1f2328",
};

export const THEMES: Readonly<Record<Theme["name"], Theme>> = { light: LIGHT, dark: DARK };

/**
 * How plots look: one typeface, and colors that people who confuse red and green tell apart (Okabe & Ito 2008). A system keeps its color in
 * every plot, and its own dash and symbol, so that color is never all that tells two lines apart.
 * @module
 */

export const FONT = "Inter";
export const INK = "#1f2430";
export const QUIET = "#6b7280";
export const RULE = "#c9ced6";

/** Verdicts, and the words beside them. */
export const GOOD = "#0072b2";
export const BAD = "#c2410c";
export const UNCLEAR = "#6b7280";

const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9"];
const DASHES = ["", "6 3", "2 3", "8 3 2 3", "1 2", "10 4"];
const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "cross"] as const;

export interface SystemStyle {
  readonly name: string;
  readonly color: string;
  readonly dash: string;
  readonly symbol: (typeof SYMBOLS)[number];
}

/** Styles by position; the first system's is drawn strongest. */
export function stylesOf(systems: readonly { readonly name: string }[]): SystemStyle[] {
  return systems.map(({ name }, at) => ({
    name,
    color: COLORS[at % COLORS.length],
    dash: DASHES[at % DASHES.length],
    symbol: SYMBOLS[at % SYMBOLS.length],
  }));
}

/**
 * Plots laid out on a sheet and turned into a PNG: a title, a legend of systems, panels in rows. Observable Plot makes each panel's SVG on a
 * document that is not a browser's; resvg draws it with the typeface we ship, so that a picture is the same on every machine.
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Plot from "@observablehq/plot";
import { Resvg } from "@resvg/resvg-js";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { escaped } from "../../core/index.ts";
import { FONT, INK, QUIET, RULE, type SystemStyle } from "./theme.ts";
import { plainFont } from "./woff.ts";

export interface Panel {
  readonly title: string;
  readonly options: Plot.PlotOptions;
}

export interface Sheet {
  /** Without extension; unique in a report. */
  readonly name: string;
  readonly title: string;
  /** What the picture shows, for those who do not see it, with its main numbers. */
  readonly alt: string;
  readonly legend: readonly SystemStyle[];
  readonly panels: readonly Panel[];
  /** Panels side by side. Default 2. */
  readonly columns?: number;
  readonly panelHeight?: number;
}

const WIDTH = 920;
const PADDING = 24;
const GAP = 28;
const PANEL_TITLE = 24;
const PANEL_HEIGHT = 270;
const ZOOM = 2;
const PALETTE = 96;

/** The sheet as an SVG document. */
export function sheetSvg({ title, legend, panels, columns = 2, panelHeight = PANEL_HEIGHT }: Sheet): string {
  const { document } = parseHTML("<html><body></body></html>");
  const across = Math.min(columns, panels.length);
  const width = (WIDTH - 2 * PADDING - (across - 1) * GAP) / across;
  const top = legend.length > 0 ? 88 : 60;
  const rows = Math.ceil(panels.length / across);
  const height = top + rows * (PANEL_TITLE + panelHeight + GAP) + 16;
  const drawn = panels.map(({ title: name, options }, at) => {
    const [x, y] = [
      PADDING + (at % across) * (width + GAP),
      top + Math.floor(at / across) * (PANEL_TITLE + panelHeight + GAP),
    ];
    const plot = Plot.plot({
      document,
      width,
      height: panelHeight,
      marginLeft: 52,
      marginBottom: 38,
      style: { fontFamily: FONT, fontSize: "12px", color: INK },
      ...options,
    });
    const svg = plot.outerHTML.replace(/<style>[\s\S]*?<\/style>/g, "");
    const nested = svg.replace("<svg", `<svg x="${x}" y="${y + PANEL_TITLE}"`);
    return `<text x="${x}" y="${y + 14}" font-size="13" font-weight="600" fill="${INK}">${escaped(name)}</text>${nested}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${PADDING}" y="38" font-size="18" font-weight="600" fill="${INK}">${escaped(title)}</text>`,
    legendSvg(legend, 64),
    ...drawn,
    `<text x="${WIDTH - PADDING}" y="${height - 10}" font-size="11" text-anchor="end" fill="${QUIET}">experimental, not an official forecast</text>`,
    "</svg>",
  ].join("");
}

const SYMBOL_PATHS: Readonly<Record<SystemStyle["symbol"], string>> = {
  circle: "M4,0A4,4 0 1 1 -4,0A4,4 0 1 1 4,0Z",
  square: "M-3.5,-3.5H3.5V3.5H-3.5Z",
  triangle: "M0,-4.5L4,3H-4Z",
  diamond: "M0,-5L3.5,0L0,5L-3.5,0Z",
  star: "M0,-5L1.5,-1.5L5,-1.5L2,1L3,5L0,2.5L-3,5L-2,1L-5,-1.5L-1.5,-1.5Z",
  cross: "M-4,-1.3H-1.3V-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4Z",
};

function legendSvg(legend: readonly SystemStyle[], y: number): string {
  let x = PADDING;
  return legend
    .map(({ name, color, dash, symbol }) => {
      const at = x;
      // Inter's letters are about 0.58 of their size wide on average; a little more keeps names apart.
      x += 58 + 7.6 * name.length;
      return (
        `<line x1="${at}" x2="${at + 30}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/>` +
        `<path d="${SYMBOL_PATHS[symbol]}" transform="translate(${at + 15},${y})" fill="${color}"/>` +
        `<text x="${at + 36}" y="${y + 4}" font-size="12" fill="${INK}">${escaped(name)}</text>`
      );
    })
    .join("");
}

/** Turns SVG into PNG, twice the SVG's size. Close it to remove the fonts it laid out for the renderer. */
export interface PngMaker {
  /** Few colors make a small file: a report holds dozens. */
  readonly png: (svg: string) => Promise<Uint8Array>;
  readonly close: () => void;
}

export async function pngMaker(): Promise<PngMaker> {
  const { resolve } = createRequire(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), "updraft-fonts-"));
  const fontFiles: string[] = [];
  for (const weight of [400, 600]) {
    const file = resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff`);
    const plain = join(folder, `inter-${weight}.ttf`);
    writeFileSync(plain, plainFont(await readFile(file), file));
    fontFiles.push(plain);
  }
  return {
    png: async (svg) => {
      const drawn = new Resvg(svg, {
        font: { loadSystemFonts: false, fontFiles, defaultFontFamily: FONT },
        fitTo: { mode: "zoom", value: ZOOM },
      })
        .render()
        .asPng();
      return sharp(drawn).png({ palette: true, colours: PALETTE, dither: 0 }).toBuffer();
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Axis labels in the middle, without the arrows that Inter's Latin letters lack. */
export const CENTERED = { labelAnchor: "center", labelArrow: "none" } as const;

/** What every panel shares: a frame that recedes. */
export function frame(): Plot.Markish[] {
  return [Plot.frame({ stroke: RULE })];
}

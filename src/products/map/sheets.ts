/**
 * Sheets: finished maps side by side, each scaled to one width. They are made of the pictures that were written, so a sheet shows nothing
 * that is not there on its own.
 * @module
 */
import sharp from "sharp";
import type { Theme } from "./theme.ts";

/** Width of a map on a sheet, pixels. */
const PANEL_PIXELS = 1000;

/** One PNG of several, in reading order: one column for one, two up to four, else three. */
export async function sheetOf(pictures: readonly Uint8Array[], theme: Theme): Promise<Uint8Array> {
  const columns = pictures.length <= 1 ? 1 : pictures.length <= 4 ? 2 : 3;
  const panels = await Promise.all(
    pictures.map((picture) =>
      sharp(picture).resize({ width: PANEL_PIXELS }).png({ compressionLevel: 1 }).toBuffer({ resolveWithObject: true }),
    ),
  );
  const placed: { input: Uint8Array; left: number; top: number }[] = [];
  let top = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns);
    for (const [column, { data }] of row.entries()) placed.push({ input: data, left: column * PANEL_PIXELS, top });
    top += Math.max(...row.map(({ info }) => info.height));
  }
  return sharp({ create: { width: columns * PANEL_PIXELS, height: top, channels: 3, background: theme.ground } })
    .composite(placed.map(({ input, ...place }) => ({ input: Buffer.from(input), ...place })))
    .png({ compressionLevel: 4, adaptiveFiltering: false })
    .toBuffer();
}

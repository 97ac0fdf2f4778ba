/** Drawn pictures against stored ones, at a few kilobytes each. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";

/** Levels of 255 a stored picture may differ by on average, and the share of values that may differ by more than a tenth. */
const MEAN_DIFFERENCE = 0.3;
const FAR_SHARE = 0.002;
const FAR = 24;

/**
 * Holds a picture to `test/products/golden/NAME.png`, both 220 pixels wide. The stored ones are our own, looked at by a person; regenerate:
 * UPDATE_GOLDEN=1 npx vitest run test/products/map. Antialiasing of text and lines differs between processors by a level here and there; a
 * moved line or another colour changes whole pixels.
 */
export async function expectPicture(png: Uint8Array, name: string): Promise<void> {
  const file = join(import.meta.dirname, "..", "golden", `${name}.png`);
  const small = sharp(png).resize({ width: 220, kernel: "cubic" }).removeAlpha();
  if (process.env["UPDATE_GOLDEN"] !== undefined) {
    writeFileSync(file, await small.clone().png({ compressionLevel: 9, palette: false }).toBuffer());
  }
  expect(existsSync(file), `stored picture ${name}`).toBe(true);
  const [drawn, stored] = await Promise.all([
    small.clone().raw().toBuffer({ resolveWithObject: true }),
    sharp(readFileSync(file)).removeAlpha().raw().toBuffer({ resolveWithObject: true }),
  ]);
  expect(drawn.info.height, name).toBe(stored.info.height);
  let sum = 0;
  let far = 0;
  for (const [at, value] of drawn.data.entries()) {
    const difference = Math.abs(value - stored.data[at]);
    sum += difference;
    if (difference > FAR) far++;
  }
  expect(sum / drawn.data.length, name).toBeLessThan(MEAN_DIFFERENCE);
  expect(far / drawn.data.length, name).toBeLessThan(FAR_SHARE);
}

/**
 * Loops: the same picture lead after lead, as one animated WebP or GIF. Frames are the PNGs that were written, at one scale and on one ground,
 * the last shown longer. Whoever publishes a loop must let it be stopped (WCAG 2.2.2).
 * @module
 */
import sharp from "sharp";
import type { Theme } from "./theme.ts";

export type LoopFormat = "webp" | "gif";

/** Width of a loop, pixels; pictures that are narrower stay as they are. */
const WIDEST = 1280;
const FRAME_MS = 500;
const LAST_FRAME_MS = 1500;

/**
 * The frames, in order, as one animation that never ends.
 * @throws RangeError for no frames.
 */
export async function animate(frames: readonly Uint8Array[], format: LoopFormat, theme: Theme): Promise<Uint8Array> {
  if (frames.length === 0) throw new RangeError("a loop needs at least one frame, got none");
  const sizes = await Promise.all(frames.map((frame) => sharp(frame).metadata()));
  const [width, height] = [Math.max(...sizes.map((s) => s.width)), Math.max(...sizes.map((s) => s.height))];
  const scale = Math.min(1, WIDEST / width);
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  const even: Uint8Array[] = [];
  for (const [at, frame] of frames.entries()) {
    // Frames may differ by a line of notes: all stand in the top left corner of the largest.
    const padded = await sharp(frame)
      .extend({
        right: width - sizes[at].width,
        bottom: height - sizes[at].height,
        background: theme.ground,
      })
      .png({ compressionLevel: 1 })
      .toBuffer();
    even.push(await sharp(padded).resize(wide, high).png({ compressionLevel: 1 }).toBuffer());
  }
  const delay = frames.map((_, at) => (at === frames.length - 1 ? LAST_FRAME_MS : FRAME_MS));
  const joined = sharp(even, { join: { animated: true } });
  return format === "gif"
    ? joined.gif({ delay, loop: 0, effort: 3 }).toBuffer()
    : joined.webp({ delay, loop: 0, quality: 85, effort: 2 }).toBuffer();
}

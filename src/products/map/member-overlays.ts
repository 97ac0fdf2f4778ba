/**
 * Every member on one map, a colour each: paintball (the area at or above a threshold) and spaghetti (its outline, or any contour).
 * Colours are spread over the circle by the golden angle, so that the first few differ most.
 * @module
 */
import type { Field, Grid } from "../../core/index.ts";
import { eventMask } from "../member-share.ts";
import type { Threshold } from "../thresholds.ts";
import { imageOf, maskPixels } from "./cells.ts";
import type { Overlay } from "./draw-map.ts";
import { isolines } from "./isolines.ts";
import { memberSlug } from "./titles.ts";

const GOLDEN_ANGLE_DEGREES = 137.508;

/** "#rrggbb" of a member. */
export function memberColor(member: number): string {
  const hue = (210 + member * GOLDEN_ANGLE_DEGREES) % 360;
  const lightness = [0.45, 0.6, 0.38][member % 3];
  const chroma = (1 - Math.abs(2 * lightness - 1)) * 0.78;
  const channel = (turn: number): string => {
    const k = (turn + hue / 30) % 12;
    const value = lightness - (chroma / 2) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** Takes members one at a time and keeps of each what is drawn of it. */
export interface OverlayPainter {
  add(member: Field): void;
  finish(): Overlay;
}

const legend = (count: number): Overlay["classes"] =>
  Array.from({ length: count }, (_, member) => ({ label: memberSlug(member), color: memberColor(member) }));

const OPACITY = 0xa6;

/** Areas that meet the threshold, half transparent, later members over earlier. One octet a cell and member is kept. */
export function paintball(grid: Grid, threshold: Threshold): OverlayPainter {
  const masks: Uint8Array[] = [];
  return {
    add: (member) => masks.push(eventMask(member, threshold)),
    finish: () => ({
      classes: legend(masks.length),
      heading: "member",
      under: (context, frame) => {
        context.imageSmoothingEnabled = false;
        for (const [member, mask] of masks.entries()) {
          if (!mask.includes(1)) continue;
          const rgb = Number.parseInt(memberColor(member).slice(1), 16);
          const word = ((OPACITY << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
          const image = imageOf(
            maskPixels(grid, (cell) => mask[cell] === 1, word),
            grid,
          );
          context.drawImage(image, 0, 0, frame.widthPixels, frame.heightPixels);
        }
      },
    }),
  };
}

/** One contour a member, at the threshold. */
export function spaghetti(grid: Grid, { stored }: Threshold): OverlayPainter {
  const lines: number[][] = [];
  return {
    add: (member) => lines.push(isolines(member, grid, Math.fround(stored))),
    finish: () => ({
      classes: legend(lines.length),
      heading: "member",
      over: (context, frame) => {
        context.lineWidth = Math.max(1.1, Math.max(frame.widthPixels, frame.heightPixels) / 1100);
        context.lineCap = "round";
        for (const [member, segments] of lines.entries()) {
          context.strokeStyle = memberColor(member);
          context.beginPath();
          for (let at = 0; at < segments.length; at += 4) {
            context.moveTo(
              (segments[at] + 0.5) * frame.cellWidth,
              (grid.ny - 0.5 - segments[at + 1]) * frame.cellHeight,
            );
            context.lineTo(
              (segments[at + 2] + 0.5) * frame.cellWidth,
              (grid.ny - 0.5 - segments[at + 3]) * frame.cellHeight,
            );
          }
          context.stroke();
        }
      },
    }),
  };
}

/**
 * Colors for a dark ground. On paper the strong is dark and the faint is pale; on a dark ground the same colors would make the faint shine and
 * hide the strong. So ramps are turned over in lightness, hue kept:
 *
 *   L′ = 0.33 + 0.805 (0.97 − L)    in OKLab: pale 0.97 becomes 0.33, a little above the ground, and dark 0.20 becomes 0.95
 *
 * with as much of the chroma as sRGB has there. Tables that are known by their hues keep them, and have dark ends lit (`colors.ts`).
 * Source: Ottosson 2020, "A perceptual color space for image processing" (bottosson.github.io/posts/oklab).
 * @module
 */

const FROM = 0.97;
const TO = 0.33;
const SLOPE = 0.805;

/** "#rrggbb", its lightness turned over. @example turnedOver("#ffffff") → "#303030" or so */
export function turnedOver(color: string): string {
  const [lightness, a, b] = oklabOf(color);
  const turned = Math.min(1, Math.max(0, TO + SLOPE * (FROM - lightness)));
  for (let chroma = 1; chroma > 0; chroma -= 1 / 32) {
    const rgb = linearOf([turned, chroma * a, chroma * b]);
    if (rgb.every((level) => level >= 0 && level <= 1)) return hexOf(rgb);
  }
  return hexOf(linearOf([turned, 0, 0]).map((level) => Math.min(1, Math.max(0, level))));
}

type Triple = readonly [number, number, number];

const MIX: readonly Triple[] = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: readonly Triple[] = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB: readonly Triple[] = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const UNMIX: readonly Triple[] = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

const times = (rows: readonly Triple[], [x, y, z]: Triple): Triple => {
  const [a, b, c] = rows.map(([p, q, r]) => p * x + q * y + r * z);
  return [a, b, c];
};

function oklabOf(color: string): Triple {
  const level = (at: number): number => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const [l, m, s] = times(MIX, [level(1), level(3), level(5)]);
  return times(TO_LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function linearOf(lab: Triple): Triple {
  const [l, m, s] = times(FROM_LAB, lab);
  return times(UNMIX, [l ** 3, m ** 3, s ** 3]);
}

function hexOf(rgb: readonly number[]): string {
  const octets = rgb.map((level) => {
    const value = level <= 0.0031308 ? 12.92 * level : 1.055 * level ** (1 / 2.4) - 0.055;
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${octets.join("")}`;
}

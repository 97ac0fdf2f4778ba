/**
 * Monotone maps between a Gaussian latent value z and a physical variable x.
 *
 *   linear     x = offset + scale · z, not below `floor` where there is one
 *   softplus   x = direction · scale · ln(1 + e^{direction · z})^power, of one sign and skewed away from zero
 *
 * Both rise with z, so every probability of x is a probability of z.
 * @module
 */

export type LatentMap =
  | { readonly kind: "linear"; readonly offset: number; readonly scale: number; readonly floor?: number }
  | { readonly kind: "softplus"; readonly direction: 1 | -1; readonly scale: number; readonly power: number };

/** x of z. */
export function toPhysical(map: LatentMap, z: number): number {
  if (map.kind === "linear") return Math.max(map.floor ?? Number.NEGATIVE_INFINITY, map.offset + map.scale * z);
  return map.direction * map.scale * softplus(map.direction * z) ** map.power;
}

/** The least z whose x is at least `value`: −∞ where every x is, +∞ where none is. */
export function latentThreshold(map: LatentMap, value: number): number {
  if (map.kind === "linear") {
    return value <= (map.floor ?? Number.NEGATIVE_INFINITY)
      ? Number.NEGATIVE_INFINITY
      : (value - map.offset) / map.scale;
  }
  const magnitude = (map.direction * value) / map.scale;
  if (magnitude <= 0) return map.direction * Number.NEGATIVE_INFINITY;
  const bent = magnitude ** (1 / map.power);
  // The inverse of softplus, ln(e^y − 1), written so that a large y does not overflow.
  return map.direction * (bent + Math.log(-Math.expm1(-bent)));
}

/** dx/dz of a softplus map. */
export function softplusSlope(map: Extract<LatentMap, { kind: "softplus" }>, z: number): number {
  const along = map.direction * z;
  return (map.scale * map.power * softplus(along) ** (map.power - 1)) / (1 + Math.exp(-along));
}

function softplus(y: number): number {
  return Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y)));
}

/**
 * The continuous ranked probability score of an ensemble, in the unit of the variable; 0 is perfect.
 *
 *   ecdf   CRPS = (1/M) Σ|xᵢ − y| − (1/2M²) Σᵢⱼ|xᵢ − xⱼ|            Gneiting & Raftery (2007) 10.1198/016214506000001437
 *   fair   CRPS = (1/M) Σ|xᵢ − y| − (1/2M(M−1)) Σᵢⱼ|xᵢ − xⱼ|        Ferro (2014) 10.1002/qj.2270
 *
 * The ecdf form punishes a small ensemble for being small; the fair form estimates what its members' distribution would score with
 * infinitely many, so ensembles of different sizes compare. Computed from sorted members: Σᵢⱼ|xᵢ − xⱼ| = 2 Σᵢ (2i − M − 1) x₍ᵢ₎.
 * @module
 */

/** `fair` corrects for the number of members; `ecdf` (or plain) scores the step function they form. */
export type Estimator = "fair" | "ecdf";

export interface CrpsOptions {
  /** Fair unless told. */
  readonly estimator?: Estimator;
}

/**
 * CRPS of one ensemble for one truth, as the module says.
 *
 * NaN where the truth or a member is NaN, and for the fair form of a single member, which has no spread to correct.
 * @throws RangeError for an ensemble without members.
 * @example crps([0, 4, 3, 7], 2) → 2/3; crps([0, 4, 3, 7], 2, { estimator: "ecdf" }) → 1.125
 */
export function crps(members: ArrayLike<number>, truth: number, { estimator = "fair" }: CrpsOptions = {}): number {
  if (members.length === 0) throw new RangeError("need at least one member");
  const errors = Float64Array.from(members, (member) => member - truth);
  const { distance, halfDifference } = crpsTerms(errors);
  return distance - differenceWeight(members.length, estimator) * halfDifference;
}

/** What multiplies the half difference: 1 for the ecdf form, M/(M − 1) for the fair one; NaN for the fair form of one member. */
export function differenceWeight(memberCount: number, estimator: Estimator): number {
  if (estimator === "ecdf") return 1;
  return memberCount > 1 ? memberCount / (memberCount - 1) : Number.NaN;
}

/**
 * The two terms of the ecdf form from the members' errors x − y, which are sorted in place:
 * mean |xᵢ − y| and (1/2M²) Σᵢⱼ|xᵢ − xⱼ|.
 */
export function crpsTerms(errors: Float64Array): { distance: number; halfDifference: number } {
  const count = errors.length;
  errors.sort();
  let distance = 0;
  let ordered = 0;
  for (let i = 0; i < count; i++) {
    distance += Math.abs(errors[i]);
    ordered += (2 * i + 1 - count) * errors[i];
  }
  return { distance: distance / count, halfDifference: ordered / (count * count) };
}

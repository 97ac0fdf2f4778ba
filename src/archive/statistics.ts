/**
 * Mean, spread and range of each channel over the training hours, after its transform: what normalization stands on.
 *
 *   Welford within a field, Chan's merge between fields:
 *   δ = mean_B − mean_A,  mean = mean_A + δ n_B / n,  M2 = M2_A + M2_B + δ² n_A n_B / n,  std = √(M2 / n)
 *
 * Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", eq. 2.1. All in float64.
 * @module
 */
import type { Transform, VariableName } from "../core/index.ts";

/** Of TRANSFORMED values over the training split, except where the name says physical. */
export interface ChannelStatistics {
  readonly channel: VariableName;
  readonly transform: Transform;
  readonly mean: number;
  /** Population standard deviation (divisor n). */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Cells counted; 0 (and NaN elsewhere) when no training hour is whole. */
  readonly count: number;
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly physicalMean: number;
}

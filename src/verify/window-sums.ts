/**
 * Sums over any rectangle of a field in four additions, whatever its size: the summed-area table (Crow 1984, 10.1145/800031.808600).
 *
 *   S[j, i] = Σ values of rows below j and columns below i          Σ rows r..r′−1, columns c..c′−1 = S[r′,c′] − S[r,c′] − S[r′,c] + S[r,c]
 * @module
 */

/** Rows and columns of a field. */
export interface Rectangle {
  readonly ny: number;
  readonly nx: number;
}

/** [ny + 1, nx + 1] in float64; exact for counts. Values must not be NaN. */
export function summedArea(values: ArrayLike<number>, { ny, nx }: Rectangle): Float64Array {
  const width = nx + 1;
  const sums = new Float64Array((ny + 1) * width);
  for (let j = 0; j < ny; j++) {
    let row = 0;
    for (let i = 0; i < nx; i++) {
      row += values[j * nx + i];
      sums[(j + 1) * width + i + 1] = sums[j * width + i + 1] + row;
    }
  }
  return sums;
}

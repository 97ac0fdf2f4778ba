/**
 * DEF's corrector: after every solver step each field of the state is brought back to mean 0 and standard deviation 1 over space.
 *
 *   x ← (x − mean(x)) / std(x)
 *
 * It is right only where the data themselves are standardised field by field, for then every x_t has exactly these moments; with
 * fixed statistics it would erase the signal in the domain mean. docs/def-fidelity.md.
 * @module
 */

/**
 * Standardises each of the planes of `state` in place; [plane, cell]. The divisor of the variance is cells − 1, as in the source.
 * A plane of one value cannot be standardised and becomes 0.
 */
export function standardizePlanes(state: Float32Array, cells: number): void {
  for (let start = 0; start < state.length; start += cells) {
    let sum = 0;
    for (let i = start; i < start + cells; i++) sum += state[i];
    const mean = sum / cells;
    let squares = 0;
    for (let i = start; i < start + cells; i++) squares += (state[i] - mean) ** 2;
    const deviation = Math.sqrt(squares / (cells - 1));
    const scale = deviation > 0 ? 1 / deviation : 0;
    for (let i = start; i < start + cells; i++) state[i] = (state[i] - mean) * scale;
  }
}

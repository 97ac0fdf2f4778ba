/**
 * `np.random.seed(s); np.random.normal(mean, sd, n)` of NumPy's legacy generator, so that goldens which others computed on such numbers
 * can be checked without Python: MT19937 (Matsumoto & Nishimura 1998) seeded by init_genrand, 53-bit doubles, the polar method.
 * Known: np.random.seed(21); np.random.normal(0, 1, 3) → -0.05196425, -0.11119605, 1.0417968.
 * @module
 */

const N = 624;

export function numpyNormals(seed: number): (mean: number, sd: number, count: number) => Float64Array {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = N;
  const word = (): number => {
    if (at === N) {
      for (let i = 0; i < N; i++) {
        const mixed = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7fffffff);
        state[i] = state[(i + 397) % N] ^ (mixed >>> 1) ^ ((mixed & 1) === 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const double = (): number => {
    const high = word() >>> 5;
    return (high * 67108864 + (word() >>> 6)) / 9007199254740992;
  };
  let held: number | undefined;
  const gauss = (): number => {
    if (held !== undefined) {
      const value = held;
      held = undefined;
      return value;
    }
    for (;;) {
      const [x, y] = [2 * double() - 1, 2 * double() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      held = factor * x;
      return factor * y;
    }
  };
  return (mean, sd, count) => Float64Array.from({ length: count }, () => mean + sd * gauss());
}

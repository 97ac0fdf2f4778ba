import { describe, expect, it } from "vitest";
import { normals } from "../../src/core/index.ts";
import { type Displacement, followedBack, motionOf, movedField, type Plane } from "../../src/motion/index.ts";

/** Storms of some cells' width as dBZ over no echo, whose centers lie at (x + t·u, y + t·v). */
function storms(nx: number, ny: number, t: number, u: number, v: number): Plane {
  const count = Math.round((nx * ny) / 900);
  const place = normals({ seed: 5, purpose: "storms" }, 4 * count);
  const values = new Float32Array(nx * ny).fill(-10);
  for (let s = 0; s < count; s++) {
    const [a, b, c, d] = place.subarray(4 * s, 4 * s + 4);
    const x = nx * (0.5 + 0.25 * a) + t * u;
    const y = ny * (0.5 + 0.25 * b) + t * v;
    const width = 3 + Math.abs(c);
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const echo = (45 + 5 * d) * Math.exp(-((i - x) ** 2 + (j - y) ** 2) / (2 * width ** 2)) - 5;
        if (echo > 0) values[j * nx + i] = Math.max(values[j * nx + i], echo);
      }
    }
  }
  return { nx, ny, values };
}

function steady(nx: number, ny: number, u: number, v: number): Displacement {
  return { nx, ny, dx: new Float32Array(nx * ny).fill(u), dy: new Float32Array(nx * ny).fill(v) };
}

const rmse = (a: Float32Array, b: Float32Array): number => {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) continue;
    sum += (a[i] - b[i]) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
};

describe("motion", () => {
  /** The worst error of a motion where there is echo that was inside the grid `ways` frames ago. */
  function worstError({ dx, dy, nx, ny }: Displacement, echo: Plane, u: number, v: number): number {
    let worst = 0;
    for (let at = 0; at < nx * ny; at++) {
      const [x, y] = [(at % nx) - u, Math.floor(at / nx) - v];
      if (x < EDGE || x > nx - EDGE || y < EDGE || y > ny - EDGE || echo.values[at] < 20) continue;
      worst = Math.max(worst, Math.hypot(dx[at] - u, dy[at] - v));
    }
    return worst;
  }
  /** A storm that is cut off by the edge in the earlier frame cannot be told from one that grows. */
  const EDGE = 20;

  it.each([
    [0.3, -0.2],
    [3.5, 1.25],
    [-11, 7.5],
    [18, -14],
  ])("of storms that go %d and %d cells a frame is found within half a cell wherever there is echo", (u, v) => {
    const frames = [0, 1].map((t) => storms(230, 170, t, u, v));
    expect(worstError(motionOf(frames), frames[1], u, v)).toBeLessThan(0.5);
  });

  it("takes storms where they are three frames on, within half a cell", () => {
    const [nx, ny, u, v] = [230, 170, 4.4, -2.7];
    const motion = motionOf([0, 1, 2].map((t) => storms(nx, ny, t, u, v)));
    let way: Displacement | undefined;
    for (let k = 0; k < 3; k++) way = followedBack(motion, way);
    const truth = storms(nx, ny, 5, u, v);
    expect(worstError(way as Displacement, truth, 3 * u, 3 * v)).toBeLessThan(0.5);
    const now = storms(nx, ny, 2, u, v).values;
    const forecast = movedField(now, way as Displacement, -10);
    expect(rmse(forecast, truth.values)).toBeLessThan(rmse(now, truth.values) / 10);
  });

  it("is nothing for a field that is the same everywhere, and for one that stays", () => {
    const flat: Plane = { nx: 60, ny: 50, values: new Float32Array(3000).fill(-10) };
    expect(motionOf([flat, flat])).toEqual({ ...steady(60, 50, 0, 0) });
    const still = storms(120, 100, 0, 0, 0);
    const { dx, dy } = motionOf([still, still]);
    expect(Math.max(...dx.map(Math.abs), ...dy.map(Math.abs))).toBe(0);
  });

  it("needs two frames of one shape", () => {
    const frame = storms(60, 50, 0, 0, 0);
    expect(() => motionOf([frame])).toThrow(RangeError);
    expect(() => motionOf([frame, storms(50, 60, 0, 0, 0)])).toThrow(RangeError);
  });
});

describe("a way followed back", () => {
  it("goes round with a rotating field as the circle does", () => {
    // Solid rotation by θ a step: after k steps a cell came from its place turned back by kθ.
    const [n, steps, theta] = [81, 6, 0.08];
    const motion = steady(n, n, 0, 0);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const [x, y] = [i - 40, j - 40];
        motion.dx[j * n + i] = -2 * Math.sin(theta / 2) * y;
        motion.dy[j * n + i] = 2 * Math.sin(theta / 2) * x;
      }
    }
    let way: Displacement | undefined;
    for (let k = 0; k < steps; k++) way = followedBack(motion, way);
    const { dx, dy } = way as Displacement;
    for (const [x, y] of [
      [20, 0],
      [-10, 15],
      [3, -22],
    ]) {
      const at = (y + 40) * n + x + 40;
      const [cos, sin] = [Math.cos(steps * theta), Math.sin(steps * theta)];
      expect(x - dx[at]).toBeCloseTo(cos * x + sin * y, 1);
      expect(y - dy[at]).toBeCloseTo(cos * y - sin * x, 1);
    }
  });
});

describe("a moved field", () => {
  const nx = 4;
  it("is the same to the last bit when moved by whole cells, and missing where it came in over the edge", () => {
    const field = Float32Array.from({ length: 12 }, (_, i) => i + 0.1);
    const moved = movedField(field, steady(nx, 3, 1, 0));
    for (let j = 0; j < 3; j++) {
      expect(moved[4 * j]).toBeNaN();
      expect([...moved.subarray(4 * j + 1, 4 * j + 4)]).toEqual([...field.subarray(4 * j, 4 * j + 3)]);
    }
  });

  it("never blends no echo into echo, and hands on what is missing", () => {
    const field = Float32Array.of(-10, 40, 20, Number.NaN);
    const shift = (cells: number) => [...movedField(field, steady(nx, 1, cells, 0), -10)];
    // Looked up at −0.3, 0.7, 1.7, 2.7: the echo alone, 20 + 0.3 · 20, then nothing.
    expect(shift(0.3)[0]).toBe(-10);
    expect(shift(0.3)[1]).toBe(40);
    expect(shift(0.3)[2]).toBeCloseTo(26, 5);
    expect(shift(0.3)[3]).toBeNaN();
    expect(shift(-0.3)[0]).toBe(-10);
    expect(shift(-0.3)[2]).toBe(20);
  });
});

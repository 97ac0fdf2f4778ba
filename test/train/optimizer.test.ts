import { describe, expect, it } from "vitest";
import { createSession } from "../../src/graph/index.ts";
import { parameterStore, ZEROS } from "../../src/nn/index.ts";
import { updateModel, updateScalars } from "../../src/train/optimizer.ts";

/** A plain float64 AdamW with clip and average: the slow truth. */
function referenceStep(
  state: { p: number[]; m: number[]; v: number[]; e: number[] },
  gradient: readonly number[],
  t: number,
  { rate, clip, decay, averageDecay }: { rate: number; clip: number; decay: number; averageDecay: number },
): typeof state {
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  const scale = Math.min(1, clip / norm);
  const d = Math.min(averageDecay, (1 + t) / (10 + t));
  const next: typeof state = { p: [], m: [], v: [], e: [] };
  for (const [i, raw] of gradient.entries()) {
    const g = raw * scale;
    const m = 0.9 * state.m[i] + 0.1 * g;
    const v = 0.999 * state.v[i] + 0.001 * g * g;
    const direction = m / (1 - 0.9 ** t) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    const p = state.p[i] - rate * (direction + decay * state.p[i]);
    next.p.push(p);
    next.m.push(m);
    next.v.push(v);
    next.e.push(d * state.e[i] + (1 - d) * p);
  }
  return next;
}

describe("the update graph", () => {
  it("makes the first step of AdamW as it is worked out by hand", async () => {
    // By hand: p = (1,2,3), g = (0,2,4), lr 1e-3, wd 1e-4 → changes of −1e-7, −1.0002e-3, −1.0003e-3
    const store = parameterStore();
    store.get("w", [3], ZEROS);
    const session = await createSession(
      updateModel(store.entries(), { gradientClip: 100, weightDecay: 1e-4, average: false }),
      { threads: 1 },
    );
    const { averageDecay: _unused, ...scalars } = updateScalars(1, 1e-3, 0);
    const out = await session.run({
      "parameter/w": Float32Array.of(1, 2, 3),
      "first/w": new Float32Array(3),
      "second/w": new Float32Array(3),
      "gradient/w": Float32Array.of(0, 2, 4),
      ...scalars,
    });
    const change = [...out["next/parameter/w"]].map((p, i) => p - (i + 1));
    for (const [i, stated] of [-1e-7, -1.0002e-3, -1.0003e-3].entries()) expect(change[i]).toBeCloseTo(stated, 6);
    expect(out["gradientNorm"][0]).toBeCloseTo(Math.sqrt(20), 5);
    await session.close();
  });

  it("follows the float64 reference over steps with clip and average", async () => {
    const store = parameterStore();
    store.get("a", [2], ZEROS);
    store.get("b", [1], ZEROS);
    const options = { rate: 0.05, clip: 0.7, decay: 0.01, averageDecay: 0.9 };
    const session = await createSession(
      updateModel(store.entries(), { gradientClip: options.clip, weightDecay: options.decay, average: true }),
      { threads: 1 },
    );
    let reference = { p: [0.5, -1, 2], m: [0, 0, 0], v: [0, 0, 0], e: [0.5, -1, 2] };
    let held: Record<string, Float32Array> = {};
    for (const kind of ["parameter", "first", "second", "average"]) {
      const from = { parameter: reference.p, first: reference.m, second: reference.v, average: reference.e }[
        kind
      ] as number[];
      held[`${kind}/a`] = Float32Array.from(from.slice(0, 2));
      held[`${kind}/b`] = Float32Array.from(from.slice(2));
    }
    for (let t = 1; t <= 20; t++) {
      const gradient = [Math.sin(t), Math.cos(2 * t), 0.3 * t];
      reference = referenceStep(reference, gradient, t, options);
      const { gradientNorm: _norm, ...out } = await session.run({
        ...held,
        "gradient/a": Float32Array.from(gradient.slice(0, 2)),
        "gradient/b": Float32Array.from(gradient.slice(2)),
        ...updateScalars(t, options.rate, options.averageDecay),
      });
      held = Object.fromEntries(Object.entries(out).map(([name, data]) => [name.replace("next/", ""), data]));
    }
    const got = [...held["parameter/a"], ...held["parameter/b"], ...held["average/a"], ...held["average/b"]];
    for (const [i, want] of [...reference.p, ...reference.e].entries()) {
      // 20 steps of float32 arithmetic
      expect(Math.abs(got[i] - want)).toBeLessThan(1e-5 * Math.max(1, Math.abs(want)));
    }
    await session.close();
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/scratch.ts";
import { countMemory } from "../grib2/survival.ts";
import { believed, damageable, damaged, type Target } from "./damaged-stores.ts";
import { type Outcome, surviveStore } from "./survive-stores.ts";

describe("a damaged store, run or record", () => {
  const folder = scratchFolder("survival");
  let targets: Target[] = [];
  beforeAll(async () => {
    targets = await damageable(folder);
  });

  it("is as before, or refused in one line, or believed where nothing seals it, and takes no memory on its word", async () => {
    const whole = new Map<string, string>();
    for (const { name, read } of targets) whole.set(name, await believed(read));
    const outcomes = new Map<Outcome, number>();
    const stop = countMemory();
    try {
      for (let index = 0; index < 700; index++) {
        const damage = damaged(targets, 1, index);
        const { target, file, kind } = damage;
        try {
          const outcome = await surviveStore(damage, whole.get(target.name) ?? "");
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        } catch (cause) {
          throw new Error(`case ${index}: ${target.name} ${file}, ${kind}`, { cause });
        }
      }
    } finally {
      stop();
    }
    expect(outcomes.get("refused")).toBeGreaterThan(200);
    for (const { name, read } of targets) expect(await believed(read), name).toBe(whole.get(name));
  });
});

/** A baseline that was begun goes on with the hours and forecasts it was begun with, and with no others at the same paths. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createArchive, openArchive } from "../../src/archive/index.ts";
import type { InitTime } from "../../src/core/index.ts";
import { createForecast, openBaseline } from "../../src/forecast/index.ts";
import { describeHours, FIRST, hour, hoursOf, range, SPACE, stateAt } from "../archive/example.ts";
import { scratchFolder } from "../cli/scratch.ts";

const folder = scratchFolder("resumed-baselines");
const path = join(folder, "x.zarr");
const earlier = join(folder, "earlier.zarr");
const initTime = hour(30) as number as InitTime;

/** 48 hours, those of `other` warmer. */
async function putArchive(other: readonly number[] = []): Promise<void> {
  const splits = [{ split: "train" as const, first: FIRST, last: hour(27) }];
  const hours = hoursOf(range(48), (state, at) => void (other.includes(at) && (state[0] += 1)));
  await createArchive(path, describeHours(48, { splits, overwrite: true }), hours);
}

async function putEarlier(shift: number): Promise<void> {
  rmSync(earlier, { recursive: true, force: true });
  const writer = await createForecast(earlier, {
    space: SPACE,
    initTime: hour(27) as number as InitTime,
    leadHours: [4, 5],
    memberCount: 1,
    synthetic: true,
    method: "made up",
    provenance: { seed: 1 },
    initial: stateAt(27),
  });
  for (const lead of [4, 5]) await writer.write(0, lead, stateAt(lead + shift));
  await writer.finish();
}

const provenanceOf = async (name: Parameters<typeof openBaseline>[0]): Promise<unknown> => {
  const options = { seed: 1, initTime, lastLeadHours: 2, earlier: [earlier] };
  const method = await openBaseline(name, await openArchive(path), options);
  await method.close();
  return method.provenance;
};

describe("what a baseline says it is made of", () => {
  it.each([
    ["climatology", [7], [33]],
    ["lagrangian", [29], [26]],
  ] as const)(
    "is another for %s where an hour it uses is, and the same where one is that it does not use",
    async (name, used, unused) => {
      await putArchive();
      const before = await provenanceOf(name);
      await putArchive(unused);
      expect(await provenanceOf(name)).toEqual(before);
      await putArchive(used);
      expect(await provenanceOf(name)).not.toEqual(before);
    },
  );

  it("is another for a time-lagged ensemble of another forecast at the same path", async () => {
    await putArchive();
    await putEarlier(0);
    const before = await provenanceOf("time-lagged");
    await putEarlier(0);
    expect(await provenanceOf("time-lagged")).toEqual(before);
    await putEarlier(1);
    expect(await provenanceOf("time-lagged")).not.toEqual(before);
  });
});

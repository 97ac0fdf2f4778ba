import { describe, expect, it } from "vitest";
import { remembering } from "../../src/products/index.ts";
import { memoryEnsemble } from "../memory-ensemble.ts";

describe("an ensemble that remembers", () => {
  it("reads each field once while it is among the last asked for, and gives the same", async () => {
    const ensemble = memoryEnsemble();
    const asked: string[] = [];
    const bytes = 4 * ensemble.grid.nx * ensemble.grid.ny;
    const kept = remembering(
      {
        ...ensemble,
        readMember: (member, lead, channel) => {
          asked.push(`${member} ${lead} ${channel}`);
          return ensemble.readMember(member, lead, channel);
        },
      },
      2 * bytes,
    );
    for (const [member, channel] of [
      [0, "refc"],
      [0, "t2m"],
      [0, "refc"],
      [2, "refc"],
      [0, "refc"],
      [0, "t2m"],
    ] as const) {
      expect(await kept.readMember(member, 1, channel)).toEqual(await ensemble.readMember(member, 1, channel));
    }
    // The third and fifth were remembered; t2m was the oldest when member 2 came.
    expect(asked).toEqual(["0 1 refc", "0 1 t2m", "2 1 refc", "0 1 t2m"]);
  });
});

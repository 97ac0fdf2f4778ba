import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isForecast, openForecast } from "../../src/forecast/index.ts";
import { killUpdraftAfter, updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";

const INIT = "2024-05-02T09Z";

describe("a forecast", () => {
  const folder = scratchFolder("determinism");
  const forecast = (out: string, ...more: string[]): string[] => [
    ..."forecast --run run --archive archive.zarr --leads 3 --init".split(" "),
    INIT,
    "--out",
    out,
    ...more,
  ];
  beforeAll(() => {
    tinyArchive(folder);
    updraft([...TRAIN_TINY, "--out", "run"], folder);
    updraft(forecast("four.zarr", "--members", "4", "--threads", "1"), folder);
  });

  /** Every value of the first members, as bytes. */
  async function bytesOf(store: string, members: number): Promise<Buffer> {
    const ensemble = await openForecast(join(folder, store));
    const parts: Buffer[] = [];
    for (let member = 0; member < members; member++) {
      for (const lead of ensemble.leadHours) {
        for (const channel of ensemble.channels) {
          const field = await ensemble.readMember(member, lead, channel);
          parts.push(Buffer.from(field.buffer, field.byteOffset, field.byteLength));
        }
      }
    }
    return Buffer.concat(parts);
  }

  it("gives member k the same bytes for 4 and 8 members, with 1 or 2 threads", async () => {
    const four = await bytesOf("four.zarr", 4);
    updraft(forecast("eight.zarr", "--members", "8", "--threads", "2"), folder);
    expect((await bytesOf("eight.zarr", 4)).equals(four)).toBe(true);
    const sameAgain = (await bytesOf("eight.zarr", 8)).subarray(four.length);
    expect(sameAgain.equals(four), "members 4 to 7 are others").toBe(false);
  });

  it("changes with the seed", async () => {
    updraft(forecast("seed.zarr", "--members", "1", "--seed", "7"), folder);
    expect((await bytesOf("seed.zarr", 1)).equals(await bytesOf("four.zarr", 1))).toBe(false);
  });

  it("that is killed leaves nothing under its name and goes on to the same bytes", async () => {
    const args = forecast("killed.zarr", "--members", "4");
    let finished = false;
    for (const delay of [10, 60, 150, 600_000]) {
      if (finished) break;
      // The kill may come after the store has got its name: then it must be whole.
      finished = (await killUpdraftAfter(delay, args, folder)) || (await isForecast(join(folder, "killed.zarr")));
      if (!finished) expect(existsSync(join(folder, "killed.zarr"))).toBe(false);
    }
    expect((await bytesOf("killed.zarr", 4)).equals(await bytesOf("four.zarr", 4))).toBe(true);
  });
});

import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createArchive, MISSING } from "../../src/archive/index.ts";
import { type Grid, initFromAnalysis, type State } from "../../src/core/index.ts";
import { createForecast } from "../../src/forecast/index.ts";
import { describeWithPeer, runPeer } from "../peer.ts";
import { CELLS, describeHours, FIRST, hoursOf, SPACE, stateAt } from "./example.ts";

const sha256 = (...states: readonly Float32Array[]): string => {
  const hash = createHash("sha256");
  for (const state of states) hash.update(new Uint8Array(state.buffer, state.byteOffset, state.byteLength));
  return hash.digest("hex");
};

const read = (path: string): Record<string, unknown> =>
  JSON.parse(runPeer("read_store.py", [path])) as Record<string, unknown>;

describeWithPeer("xarray and zarr-python", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "updraft-peers-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("open an archive without a warning and see its values, times, names and flags", async () => {
    const path = join(folder, "x.zarr");
    await createArchive(path, describeHours(4), hoursOf([0, 2, 3]));
    const missing: State = new Float32Array(4 * CELLS).fill(Number.NaN);
    const seen = read(path);
    expect(seen).toMatchObject({
      dims: ["time", "channel", "y", "x"],
      shape: [4, 4, 10, 12],
      coords: ["channel", "latitude", "lead_hours", "longitude", "time", "x", "y"],
      leads: { lead_hours: "timedelta64[ns]" },
      channels: SPACE.channels,
      gridMapping: "lambert_conformal_conic",
      nan: 4 * CELLS,
      quality: [0, MISSING, 0, 0].map((flags) => [flags, flags, flags, flags]),
    });
    expect((seen["times"] as string[])[3]).toMatch(/^2020-05-01T03:00:00/);
    expect(seen["corner"]).toEqual([expect.closeTo(38, 4), expect.closeTo(-98, 4)]);
    expect((seen["byName"] as Record<string, string>)["cape"]).toBe(sha256(stateAt(0).slice(2 * CELLS, 3 * CELLS)));
    // Only the position of NaN in the missing hour, not its bits, is ours to promise; both are numpy's quiet NaN.
    expect(seen["state"]).toBe(sha256(stateAt(0), missing, stateAt(2), stateAt(3)));
    expect(seen["stateByZarr"]).toBe(seen["state"]);
  });

  test("open a forecast store and decode member, lead, valid and reference time", async () => {
    const path = join(folder, "f.zarr");
    const writer = await createForecast(path, {
      space: SPACE,
      initTime: initFromAnalysis(FIRST),
      leadHours: [1, 2],
      memberCount: 2,
      synthetic: true,
      method: "test",
      provenance: {},
      initial: stateAt(0),
    });
    for (const member of [1, 0])
      for (const lead of [1, 2]) await writer.write(member, lead, stateAt(10 * member + lead));
    await writer.finish();
    const seen = read(path);
    expect(seen).toMatchObject({
      dims: ["member", "lead", "channel", "y", "x"],
      coords: ["channel", "init_time", "latitude", "lead", "longitude", "member", "time", "x", "y"],
      dtypes: { member: "int32", lead: "float64" },
      leads: { lead: "timedelta64[ns]" },
      initial: sha256(stateAt(0)),
      state: sha256(stateAt(1), stateAt(2), stateAt(11), stateAt(12)),
      nan: 0,
    });
    expect(seen["initTime"]).toMatch(/^2020-05-01T00:00:00/);
    expect((seen["times"] as string[])[1]).toMatch(/^2020-05-01T02:00:00/);
  });

  test("open a latitude-longitude archive of one hour", async () => {
    const path = join(folder, "l.zarr");
    const grid: Grid = {
      kind: "latlon",
      nx: 12,
      ny: 10,
      latitude0Degrees: 50,
      longitude0Degrees: -10,
      dLatitudeDegrees: 0.25,
      dLongitudeDegrees: 0.25,
    };
    await createArchive(path, describeHours(1, { space: { ...SPACE, grid } }), hoursOf([0]));
    expect(read(path)).toMatchObject({
      gridMapping: "latitude_longitude",
      corner: [50, -10],
      state: sha256(stateAt(0)),
    });
  });
});

/** An archive that lives in memory: hours of a tiny sandbox, for tests that need data and no disk. @module */
import { type Archive, blockSplits, type ChannelStatistics, transformValue } from "../src/archive/index.ts";
import { cellCount, fieldOf, type State, utcSeconds, VARIABLES, type ValidTime } from "../src/core/index.ts";
import { SANDBOX_SOURCE, sandboxHours, sandboxSpace } from "../src/sandbox/index.ts";

/** All hours whole; statistics over all of them, which no test of skill may use. */
export function memoryArchive(): Archive {
  const [hours, nx, ny, seed] = [24, 12, 8, 1];
  const start = utcSeconds(2024, 5, 1) as ValidTime;
  const space = sandboxSpace({ nx, ny });
  const cells = cellCount(space.grid);
  const states = new Map<ValidTime, State>();
  for (const { time, state } of sandboxHours({ seed, hours, start, nx, ny })) states.set(time, state);
  const times = [...states.keys()];
  const statistics = space.channels.map((channel, at): ChannelStatistics => {
    const { transform } = VARIABLES[channel];
    const physical = [...states.values()].flatMap((state) => [...fieldOf(state, at, cells)]);
    const values = physical.map((value) => transformValue(transform, value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const range = { min: Math.min(...values), max: Math.max(...values), count: values.length };
    const [physicalMin, physicalMax] = [Math.min(...physical), Math.max(...physical)];
    const physicalMean = physical.reduce((sum, value) => sum + value, 0) / physical.length;
    return { channel, transform, mean, std, ...range, physicalMin, physicalMax, physicalMean };
  });
  const stateAt = (time: ValidTime): State => {
    const state = states.get(time);
    if (state === undefined) throw new RangeError(`no hour ${time}`);
    return state;
  };
  return {
    ...space,
    path: "memory",
    version: 3,
    times,
    stepHours: 1,
    synthetic: true,
    source: SANDBOX_SOURCE,
    splits: blockSplits(times),
    statistics,
    provenance: { madeBy: "test/memory-archive.ts", inputs: [], notes: [] },
    rounding: false,
    statics: [],
    leadHours: () => 0,
    quality: () => new Uint16Array(space.channels.length),
    voidedCells: () => new Int32Array(space.channels.length),
    isWhole: (time) => states.has(time),
    readState: async (time) => stateAt(time),
    readStatic: async () => undefined,
    readField: async (time, channel) => fieldOf(stateAt(time), space.channels.indexOf(channel), cells),
  };
}

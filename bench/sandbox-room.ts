/**
 * How much room for skill the sandbox leaves, in its own units: the expected CRPS of the perfect forecast beside persistence and climate.
 *
 *   npx tsx bench/sandbox-room.ts
 *
 * Makes the table of docs/design/0014. 15 init times of world 1, 12 hours apart.
 */
import { cellCount, fieldOf, SECONDS_PER_HOUR, utcSeconds, type ValidTime } from "../src/core/index.ts";
import { sandboxHours, sandboxWorld, truePredictive } from "../src/sandbox/index.ts";

const CHANNELS = ["refc", "t2m", "u10", "cape", "cin"] as const;
const LEADS = [1, 2, 3, 6];
const INITS = Array.from({ length: 15 }, (_, k) => 12 * k);
/** So far ahead that nothing of the state is left. */
const CLIMATE_LEAD = 100;

const start = utcSeconds(2024, 5, 1) as ValidTime;
const world = sandboxWorld({ start });
const { grid, channels } = world.space;
const cells = cellCount(grid);
const states = [...sandboxHours({ start, hours: (INITS.at(-1) as number) + 7 })].map(({ state }) => state);
const at = (hour: number): ValidTime => (start + hour * SECONDS_PER_HOUR) as ValidTime;

function mean(values: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    sum += value;
    count++;
  }
  return sum / count;
}

function perfect(channel: (typeof CHANNELS)[number], lead: number): number {
  return mean(INITS.map((hour) => mean(truePredictive(world, at(hour), lead).expectedCrps(channel))));
}

function persistence(channel: (typeof CHANNELS)[number], lead: number): number {
  const index = channels.indexOf(channel);
  return mean(
    INITS.map((hour) => {
      const now = fieldOf(states[hour], index, cells);
      const then = fieldOf(states[hour + lead], index, cells);
      return mean(now.map((value, cell) => Math.abs(value - then[cell])));
    }),
  );
}

const row = (name: string, entries: readonly string[]): string => `| ${[name, ...entries].join(" | ")} |\n`;
process.stdout.write(row("lead", [...CHANNELS]));
for (const lead of LEADS) {
  const entries = CHANNELS.map(
    (channel) => `${perfect(channel, lead).toPrecision(3)} / ${persistence(channel, lead).toPrecision(3)}`,
  );
  process.stdout.write(row(`${lead} h`, entries));
}
process.stdout.write(
  row(
    "climate",
    CHANNELS.map((channel) => perfect(channel, CLIMATE_LEAD).toPrecision(3)),
  ),
);

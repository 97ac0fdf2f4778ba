/** `updraft sandbox`: an archive of the embedded synthetic atmosphere. @module */
import { Command } from "commander";
import { type ArchiveHour, createArchive } from "../../archive/index.ts";
import { describeGrid, parseTime, SECONDS_PER_HOUR, type ValidTime } from "../../core/index.ts";
import { SANDBOX_SOURCE, sandboxHours, sandboxSpace } from "../../sandbox/index.ts";
import { wholeNumber } from "../options.ts";
import { progressReporter } from "../progress.ts";

interface Options {
  readonly out: string;
  readonly hours: number;
  readonly seed: number;
  readonly nx: number;
  readonly ny: number;
  readonly start: string;
  readonly overwrite: boolean;
}

export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("build an archive of a synthetic atmosphere whose predictive distribution is known; not real weather")
    .requiredOption("--out <path>", "archive to write, X.zarr")
    .option("--hours <n>", "hours of weather", wholeNumber("--hours", 2), 480)
    .option("--seed <n>", "which world", wholeNumber("--seed", 0), 1)
    .option("--nx <n>", "columns of 3 km", wholeNumber("--nx", 8), 64)
    .option("--ny <n>", "rows of 3 km", wholeNumber("--ny", 8), 48)
    .option("--start <time>", "valid time of the first hour", "2024-05-01T00Z")
    .option("--overwrite", "replace an archive that is there", false)
    .addHelpText("after", "\nExample:\n  updraft sandbox --out sandbox.zarr --hours 480 --seed 1")
    .action(async ({ out, hours, seed, nx, ny, start, overwrite }: Options) => {
      const first = parseTime(start, "--start") as ValidTime;
      const space = sandboxSpace({ nx, ny });
      await createArchive(
        out,
        {
          space,
          first,
          last: (first + (hours - 1) * SECONDS_PER_HOUR) as ValidTime,
          source: SANDBOX_SOURCE,
          synthetic: true,
          provenance: { madeBy: `updraft sandbox, seed ${seed}`, inputs: [], notes: [] },
          overwrite,
        },
        asynchronous(sandboxHours({ seed, start: first, hours, nx, ny })),
        progressReporter(),
      );
      process.stdout.write(`archive ${out}: ${hours} hours of ${SANDBOX_SOURCE}, ${describeGrid(space.grid)}\n`);
    });
}

async function* asynchronous(hours: Iterable<ArchiveHour>): AsyncGenerator<ArchiveHour> {
  yield* hours;
}

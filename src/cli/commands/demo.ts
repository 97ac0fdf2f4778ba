/**
 * `updraft demo`: the whole chain on the embedded synthetic atmosphere, each step one of the verbs with its command line shown, so that
 * a reader can do the same with real data.
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { formatTime, parseTime, SECONDS_PER_HOUR } from "../../core/index.ts";
import { alone, removeTree } from "../../files/index.ts";

/**
 * Sizes of the two demos. Init times are hours from the start of the series, all of them in its test split; the first, whose maps are
 * drawn, was chosen for its storms. The guidance is what `updraft calibrate` finds for the sandbox (docs/methods.md).
 */
const FULL = {
  hours: 720,
  config: "demo",
  members: 8,
  leads: 6,
  guidance: 0.2,
  steps: 10,
  moments: ["--moment-noise", "1"],
  inits: [683, 640, 600],
  mapLeads: "1,3,6",
};
const QUICK = {
  hours: 120,
  config: "demo-quick",
  members: 4,
  leads: 3,
  guidance: 0.2,
  steps: 10,
  moments: ["--moment-noise", "1"],
  inits: [104, 112],
  mapLeads: "1,3",
};
const START = "2024-05-01T00Z";

interface Options {
  readonly out?: string;
  readonly quick: boolean;
  readonly fresh: boolean;
}

/** `run` executes one command line of this very program and throws where it fails. */
export function demoCommand(run: (args: readonly string[]) => Promise<void>): Command {
  return new Command("demo")
    .description(
      "run the whole chain on the embedded synthetic atmosphere: archive, training, ensembles, maps, NetCDF, scores",
    )
    .option("--out <folder>", "where everything goes (default: demo, or demo-quick with --quick)")
    .option("--quick", "a smaller one, to see that it all works; its model has hardly learnt", false)
    .option("--fresh", "begin again instead of going on with what is there", false)
    .addHelpText("after", "\nExample:\n  updraft demo --out demo")
    .action(async ({ quick, fresh, out = quick ? "demo-quick" : "demo" }: Options) => {
      const start = performance.now();
      const steps = demoSteps(out, quick ? QUICK : FULL);
      await alone(out, () => runSteps(steps, { out, fresh, run }), { inside: true });
      const minutes = ((performance.now() - start) / 60_000).toFixed(1);
      process.stdout.write(summary(out, minutes));
    });
}

interface Demo {
  readonly out: string;
  readonly fresh: boolean;
  readonly run: (args: readonly string[]) => Promise<void>;
}

async function runSteps(steps: readonly Step[], { out, fresh, run }: Demo): Promise<void> {
  // Hidden files are the lock, and no work of the demo's.
  const held = fresh ? readdirSync(out).filter((name) => !name.startsWith(".")) : [];
  for (const name of held) await removeTree(join(out, name));
  for (const { makes, args, again } of steps) {
    if (existsSync(makes) && !again) continue;
    process.stderr.write(`\n$ updraft ${args.join(" ")}\n`);
    await run(args);
  }
}

interface Step {
  /** What the step leaves; a step whose result is there is not done again… */
  readonly makes: string;
  /** …unless it is one that resumes or is quick. */
  readonly again?: boolean;
  readonly args: readonly string[];
}

function demoSteps(out: string, size: typeof FULL): Step[] {
  const archive = join(out, "archive.zarr");
  const run = join(out, "run");
  const forecasts = size.inits.map((hours) => {
    const init = formatTime(parseTime(START, "demo") + hours * SECONDS_PER_HOUR);
    return { init, path: join(out, `forecast-${init.slice(0, 13).replace(/[-T]/g, "")}.zarr`) };
  });
  const [first] = forecasts;
  const netcdf = join(out, "forecast.nc");
  const scores = join(out, "scores.json");
  return [
    { makes: archive, args: ["sandbox", "--out", archive, "--hours", `${size.hours}`, "--start", START] },
    {
      makes: run,
      again: true,
      args: ["train", "--config", size.config, "--archive", archive, "--out", run, "--resume"],
    },
    ...forecasts.map(({ init, path }) => ({
      makes: path,
      args: [
        "forecast",
        "--run",
        run,
        "--archive",
        archive,
        "--init",
        init,
        "--members",
        `${size.members}`,
        "--leads",
        `${size.leads}`,
        "--guidance",
        `${size.guidance}`,
        "--steps",
        `${size.steps}`,
        ...size.moments,
        "--out",
        path,
      ],
    })),
    // A folder that is there may hold only some of the maps.
    {
      makes: join(out, "maps"),
      again: true,
      args: ["maps", first.path, "--out", join(out, "maps"), "--leads", size.mapLeads],
    },
    { makes: netcdf, args: ["export", first.path, "--netcdf", netcdf] },
    {
      makes: scores,
      again: true,
      args: ["verify", ...forecasts.map(({ path }) => path), "--against", archive, "--out", scores],
    },
  ];
}

function summary(out: string, minutes: string): string {
  return [
    "",
    `Done in ${minutes} min. All of it is SYNTHETIC weather (the sandbox), made to try the chain, not to forecast.`,
    `  maps    ${join(out, "maps")}`,
    `  NetCDF  ${join(out, "forecast.nc")}`,
    `  scores  ${join(out, "scores.json")}`,
    "",
  ].join("\n");
}

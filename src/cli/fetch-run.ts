/** What all verbs of `updraft fetch` take, and how one runs: alone in its folder, or as an estimate that touches nothing. @module */
import type { Command } from "commander";
import { alone, type Lease } from "../files/index.ts";
import {
  DEFAULT_RETRIES,
  estimateJob,
  httpClient,
  openManifest,
  requireSuccess,
  runJob,
  type Shelf,
  SITE_NAMES,
  type Summary,
  sitesWith,
  systemClock,
  type Task,
  type Way,
} from "../sources/index.ts";
import { estimateReport, estimateText, summaryReport, summaryText } from "./fetch-report.ts";
import { numberBetween, wholeNumber } from "./options.ts";
import { progressReporter } from "./progress.ts";

/** What every source's verb takes. */
export interface FetchFlags {
  readonly out: string;
  readonly from?: string;
  readonly to?: string;
  readonly parallel: number;
  readonly tries: number;
  readonly timeout: number;
  readonly wait?: number;
  readonly bases?: string;
  readonly retryMissing: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function withFetchOptions(command: Command, parallel: number): Command {
  return command
    .requiredOption("--out <folder>", "folder to fill; what it holds already is not fetched again")
    .option("--to <time>", "last time, included (default: --from)")
    .option("--parallel <n>", "files at once", wholeNumber("--parallel", 1), parallel)
    .option("--tries <n>", "tries for each request", wholeNumber("--tries", 1), DEFAULT_RETRIES.tries)
    .option("--timeout <s>", "seconds of silence that end a try", numberBetween("--timeout", 0.1, 3600), 60)
    .option("--bases <list>", `other addresses, NAME=URL,… with NAME out of ${SITE_NAMES.join(",")} (or UPDRAFT_BASES)`)
    .option("--retry-missing", "ask again for what was missing last time", false)
    .option("--dry-run", "say what would be fetched, from where and how much, and fetch nothing", false)
    .option("--json", "print the result as JSON", false);
}

/** What a verb asks for, once there is a way to ask and a folder to fill. */
type Plan = (way: Way, shelf: Shelf) => readonly Task[] | Promise<readonly Task[]>;

/** Runs what is planned, as the only one who fills the folder; or says what it would take, and touches nothing. */
export async function runFetch(label: string, flags: FetchFlags, plan: Plan): Promise<void> {
  const { out, parallel, wait = 0, dryRun, json } = flags;
  const options = { parallel, label, waitSeconds: wait * 60, report: progressReporter() };
  if (dryRun) {
    const { way, shelf } = await prepare(flags);
    const tasks = await plan(way, shelf);
    const estimates = await estimateJob(tasks, options);
    process.stdout.write(
      json ? `${JSON.stringify(estimateReport(tasks, estimates))}\n` : estimateText(tasks, estimates),
    );
    return;
  }
  const fill = async ({ confirm }: Lease): Promise<Summary> => {
    const { way, shelf: own } = await prepare(flags);
    const shelf = { ...own, confirm };
    return runJob(await plan(way, shelf), shelf, options);
  };
  const summary = await alone(out, fill, { inside: true });
  process.stdout.write(json ? `${JSON.stringify(summaryReport(summary))}\n` : summaryText(summary));
  requireSuccess(summary, out);
}

/** The way to the sites, and the folder to fill. */
async function prepare(flags: FetchFlags): Promise<{ readonly way: Way; readonly shelf: Shelf }> {
  const { out, bases, tries, timeout, retryMissing } = flags;
  const sites =
    bases === undefined ? sitesWith(process.env["UPDRAFT_BASES"], "UPDRAFT_BASES") : sitesWith(bases, "--bases");
  const clock = systemClock;
  const http = httpClient(sites, { clock, retries: { tries }, readTimeoutSeconds: timeout });
  const manifest = await openManifest(out);
  return { way: { http, sites, clock }, shelf: { folder: out, manifest, clock, retryMissing } };
}

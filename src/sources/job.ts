/**
 * Many files, a few at a time, and an honest account at the end. One file's failure is no other's: all that can be had is had first.
 * @module
 */
import { DecodeError, type ReportProgress, RequestError, TransferError } from "../core/index.ts";
import { atOnce } from "./limiter.ts";
import type { Shelf } from "./shelf.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";

export interface JobOptions {
  /** Files at once. */
  readonly parallel: number;
  readonly label: string;
  /** Ask again every 15 s, for so long, for what is not there yet. */
  readonly waitSeconds?: number;
  readonly report?: ReportProgress;
}

export interface Summary {
  /** One for each task, in their order. */
  readonly results: readonly Result[];
  readonly fetched: number;
  readonly kept: number;
  readonly missing: number;
  readonly pending: number;
  /** There, without what was wanted of them. */
  readonly lacking: number;
  /** Of times that no archive reaches. */
  readonly outside: number;
  readonly failed: number;
  /** That came over the line and were kept. */
  readonly fetchedBytes: number;
}

const POLL_SECONDS = 15;

/** Runs all tasks, then sorts the manifest. Never throws for one file; see `requireSuccess`. */
export async function runJob(tasks: readonly Task[], shelf: Shelf, options: JobOptions): Promise<Summary> {
  const { parallel, waitSeconds = 0 } = options;
  const limited = atOnce(parallel);
  const ledger = countingLedger(tasks.length, options);
  const results = new Map<Task, Result>();
  const deadline = shelf.clock.now() + waitSeconds;
  for (let left = tasks; left.length > 0; ) {
    await everyOne(left, (task) =>
      limited(async () => {
        results.set(task, await task.run(ledger));
        ledger.settle(results);
      }),
    );
    left = left.filter((task) => results.get(task)?.kind === "pending");
    if (left.length === 0 || shelf.clock.now() >= deadline) break;
    await shelf.clock.sleep(POLL_SECONDS);
  }
  // What another job noted down meanwhile is not in this one's list.
  await shelf.confirm?.();
  await shelf.manifest.settle();
  return summarize(tasks.map((task) => results.get(task) as Result));
}

/** What all tasks would take, in their order. */
export async function estimateJob(
  tasks: readonly Task[],
  { parallel, label, report }: JobOptions,
): Promise<Estimate[]> {
  const limited = atOnce(parallel);
  const estimates = new Map<Task, Estimate>();
  await everyOne(tasks, (task) =>
    limited(async () => {
      estimates.set(task, await estimateOf(task));
      report?.({ label, done: estimates.size, total: tasks.length, unit: "inventories" });
    }),
  );
  return tasks.map((task) => estimates.get(task) as Estimate);
}

async function estimateOf(task: Task): Promise<Estimate> {
  try {
    return await task.estimate();
  } catch (error) {
    if (error instanceof DecodeError || error instanceof TransferError) return { kind: "failed", error };
    throw error;
  }
}

/** All of them to their end, then the first failure, so that nothing goes on unwatched. */
async function everyOne<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(items.map(work));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/**
 * A missing hour is a fact, not a failure. But when files could not be had though they are there, or none was there at all, say so.
 * @throws the first file's error, with how many there are
 * @throws RequestError when there is nothing at all
 */
export function requireSuccess({ results, fetched, kept, failed, pending }: Summary, place: string): void {
  const failure = results.find((result) => result.kind === "failed");
  if (failure !== undefined) {
    const expected = results.length === 1 ? "the file" : `all ${results.length} files`;
    const got = `${failed} that could not be had, the first: ${failure.error.message}`;
    throw new TransferError({
      place,
      expected,
      got,
      remedy: "run the same command again: it goes on where it stopped",
    });
  }
  if (fetched + kept > 0) return;
  const reason =
    results.find((result) => result.kind === "lacking") ?? results.find((result) => result.kind === "outside");
  if (reason !== undefined) {
    const remedy = reason.kind === "lacking" ? "ask for what is there" : "choose other times, or other sources";
    throw new RequestError({ place, expected: "at least one file", got: `none: ${reason.why}`, remedy });
  }
  throw new RequestError({
    place,
    expected: "at least one file",
    got: pending > 0 ? "none yet" : "none: every source was asked and has none",
    remedy: pending > 0 ? "try later, or let --wait ask again" : "check the times, leads and sources",
  });
}

function summarize(results: readonly Result[]): Summary {
  const count = (kind: Result["kind"]): number => results.filter((result) => result.kind === kind).length;
  return {
    results,
    fetched: count("fetched"),
    kept: count("kept"),
    missing: count("missing"),
    pending: count("pending"),
    lacking: count("lacking"),
    outside: count("outside"),
    failed: count("failed"),
    fetchedBytes: results.reduce((sum, result) => sum + (result.kind === "fetched" ? result.fetchedBytes : 0), 0),
  };
}

const MEGABYTE = 1e6;

/** Counts bytes for progress. The total is what is known plus, for files not looked at yet, the mean of those that were. */
function countingLedger(
  files: number,
  { label, report }: JobOptions,
): Ledger & { readonly settle: (results: ReadonlyMap<Task, Result>) => void } {
  let expected = 0;
  let gained = 0;
  let planned = 0;
  let settled = 0;
  let missing = 0;
  const tell = (): void => {
    const finished = settled === files;
    // Files that are settled without a plan take nothing; the rest is guessed.
    const unknown = Math.max(0, files - Math.max(planned, settled));
    const total = finished ? gained : Math.max(expected + unknown * (expected / Math.max(planned, 1)), gained + 1);
    const note = `${settled}/${files} files${missing > 0 ? `, ${missing} missing` : ""}`;
    const megabytes = (bytes: number): number => Math.round(bytes / (MEGABYTE / 100)) / 100;
    const done = megabytes(gained);
    // A reporter takes done = total for the end, so rounding must not bring them together before it.
    report?.({ label, done, total: finished ? done : Math.max(megabytes(total), done + 0.01), unit: "MB", note });
  };
  return {
    expect: (bytes) => {
      expected += bytes;
      planned += Math.sign(bytes);
    },
    gain: (bytes) => {
      gained += bytes;
      tell();
    },
    settle: (results) => {
      const kinds = [...results.values()].map(({ kind }) => kind);
      settled = kinds.filter((kind) => kind !== "pending").length;
      missing = kinds.filter((kind) => kind === "missing").length;
      tell();
    },
  };
}

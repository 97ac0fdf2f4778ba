/**
 * The threads an archive is made on. Each piece of work is a function of its task alone, so the archive is the same whatever their
 * number; with none the work is done on the calling thread, where a small archive is finished before a thread has begun.
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { DecodeError, RequestError } from "../../core/index.ts";
import type { RereadTask, StoredHour } from "../validate/reread.ts";
import type { FileCatalog } from "./catalog-file.ts";
import type { HourTask } from "./hour.ts";
import type { JournalEntry } from "./journal.ts";
import * as tasks from "./tasks.ts";

export interface WorkPool {
  readonly threads: number;
  catalog(task: tasks.CatalogTask): Promise<FileCatalog>;
  hour(task: HourTask): Promise<JournalEntry>;
  reread(task: RereadTask): Promise<StoredHour>;
  /** Does work for each item, as much at a time as there are threads, and hands the results on in the order of the items. */
  inOrder<Item, Result>(
    items: Iterable<Item>,
    work: (item: Item) => Promise<Result>,
    take: (result: Result, item: Item) => void,
  ): Promise<void>;
  close(): Promise<void>;
}

/** A pool of so many threads, which live until it is closed. @throws RequestError where Updraft was not built. */
export function workPool(threads: number): WorkPool {
  const workers = threads > 0 ? startThreads(threads) : undefined;
  const run = async <T>(name: keyof typeof tasks, task: unknown, here: () => Promise<tasks.Outcome<T>>): Promise<T> => {
    const outcome = workers === undefined ? await here() : ((await workers.run(task, { name })) as tasks.Outcome<T>);
    if (outcome.kind === "done") return outcome.value;
    throw outcome.error === "DecodeError" ? new DecodeError(outcome.complaint) : new RequestError(outcome.complaint);
  };
  return {
    threads,
    catalog: (task) => run("catalog", task, () => tasks.catalog(task)),
    hour: (task) => run("hour", task, () => tasks.hour(task)),
    reread: (task) => run("reread", task, () => tasks.reread(task)),
    inOrder: (items, work, take) => inOrder(items, work, take, WAITING_PER_THREAD * threads + 1),
    close: async () => workers?.destroy(),
  };
}

/** One at work, and one waiting so that no thread ever does. */
const WAITING_PER_THREAD = 2;

function startThreads(threads: number): Piscina {
  return new Piscina({
    filename: workerFile(),
    minThreads: threads,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
}

async function inOrder<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  take: (result: Result, item: Item) => void,
  most: number,
): Promise<void> {
  const underWay: { item: Item; result: Promise<Result> }[] = [];
  const takeFirst = async (): Promise<void> => {
    const [{ item, result }] = underWay.splice(0, 1);
    take(await result, item);
  };
  for (const item of items) {
    const result = work(item);
    // A failure is told when its turn comes; until then nobody listens.
    result.catch(() => undefined);
    underWay.push({ item, result });
    if (underWay.length >= most) await takeFirst();
  }
  while (underWay.length > 0) await takeFirst();
}

/** The compiled tasks: beside this file, or in `dist/` where the sources themselves run, as in tests. */
function workerFile(): string {
  const places = [
    new URL("./tasks.js", import.meta.url),
    new URL("../../../dist/archive/build/tasks.js", import.meta.url),
  ];
  const file = places.map((place) => fileURLToPath(place)).find((place) => existsSync(place));
  if (file !== undefined) return file;
  const place = fileURLToPath(places[0]);
  throw new RequestError({ place, expected: "the compiled tasks", got: "nothing there", remedy: "run npm run setup" });
}

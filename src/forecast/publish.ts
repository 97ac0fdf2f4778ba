/**
 * Publishing that is asked for: the last step of a workflow makes no member, it gives the forecast its name once all members are there.
 * @module
 */
import { formatLead, IncompleteError } from "../core/index.ts";
import { isListed } from "../files/index.ts";
import { partialPath } from "../zarr/index.ts";
import { type Begun, openBegun } from "./begun.ts";

export interface PublishOptions {
  /** How long to ask again for what is missing. Default 0: once. */
  readonly waitSeconds?: number;
  /** Lets so many seconds pass. */
  readonly sleep: (seconds: number) => Promise<void>;
  /** Told of every look that found something missing. */
  readonly onMissing?: (what: string) => void;
}

const ASK_AGAIN_SECONDS = 5;

/**
 * Publishes the forecast that was begun for `path`; nothing happens where it is published already.
 * @throws IncompleteError when something is still missing; RequestError when something else lies beside the path
 * @example await publishForecast("may6.zarr", { waitSeconds: 600, sleep: systemClock.sleep });
 */
export async function publishForecast(path: string, options: PublishOptions): Promise<void> {
  const { waitSeconds = 0, sleep, onMissing } = options;
  for (let waited = 0; ; waited += ASK_AGAIN_SECONDS) {
    const missing = await publishIfWhole(path);
    if (missing === undefined) return;
    if (waited >= waitSeconds) {
      throw new IncompleteError({
        place: partialPath(path),
        expected: "every state of every member",
        got: missing,
        remedy: "make what is missing, with the same --shard as before, or ask again with --wait",
      });
    }
    onMissing?.(missing);
    await sleep(Math.min(ASK_AGAIN_SECONDS, waitSeconds - waited));
  }
}

/** What is missing, in words; undefined once the forecast has its name. */
async function publishIfWhole(path: string): Promise<string | undefined> {
  if (await isListed(path)) return undefined;
  const begun = await openBegun(path);
  if (begun === undefined) return "nothing that was begun";
  const missing = await begun.missing();
  if (missing.length > 0) return describe(begun, missing);
  await begun.publish();
  return undefined;
}

function describe({ header }: Begun, missing: Awaited<ReturnType<Begun["missing"]>>): string {
  const { memberCount, leadHours } = header;
  const [{ member, lead }] = missing;
  const members = new Set(missing.map((part) => part.member)).size;
  return (
    `none of ${missing.length} of ${memberCount * leadHours.length} states, in ${members} of ${memberCount} members, ` +
    `the first of them member ${member} at +${formatLead(leadHours[lead])}`
  );
}

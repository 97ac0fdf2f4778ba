/**
 * Writes a forecast part by part, in any order and from any number of processes; what is written stays written.
 *
 *   several processes   each asks `missing` and writes what is its own; whoever sees nothing missing calls `finish`, and one rename wins
 *   a kill              the next writer of the same description goes on with what is there
 *   a twin              that still computes when the forecast is published has nothing left to do: `has` is true of everything
 *
 * What lies on disk meanwhile is `begun.ts`'s.
 * @module
 */
import { cellCount, formatLead, type LeadHours, RequestError, type State } from "../core/index.ts";
import { isListed } from "../files/index.ts";
import { openFolder, partialPath, writeGroup, writeShard, writeWhole } from "../zarr/index.ts";
import { type Begun, beginForecast, forecastHash, inTheWay, removeBegun } from "./begun.ts";
import { firstDifference } from "./difference.ts";
import { type ForecastDescription, type ForecastPlan, planOf } from "./layout.ts";

/** One state of a forecast. */
export interface ForecastPart {
  readonly member: number;
  readonly leadHours: LeadHours;
}

export interface ForecastWriter {
  has(member: number, leadHours: LeadHours): Promise<boolean>;
  /** What `write` was given, by this process or another. [channel, ny, nx] */
  read(member: number, leadHours: LeadHours): Promise<State>;
  /** [channel, ny, nx] in physical units, atomically. @throws RangeError for a member or lead that is not in the description. */
  write(member: number, leadHours: LeadHours, state: State): Promise<void>;
  /** Every part that nobody has written yet. */
  missing(): Promise<ForecastPart[]>;
  /**
   * Checks that every part is there and gives the store its final name, unless another process just did.
   * @throws RequestError naming what is missing.
   */
  finish(): Promise<void>;
}

export interface CreateForecastOptions {
  /** Other processes write the same forecast, so that it may be finished already: then nothing is missing. Default false: that is an error. */
  readonly shared?: boolean;
}

/**
 * Begins a forecast in `path.partial`, or goes on with the one that is there.
 * @throws RequestError when `path` exists (with `shared`: and is another forecast), or when another forecast was begun there.
 * @example
 *   const writer = await createForecast("f.zarr", description);
 *   if (!(await writer.has(0, 1))) await writer.write(0, 1, state);
 *   await writer.finish();
 */
export async function createForecast(
  path: string,
  description: ForecastDescription,
  { shared = false }: CreateForecastOptions = {},
): Promise<ForecastWriter> {
  requireSensible(description);
  const plan = planOf(description);
  const { state } = plan;
  const { leadHours: leads, memberCount, initial } = description;
  const hash = forecastHash(plan.attributes, initial);
  if (!shared && (await isListed(path))) throw inTheWay(path);
  /** Whether the forecast has its name by now. @throws RequestError when another has it */
  const isPublished = async (): Promise<boolean> => {
    if (!(await isListed(path))) return false;
    await requireSameForecast(path, plan, description);
    await removeBegun(path, hash);
    return true;
  };
  let published = await isPublished();
  /** What was being written found no folder: the forecast was published, or somebody removed it. */
  const whenGone = async (error: unknown): Promise<void> => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    published = await isPublished();
    if (!published) throw removed(path, error);
  };
  let begun: Begun | undefined;
  try {
    if (!published) begun = await begin(path, plan, hash, initial);
  } catch (error) {
    await whenGone(error);
  }

  const leadAt = (member: number, leadHours: LeadHours): number => {
    const lead = leads.indexOf(leadHours);
    if (lead >= 0 && Number.isInteger(member) && member >= 0 && member < memberCount) return lead;
    throw new RangeError(`member ${member} at +${formatLead(leadHours)} is not part of this forecast`);
  };
  const known = new Map<number, Set<number>>();
  const knownOf = async (member: number): Promise<Set<number>> => {
    const held = known.get(member) ?? new Set(await begun?.leadsOf(member));
    known.set(member, held);
    return held;
  };
  const missing = async (): Promise<ForecastPart[]> => {
    published ||= await isPublished();
    if (published || begun === undefined) return [];
    return (await begun.missing()).map(({ member, lead }) => ({ member, leadHours: leads[lead] }));
  };
  return {
    has: async (member, leadHours) => {
      const lead = leadAt(member, leadHours);
      return published || (await knownOf(member)).has(lead);
    },
    read: async (member, leadHours) => {
      const at = [member, leadAt(member, leadHours), null, null, null];
      const folder = published || begun === undefined ? path : begun.tree.root;
      return (await (await openFolder(folder)).array("state")).read("float32", at);
    },
    write: async (member, leadHours, values) => {
      const lead = leadAt(member, leadHours);
      if (published || begun === undefined) return;
      try {
        await writeShard(begun.tree, state, [member, lead, 0, 0, 0], values);
        const held = await knownOf(member);
        held.add(lead);
        // With its last state the member is marked.
        if (held.size === leads.length) await begun.leadsOf(member);
      } catch (error) {
        await whenGone(error);
      }
    },
    missing,
    finish: async () => {
      const [first] = await missing();
      if (published || begun === undefined) return;
      if (first !== undefined) {
        throw new RequestError({
          place: partialPath(path),
          expected: `${memberCount} members at ${leads.length} leads`,
          got: `no member ${first.member} at +${formatLead(first.leadHours)}`,
          remedy: "run the forecast again: it goes on where it stopped",
        });
      }
      await begun.publish();
      published = true;
    },
  };
}

/** Values first, the group's own metadata last. All who begin write the same bytes. */
async function begin(path: string, plan: ForecastPlan, hash: string, initial: State): Promise<Begun> {
  const begun = await beginForecast(path, plan.attributes, hash);
  for (const { array, values } of plan.whole) await writeWhole(begun.tree, array, values);
  await writeShard(begun.tree, plan.initial, [0, 0, 0], initial);
  await writeGroup(begun.tree, plan.attributes, [plan.state, plan.initial, ...plan.whole.map(({ array }) => array)]);
  return begun;
}

function removed(path: string, cause: unknown): RequestError {
  return new RequestError(
    {
      place: partialPath(path),
      expected: "the forecast that was begun there",
      got: "none: somebody removed it",
      remedy: "run the forecast again",
    },
    { cause },
  );
}

async function requireSameForecast(
  folder: string,
  plan: ForecastPlan,
  { initial }: ForecastDescription,
): Promise<void> {
  const group = await openFolder(folder);
  const wanted = JSON.parse(JSON.stringify(plan.attributes)) as Record<string, unknown>;
  const differing = firstDifference(group.attributes, wanted);
  const held = differing === undefined ? await (await group.array("initial_state")).read("float32") : initial;
  const got =
    differing ?? (held.every((value, at) => Object.is(value, initial[at])) ? undefined : "another initial state");
  if (got === undefined) return;
  throw new RequestError({
    place: folder,
    expected: "the beginning of this same forecast",
    got,
    remedy: "remove it, or choose another path",
  });
}

function requireSensible({ space, leadHours, memberCount, initial }: ForecastDescription): void {
  if (!Number.isInteger(memberCount) || memberCount < 1) throw new RangeError(`memberCount must be at least 1`);
  if (leadHours.length === 0 || leadHours.some((lead, at) => !(lead > (at === 0 ? 0 : leadHours[at - 1])))) {
    throw new RangeError(`leads must ascend from above 0, got ${leadHours.join(", ")}`);
  }
  const size = space.channels.length * cellCount(space.grid);
  if (initial.length !== size) throw new RangeError(`initial state has ${initial.length} values, expected ${size}`);
}

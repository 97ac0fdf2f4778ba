/**
 * Writes a forecast part by part, in any order and from any number of processes; what is written stays written.
 *
 *   several processes   each asks `missing` and writes what is its own; whoever sees nothing missing calls `finish`, and one rename wins
 *   a kill              the next writer of the same description goes on with what lies in `F.zarr.partial`
 * @module
 */
import { cellCount, formatLead, type LeadHours, RequestError, type State } from "../core/index.ts";
import {
  exists,
  hasShard,
  openFolder,
  partialPath,
  publish,
  requireFree,
  writeGroup,
  writeShard,
  writeWhole,
} from "../zarr/index.ts";
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
 * Begins a forecast in `path.partial`, or resumes the one that is there.
 * @throws RequestError when `path` exists (with `shared`: and is another forecast), or when the partial store is of another forecast.
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
  if (!shared) await requireFree(path, "choose another path or remove it");
  const partial = partialPath(path);
  if (!(await exists(path))) {
    if (await exists(`${partial}/zarr.json`)) await requireSameForecast(partial, plan, description);
    else await begin(partial, plan, description);
  } else await requireSameForecast(path, plan, description);

  const { state } = plan;
  const { leadHours: leads, memberCount } = description;
  const place = (member: number, leadHours: LeadHours): number[] => {
    const lead = leads.indexOf(leadHours);
    if (lead < 0 || !Number.isInteger(member) || member < 0 || member >= memberCount) {
      throw new RangeError(`member ${member} at +${formatLead(leadHours)} is not part of this forecast`);
    }
    return [member, lead, 0, 0, 0];
  };
  /** Another process may give the store its name at any moment. */
  const folder = async (): Promise<string> => ((await exists(path)) ? path : partial);
  const missing = async (): Promise<ForecastPart[]> => {
    const parts: ForecastPart[] = [];
    const where = await folder();
    for (let member = 0; member < memberCount; member++) {
      for (const leadHours of leads) {
        if (!(await hasShard(where, state, place(member, leadHours)))) parts.push({ member, leadHours });
      }
    }
    return parts;
  };
  return {
    has: async (member, leadHours) => hasShard(await folder(), state, place(member, leadHours)),
    read: async (member, leadHours) => {
      const [m, lead] = place(member, leadHours);
      return (await (await openFolder(await folder())).array("state")).read("float32", [m, lead, null, null, null]);
    },
    write: (member, leadHours, values) => writeShard(partial, state, place(member, leadHours), values),
    missing,
    finish: async () => {
      const [first] = await missing();
      if (first !== undefined) {
        throw new RequestError({
          place: partial,
          expected: `${memberCount} members at ${leads.length} leads`,
          got: `no member ${first.member} at +${formatLead(first.leadHours)}`,
          remedy: "run the forecast again: it goes on where it stopped",
        });
      }
      if (shared) await publishOnce(path);
      else await publish(path);
    },
  };
}

/** Of several processes that find the store whole, one renames it; for the others it then is where it should be. */
async function publishOnce(path: string): Promise<void> {
  if (await exists(path)) return;
  try {
    await publish(path);
  } catch (error) {
    if (!(await exists(path))) throw error;
  }
}

/** Values first, the group's own metadata last: what has a zarr.json can be resumed. */
async function begin(folder: string, plan: ForecastPlan, { initial }: ForecastDescription): Promise<void> {
  for (const { array, values } of plan.whole) await writeWhole(folder, array, values);
  await writeShard(folder, plan.initial, [0, 0, 0], initial);
  await writeGroup(folder, plan.attributes, [plan.state, plan.initial, ...plan.whole.map(({ array }) => array)]);
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

/** The first key at which two JSON values differ, with what is held there. */
function firstDifference(held: unknown, wanted: unknown, key = ""): string | undefined {
  if (Object.is(held, wanted)) return undefined;
  if (isObject(held) && isObject(wanted)) {
    for (const name of new Set([...Object.keys(wanted), ...Object.keys(held)])) {
      const difference = firstDifference(held[name], wanted[name], key === "" ? name : `${key}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return `${key} ${JSON.stringify(held)} where this one has ${JSON.stringify(wanted)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function requireSensible({ space, leadHours, memberCount, initial }: ForecastDescription): void {
  if (!Number.isInteger(memberCount) || memberCount < 1) throw new RangeError(`memberCount must be at least 1`);
  if (leadHours.length === 0 || leadHours.some((lead, at) => !(lead > (at === 0 ? 0 : leadHours[at - 1])))) {
    throw new RangeError(`leads must ascend from above 0, got ${leadHours.join(", ")}`);
  }
  const size = space.channels.length * cellCount(space.grid);
  if (initial.length !== size) throw new RangeError(`initial state has ${initial.length} values, expected ${size}`);
}

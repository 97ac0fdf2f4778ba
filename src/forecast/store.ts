/**
 * A forecast on disk: one Zarr v3 group for one init time, written member by member and lead by lead by any number of processes.
 *
 *   state[member, lead, channel, y, x]  float32   shard = one (member, lead) with all channels
 *   initial_state[channel, y, x]        float32   what all members start from
 *   member[member] lead[lead] time[lead] init_time[]        realization, forecast_period (h), valid and reference time
 *   channel y x latitude longitude crs  as in an archive
 *
 * Every part is its own file, so the bytes do not depend on who wrote what when. Until `finish`, all lies in `F.zarr.partial`.
 * @module
 */
import { z } from "zod";
import {
  brokenAttributes,
  channelsSchema,
  formatAt,
  gridSchema,
  identified,
  requireShape,
  spaceArrays,
  stateArray,
  timeSchema,
  type WholeArray,
} from "../archive/index.ts";
import {
  cellCount,
  type Ensemble,
  formatTime,
  type InitTime,
  type LeadHours,
  RequestError,
  type State,
  type StateSpace,
  validTime,
} from "../core/index.ts";
import {
  type ArrayDescription,
  type Attributes,
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

export interface ForecastDescription {
  readonly space: StateSpace;
  readonly initTime: InitTime;
  /** Ascending, above 0. */
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  readonly synthetic: boolean;
  /** What makes the forecast, for titles: "DEF, s = 0.5, K = 1, 10 steps". */
  readonly method: string;
  /** Anything that identifies the making: seed, run, checkpoint. Compared on resume. */
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
  /** [channel, ny, nx] in physical units, the state all members start from. */
  readonly initial: State;
}

/** Writes members and leads in any order, from any number of processes; what is written stays written. */
export interface ForecastWriter {
  has(member: number, leadHours: LeadHours): Promise<boolean>;
  /** [channel, ny, nx] in physical units, atomically. @throws RangeError for a member or lead that is not in the description. */
  write(member: number, leadHours: LeadHours, state: State): Promise<void>;
  /** Checks that every part is there and gives the store its final name. @throws RequestError naming what is missing. */
  finish(): Promise<void>;
}

const FORMAT = "updraft-forecast";
const VERSION = 1;

/**
 * Begins a forecast in `path.partial`, or resumes the one that is there.
 * @throws RequestError when `path` exists, or when the partial store is of another forecast.
 * @example
 *   const writer = await createForecast("f.zarr", description);
 *   if (!(await writer.has(0, 1))) await writer.write(0, 1, state);
 *   await writer.finish();
 */
export async function createForecast(path: string, description: ForecastDescription): Promise<ForecastWriter> {
  requireSensible(description);
  await requireFree(path, "choose another path or remove it");
  const folder = partialPath(path);
  const plan = planOf(description);
  if (await exists(`${folder}/zarr.json`)) await requireSameForecast(folder, plan, description);
  else await begin(folder, plan, description);

  const { state } = plan;
  const place = (member: number, leadHours: LeadHours): number[] => {
    const lead = description.leadHours.indexOf(leadHours);
    if (lead < 0 || !Number.isInteger(member) || member < 0 || member >= description.memberCount) {
      throw new RangeError(`member ${member} at +${leadHours} h is not part of this forecast`);
    }
    return [member, lead, 0, 0, 0];
  };
  return {
    has: (member, leadHours) => hasShard(folder, state, place(member, leadHours)),
    write: (member, leadHours, values) => writeShard(folder, state, place(member, leadHours), values),
    finish: async () => {
      for (let member = 0; member < description.memberCount; member++) {
        for (const leadHours of description.leadHours) {
          if (await hasShard(folder, state, place(member, leadHours))) continue;
          throw new RequestError({
            place: folder,
            expected: `${description.memberCount} members at ${description.leadHours.length} leads`,
            got: `no member ${member} at +${leadHours} h`,
            remedy: "run the forecast again: it goes on where it stopped",
          });
        }
      }
      await publish(path);
    },
  };
}

/**
 * Opens a finished forecast.
 * @throws RequestError when there is none at the path, DecodeError when its bytes are damaged.
 */
export async function openForecast(path: string): Promise<Ensemble> {
  const group = await openFolder(path);
  const held = identified(group.attributes, {
    place: path,
    format: FORMAT,
    version: VERSION,
    remedy: "make one with `updraft forecast`",
  });
  const parsed = headerSchema.safeParse(held);
  if (!parsed.success) throw brokenAttributes(parsed.error, path);
  const { initTime, leadHours, memberCount, synthetic, method, channels, grid } = parsed.data;
  const space = { channels, grid };
  const state = await group.array("state");
  const initial = await group.array("initial_state");
  requireShape(state, stateOf(space, memberCount, leadHours.length).shape, path);
  requireShape(initial, initialOf(space).shape, path);

  const indexIn = <T extends number | string>(what: string, all: readonly T[], wanted: T): number => {
    const at = all.indexOf(wanted);
    if (at >= 0) return at;
    throw new RequestError({ place: path, expected: `${what} ${all.join(",")}`, got: String(wanted) });
  };
  const members = Array.from({ length: memberCount }, (_, member) => member);
  return {
    ...space,
    initTime,
    leadHours,
    memberCount,
    synthetic,
    method,
    readInitial: async (channel) => initial.read("float32", [indexIn("a channel of", channels, channel), null, null]),
    readMember: async (member, lead, channel) =>
      state.read("float32", [
        indexIn("a member of", members, member),
        indexIn("a lead of", leadHours, lead),
        indexIn("a channel of", channels, channel),
        null,
        null,
      ]),
  };
}

/** True when a forecast store of ours is at the path, whatever its version. */
export async function isForecast(path: string): Promise<boolean> {
  return (await formatAt(path)) === FORMAT;
}

interface Header extends StateSpace {
  readonly initTime: InitTime;
  readonly leadHours: readonly LeadHours[];
  readonly memberCount: number;
  readonly synthetic: boolean;
  readonly method: string;
  readonly provenance: Readonly<Record<string, string | number | boolean>>;
}

const headerSchema: z.ZodType<Header> = z.object({
  channels: channelsSchema,
  grid: gridSchema,
  initTime: timeSchema.transform((time) => time as number as InitTime),
  leadHours: z.array(z.number().positive()).min(1),
  memberCount: z.int().min(1).max(100_000),
  synthetic: z.boolean(),
  method: z.string(),
  provenance: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** Everything about a forecast's files that its description decides. */
interface Plan {
  readonly attributes: Attributes;
  readonly state: ArrayDescription;
  readonly initial: ArrayDescription;
  readonly whole: readonly WholeArray[];
}

function planOf(description: ForecastDescription): Plan {
  const { space, initTime, leadHours, memberCount, synthetic, method, provenance } = description;
  return {
    attributes: {
      Conventions: "CF-1.11",
      title: `${synthetic ? "SYNTHETIC " : ""}ensemble forecast from ${formatTime(initTime)}, ${memberCount} members`,
      source: method,
      updraft: {
        format: FORMAT,
        version: VERSION,
        channels: space.channels,
        grid: space.grid,
        initTime: formatTime(initTime),
        leadHours,
        memberCount,
        synthetic,
        method,
        provenance,
      },
    },
    state: stateOf(space, memberCount, leadHours.length),
    initial: initialOf(space),
    whole: [...forecastCoordinates(description), ...spaceArrays(space)],
  };
}

function stateOf(space: StateSpace, members: number, leads: number): ArrayDescription {
  const leading = [
    ["member", members],
    ["lead", leads],
  ] as const;
  return stateArray("state", leading, space, {
    long_name: "forecast state, one variable a channel, units in channel.channel_units",
    coordinates: "latitude longitude time init_time",
  });
}

function initialOf(space: StateSpace): ArrayDescription {
  return stateArray("initial_state", [], space, {
    long_name: "state all members start from",
    coordinates: "latitude longitude init_time",
  });
}

function forecastCoordinates({ initTime, leadHours, memberCount }: ForecastDescription): WholeArray[] {
  const epoch = { units: "seconds since 1970-01-01", calendar: "proleptic_gregorian" };
  return [
    {
      array: {
        name: "member",
        dataType: "int32",
        dimensions: ["member"],
        shape: [memberCount],
        attributes: { standard_name: "realization", units: "1", axis: "E" },
      },
      values: Int32Array.from({ length: memberCount }, (_, member) => member),
    },
    {
      array: {
        name: "lead",
        dataType: "float64",
        dimensions: ["lead"],
        shape: [leadHours.length],
        // "h" and not "hours", which xarray would turn into a time difference.
        attributes: { standard_name: "forecast_period", units: "h" },
      },
      values: Float64Array.from(leadHours),
    },
    {
      array: {
        name: "time",
        dataType: "int64",
        dimensions: ["lead"],
        shape: [leadHours.length],
        attributes: { standard_name: "time", long_name: "valid time", ...epoch },
      },
      values: BigInt64Array.from(leadHours, (lead) => BigInt(validTime(initTime, lead))),
    },
    {
      array: {
        name: "init_time",
        dataType: "int64",
        dimensions: [],
        shape: [],
        attributes: { standard_name: "forecast_reference_time", ...epoch },
      },
      values: BigInt64Array.of(BigInt(initTime)),
    },
  ];
}

/** Values first, the group's own metadata last: what has a zarr.json can be resumed. */
async function begin(folder: string, plan: Plan, { initial }: ForecastDescription): Promise<void> {
  for (const { array, values } of plan.whole) await writeWhole(folder, array, values);
  await writeShard(folder, plan.initial, [0, 0, 0], initial);
  await writeGroup(folder, plan.attributes, [plan.state, plan.initial, ...plan.whole.map(({ array }) => array)]);
}

async function requireSameForecast(folder: string, plan: Plan, { initial }: ForecastDescription): Promise<void> {
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

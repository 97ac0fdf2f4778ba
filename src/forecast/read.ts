/**
 * Reads a finished forecast, one field at a time.
 * @module
 */
import { brokenAttributes, formatAt, identified, requireShape, type Splits } from "../archive/index.ts";
import { type Ensemble, RequestError } from "../core/index.ts";
import { contentDigest } from "../files/index.ts";
import type { ProbabilityCalibration } from "../recalibration/index.ts";
import { openStore, shardPath } from "../zarr/index.ts";
import {
  FORECAST_FORMAT,
  FORECAST_VERSION,
  type ForecastDescription,
  headerSchema,
  initialOf,
  stateOf,
} from "./layout.ts";

/** A forecast as it lies on disk. */
export interface StoredForecast extends Ensemble {
  /** What identifies its making: seed, model, archive. */
  readonly provenance: ForecastDescription["provenance"];
  /** Of the archive that its method has learnt from; empty where it learns nothing, absent where nobody knows. */
  readonly splits?: Splits;
  /** What its probabilities should be; absent where its run was not calibrated for it. */
  readonly calibration?: ProbabilityCalibration;
  /** What tells it from any other forecast, of the same path and description even (`files/content-digest.ts`). */
  readonly digest: () => Promise<string>;
}

/**
 * Opens a finished forecast.
 * @throws RequestError when there is none at the path, DecodeError when its bytes are damaged.
 */
export async function openForecast(path: string): Promise<StoredForecast> {
  const group = await openStore(path);
  const held = identified(group.attributes, {
    place: path,
    format: FORECAST_FORMAT,
    versions: [FORECAST_VERSION],
    remedy: "make one with `updraft forecast`",
  });
  const parsed = headerSchema.safeParse(held);
  if (!parsed.success) throw brokenAttributes(parsed.error, path);
  const { initTime, leadHours, memberCount, synthetic, method, provenance, channels, grid, splits, calibration } =
    parsed.data;
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
    provenance,
    ...startOf(provenance),
    ...(splits && { splits }),
    ...(calibration && { calibration }),
    digest: () => {
      const parts = members.flatMap((member) =>
        leadHours.map((_, lead) => shardPath(path, state, [member, lead, 0, 0, 0])),
      );
      return contentDigest([shardPath(path, initial, [0, 0, 0]), ...parts], group.attributes);
    },
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

/** Whose the initial state is, as the provenance tells it. */
function startOf({ source, startLeadHours = 0 }: StoredForecast["provenance"]): Pick<Ensemble, "start"> {
  if (typeof source !== "string" || typeof startLeadHours !== "number") return {};
  return { start: { source, leadHours: startLeadHours } };
}

/** True when a forecast store of ours is at the path, whatever its version. */
export async function isForecast(path: string): Promise<boolean> {
  return (await formatAt(path)) === FORECAST_FORMAT;
}

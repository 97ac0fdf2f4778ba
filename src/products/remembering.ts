/**
 * An ensemble that keeps the fields it was asked for last, up to a bound: wind, its barbs and joint events ask again for what was just read,
 * and reading a field of HRRR's grid takes as long as counting it. Whoever reads must not write into what he gets.
 * @module
 */
import { cellCount, type Ensemble, type Field } from "../core/index.ts";

/** 100 fields of HRRR's grid. */
const KEPT_BYTES = 800e6;

/** The same ensemble; least recently used fields are forgotten first. */
export function remembering(ensemble: Ensemble, keptBytes: number = KEPT_BYTES): Ensemble {
  const most = Math.floor(keptBytes / (4 * cellCount(ensemble.grid)));
  const kept = new Map<string, Promise<Field>>();
  return {
    ...ensemble,
    readInitial: (channel) => ensemble.readInitial(channel),
    readMember: (member, leadHours, channel) => {
      const key = `${member} ${leadHours} ${channel}`;
      const field = kept.get(key) ?? ensemble.readMember(member, leadHours, channel);
      kept.delete(key);
      kept.set(key, field);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
      return field;
    },
  };
}

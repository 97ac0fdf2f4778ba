/** Where two descriptions of forecasts differ, in words for the one who must choose. @module */

/** The first key at which two JSON values differ, with what is held there. */
export function firstDifference(held: unknown, wanted: unknown, key = ""): string | undefined {
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

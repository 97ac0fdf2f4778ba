/**
 * Resolution and component flags (flag table 3.3). Bit 5 says what u and v follow: HRRR's winds follow the grid and must be
 * turned before they are called eastward and northward.
 * @module
 */

/** What u and v components are relative to. */
export type WindComponents = "grid" | "earth";

export function windComponents(flags: number): WindComponents {
  return (flags & 0x08) === 0 ? "earth" : "grid";
}

/** Whether the i and j increments are given. */
export function incrementsGiven(flags: number): { i: boolean; j: boolean } {
  return { i: (flags & 0x20) !== 0, j: (flags & 0x10) !== 0 };
}

/** How NCEP writes times in file names, always UTC. @module */
import { compactHour, type UtcSeconds } from "../core/index.ts";

/** { day: "20180722", hour: "01" } */
export function dayAndHour(time: UtcSeconds): { readonly day: string; readonly hour: string } {
  const compact = compactHour(time);
  return { day: compact.slice(0, 8), hour: compact.slice(8, 10) };
}

export const twoDigits = (count: number): string => String(count).padStart(2, "0");
export const threeDigits = (count: number): string => String(count).padStart(3, "0");

/** Times and splits as metadata hold them: text, in UTC. @module */
import { z } from "zod";
import { formatTime, parseTime, type ValidTime } from "../core/index.ts";
import { SPLIT_NAMES, type Splits } from "./splits.ts";

/** A UTC time as stored, 2018-07-22T12:00:00Z. */
export const timeSchema: z.ZodType<ValidTime> = z.string().transform((text, context) => {
  try {
    return parseTime(text, "metadata") as ValidTime;
  } catch {
    context.addIssue({ code: "custom", message: `not a UTC time: ${text}` });
    return z.NEVER;
  }
});

export const splitsSchema: z.ZodType<Splits> = z.array(
  z.strictObject({ split: z.enum(SPLIT_NAMES), first: timeSchema, last: timeSchema }),
);

/** What `splitsSchema` reads. */
export function storedSplits(splits: Splits): { split: string; first: string; last: string }[] {
  return splits.map(({ split, first, last }) => ({ split, first: formatTime(first), last: formatTime(last) }));
}

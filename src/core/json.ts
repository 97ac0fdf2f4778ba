/**
 * JSON that somebody may have damaged or made up. What is wrong is told by its place in the text or by its key, never by the text itself: that
 * may be megabytes, or bytes that a terminal obeys.
 * @module
 */
import type { z } from "zod";
import { DecodeError } from "./errors.ts";

/** Whose text it is, and what it should be. */
interface JsonComplaint {
  readonly place: string;
  readonly expected: string;
  readonly remedy?: string;
}

/** @throws DecodeError for text that is no JSON */
export function parseJson(text: string, { place, expected, remedy }: JsonComplaint): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const got = jsonTrouble(cause, text.length);
    throw new DecodeError({ place, expected, got, ...(remedy !== undefined && { remedy }) }, { cause });
  }
}

/**
 * What a schema makes of it.
 * @throws DecodeError for text that is no JSON, and for the first key that is not as the schema says
 * @example jsonAs(z.object({ n: z.number() }), '{"n": 1}', { place: "x.json", expected: "a count" }).n // 1
 */
export function jsonAs<T>(schema: z.ZodType<T>, text: string, complaint: JsonComplaint): T {
  const parsed = schema.safeParse(parseJson(text, complaint));
  if (parsed.success) return parsed.data;
  const { place, expected, remedy } = complaint;
  const got = issueText(parsed.error);
  throw new DecodeError({ place, expected, got, ...(remedy !== undefined && { remedy }) }, { cause: parsed.error });
}

/** The first thing that is wrong, in one line: "dial.walks: Invalid input: expected number, received string". */
export function issueText({ issues: [issue] }: z.ZodError): string {
  return [...(issue.path.length > 0 ? [issue.path.map(String).join(".").slice(0, LONGEST)] : []), issue.message]
    .join(": ")
    .slice(0, 2 * LONGEST);
}

const LONGEST = 100;

/** "no JSON from character 17 on", of an engine's own words, which hold the text. */
function jsonTrouble(cause: unknown, length: number): string {
  if (length === 0) return "nothing";
  const words = cause instanceof Error ? cause.message : "";
  if (words.startsWith("Unexpected end") || words.startsWith("Unterminated")) return "JSON that breaks off";
  const at = /at position (\d+)/.exec(words)?.[1];
  return at === undefined ? "no JSON" : `no JSON from character ${at} on`;
}

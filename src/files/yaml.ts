/**
 * YAML that a person wrote. Anchors and aliases are understood; what would never end, fill the memory or end the process is refused: a node that
 * holds itself, aliases of aliases that say a billion things in ten lines, and nesting without end.
 * @module
 */
import { parse } from "yaml";
import { ConfigError } from "../core/index.ts";

/** Characters of the longest configuration. */
const MAX_LENGTH = 2 ** 20;
/** Brackets open at once, and columns before the first word of a line, of the deepest configuration several times over. */
const MAX_BRACKETS = 64;
const MAX_INDENT = 100;
/** Spaces and the signs that open a list or a key: each may be a level. */
const INDENT = /^(?:[ \t]|[-?](?=[ \t]))*/;

/**
 * The value of a YAML text; `undefined` or null for an empty one. `place` names the file.
 * @throws ConfigError for text that is no YAML, too long, too deep, or that refers to itself
 */
export function parseYaml(text: string, place: string): unknown {
  const complain = (got: string, cause?: unknown): ConfigError =>
    new ConfigError({ place, expected: "YAML", got }, { cause });
  if (text.length > MAX_LENGTH) throw complain(`${text.length} characters, more than ${MAX_LENGTH}`);
  // The parser calls itself a level at a time, and at the end of the stack V8 may end the process instead of throwing.
  if (isDeep(text)) throw complain("more levels of nesting than any configuration has");
  let value: unknown;
  try {
    // Without this level, warnings of strange tags are printed by the library itself.
    value = parse(text, { logLevel: "error" });
  } catch (cause) {
    throw complain((cause as Error).message.split("\n")[0], cause);
  }
  const circle = circleIn(value);
  if (circle !== undefined) throw complain(`a node that holds itself, at ${circle || "its root"}`);
  return value;
}

/** Judged without parsing: brackets in words and remarks count too. */
function isDeep(text: string): boolean {
  let open = 0;
  for (const line of text.split("\n")) {
    if ((INDENT.exec(line)?.[0].length ?? 0) > MAX_INDENT) return true;
    for (const sign of line) {
      if (sign === "[" || sign === "{") open++;
      else if (sign === "]" || sign === "}") open = Math.max(open - 1, 0);
      if (open > MAX_BRACKETS) return true;
    }
  }
  return false;
}

/** The path of a node that is its own ancestor. */
function circleIn(value: unknown, above: readonly object[] = [], path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (above.includes(value)) return path;
  for (const [key, child] of Object.entries(value)) {
    const found = circleIn(child, [...above, value], path === "" ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * YAML that a person wrote. Anchors and aliases are understood; what would never end or fill the memory is refused: a node that holds itself, and
 * aliases of aliases that say a billion things in ten lines.
 * @module
 */
import { parse } from "yaml";
import { ConfigError } from "../core/index.ts";

/** Characters of the longest configuration. */
const MAX_LENGTH = 2 ** 20;

/**
 * The value of a YAML text; `undefined` or null for an empty one. `place` names the file.
 * @throws ConfigError for text that is no YAML, too long, or that refers to itself
 */
export function parseYaml(text: string, place: string): unknown {
  const complain = (got: string, cause?: unknown): ConfigError =>
    new ConfigError({ place, expected: "YAML", got }, { cause });
  if (text.length > MAX_LENGTH) throw complain(`${text.length} characters, more than ${MAX_LENGTH}`);
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

/** Addresses where a verb expects paths, refused before it begins: one place for all of them, and for those still to come. @module */
import type { Command } from "commander";
import { requireLocalPath } from "../core/index.ts";

/** Options whose values are words for people, or addresses. */
const NO_PATHS: readonly string[] = ["--bases", "--source", "--name"];

/** @throws RequestError naming the option or argument that got an address */
export function requirePaths(command: Command): void {
  const given = command.opts<Record<string, unknown>>();
  for (const option of command.options) {
    const flag = option.long ?? option.flags;
    if (NO_PATHS.includes(flag)) continue;
    for (const text of textsOf(given[option.attributeName()])) requireLocalPath(text, flag);
  }
  for (const [at, argument] of command.registeredArguments.entries()) {
    for (const text of textsOf(command.processedArgs[at])) requireLocalPath(text, argument.name());
  }
}

/** "a", ["a", "b"] and "name=a,b" hold one, two and two paths. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "string") return [];
  const list = /^[^=/]+=(.*)$/s.exec(value)?.[1];
  return list === undefined ? [value] : list.split(",");
}

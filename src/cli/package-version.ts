/** The version that package.json says. @module */
import { readFileSync } from "node:fs";

/** It lies beside `src` and `dist` alike. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return version;
}

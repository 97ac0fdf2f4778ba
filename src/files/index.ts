/** Files: how a file is written so that nobody ever reads half of it. */
export { type WriteAsideOptions, writeAside } from "./write-aside.ts";

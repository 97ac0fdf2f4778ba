/** Files: how a file is written so that nobody ever reads half of it, and a place so that nobody else writes there. */
export { alone } from "./lock.ts";
export { refuseExisting } from "./refuse-existing.ts";
export { type WriteAsideOptions, writeAside } from "./write-aside.ts";

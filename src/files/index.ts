/** Files: how a file is written so that nobody ever reads half of it, and a place so that nobody else writes there. */
export { newAside, writerOfAside } from "./aside.ts";
export { contentDigest } from "./content-digest.ts";
export { nameUnlessTaken } from "./exclusive.ts";
export { isListed, namesIn } from "./listing.ts";
export { type AloneOptions, alone, type Lease } from "./lock.ts";
export { refuseExisting } from "./refuse-existing.ts";
export { type Tree, writeAside, writeInto } from "./write-aside.ts";
export type { Writer } from "./writer.ts";

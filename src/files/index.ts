/** Files: how a file is written so that nobody ever reads half of it, a place so that nobody else writes there, and how text is read. */
export { newAside } from "./aside.ts";
export { contentDigest } from "./content-digest.ts";
export { nameUnlessTaken } from "./exclusive.ts";
export { makeFolder } from "./folder.ts";
export { isListed, namesIn } from "./listing.ts";
export { type AloneOptions, alone, type Lease } from "./lock.ts";
export { named, naming } from "./naming.ts";
export { refuseExisting } from "./refuse-existing.ts";
export { removeTree } from "./remove-tree.ts";
export { type Tree, writeAside, writeInto } from "./write-aside.ts";
export { parseYaml } from "./yaml.ts";

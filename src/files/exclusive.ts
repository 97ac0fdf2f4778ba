/** One of many makes a file: it is there whole or not at all, and never replaces another. @module */
import { constants, copyFile, link } from "node:fs/promises";

/** Disks that know no second name for a file. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** Gives what lies aside the name `path` too, unless something has it: then false. */
export async function nameUnlessTaken(aside: string, path: string): Promise<boolean> {
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!NO_LINKS.includes(code)) throw error;
  }
  try {
    await copyFile(aside, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * What the operating system refuses: no room, no permission, a name too long, a file where a folder is wanted. Somebody can mend each of them, and
 * none is a bug, so each is a request that cannot be met, in one line, whichever verb, library or thread it came from.
 * @module
 */
import { type Complaint, isUpdraftError, RequestError } from "./errors.ts";

/** By the system's code: what it means, and what to do about it. */
const REFUSALS: Readonly<Record<string, readonly [meaning: string, remedy: string]>> = {
  EACCES: ["permission denied", "choose another, or have it allowed"],
  EBUSY: ["in use", "try again when it is free"],
  EDQUOT: ["disk quota exceeded", "make room, then give the same command again"],
  EEXIST: ["a file is there already", "choose another"],
  EFBIG: ["larger than the disk allows a file to be", "choose another disk"],
  EIO: ["the disk failed", "look at the disk"],
  EISDIR: ["a folder, where a file is wanted", "choose another"],
  ELOOP: ["links that lead in a circle", "choose another"],
  EMFILE: ["too many open files", "allow more with ulimit -n, or use fewer --threads"],
  ENAMETOOLONG: ["a name too long for the disk", "choose a shorter one"],
  ENFILE: ["too many open files on this machine", "close other programs, then give the same command again"],
  ENOENT: ["no such file or folder", "check the path"],
  ENOSPC: ["no space left on device", "make room, then give the same command again"],
  ENOTDIR: ["a file, where a folder is wanted", "choose another"],
  ENOTEMPTY: ["a folder that is not empty", "choose another"],
  EPERM: ["operation not permitted", "choose another, or have it allowed"],
  EROFS: ["read-only file system", "choose one that can be written"],
  // Node says so, too, of a package whose files it may not open.
  ERR_MODULE_NOT_FOUND: [
    "a part of the program that can't be found or opened",
    "install it again, or allow more open files with ulimit -n",
  ],
  ESTALE: ["the disk was replaced under it", "give the same command again"],
  ETXTBSY: ["in use", "try again when it is free"],
  EXDEV: ["two disks, where one is wanted", "choose a path on the same disk"],
};

/** What Node and libraries hang on an error of the system. */
interface SystemError {
  readonly code: string;
  readonly path?: string;
}

/**
 * The system's no in one line, or `undefined` for any other error. It may lie behind an error that wraps it.
 * @param place what is named where the system names no path: a full disk fails in a write, which has none
 * @example refusalOf(error, "updraft maps")?.message // "m/a.png: expected a path that can be used, got ENOSPC: no space left on device; …"
 */
export function refusalOf(error: unknown, place: string): RequestError | undefined {
  const found = systemErrorIn(error);
  if (found === undefined) return undefined;
  const { code, path = place } = found;
  const [meaning, remedy] = REFUSALS[code];
  const expected = "a path that can be used";
  return new RequestError({ place: path, expected, got: `${code}, ${meaning}`, remedy }, { cause: error });
}

/** True for an error of the system itself, not of what was read from it. */
export function isRefusal(error: unknown): boolean {
  return systemErrorIn(error) !== undefined;
}

/** Causes behind causes; no library hangs more. */
const DEEPEST = 8;

function systemErrorIn(error: unknown): SystemError | undefined {
  let at = error;
  for (let depth = 0; depth < DEEPEST && typeof at === "object" && at !== null; depth++) {
    const { code, path, cause } = at as { code?: unknown; path?: unknown; cause?: unknown };
    if (typeof code === "string" && Object.hasOwn(REFUSALS, code)) {
      return { code, ...(typeof path === "string" && { path }) };
    }
    at = cause;
  }
  return undefined;
}

/** An error as plain parts, to travel from a thread: no class and no code survives the way. */
export interface TravellingError {
  readonly error: string;
  readonly complaint: Complaint;
}

/** The parts of one of our errors or of the system's no; `undefined` for any other. */
export function travelling(error: unknown, place: string): TravellingError | undefined {
  const told = isUpdraftError(error) ? error : refusalOf(error, place);
  if (told === undefined) return undefined;
  const { name, expected, got, remedy } = told;
  return { error: name, complaint: { place: told.place, expected, got, ...(remedy !== undefined && { remedy }) } };
}

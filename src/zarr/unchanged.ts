/**
 * A finished store, read as the one it was when it was opened. `build --overwrite` and `append` give its path to another store by a rename,
 * whose hours may lie in other places; a reader that goes on by path alone then reads other hours without an error.
 *
 *   identity   zarr.json's time of change and size, and the sha256 of its bytes: what tells one store from the next
 *   check      one stat after each read: a path never comes back to an earlier store, so bytes read before the check are the old store's
 *
 * The number of the file (inode) makes the check cheap and is no part of the identity: some network file systems deal it out anew.
 * @module
 */
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { DecodeError, RequestError } from "../core/index.ts";
import { ifPresent, MAX_METADATA, openFolder } from "./folder.ts";
import type { ZarrArray, ZarrGroup } from "./read.ts";

/** A group whose reads fail once another store lies at its path. */
export interface OpenStore extends ZarrGroup {
  /** What tells it from any other that lay or will lie at its path; another thread opens the same store by it. */
  readonly identity: string;
}

/**
 * Opens the finished store at a path; `identity` makes sure that it is the one another reader has open. All reads check that it still is.
 * @throws as `openFolder`, and RequestError when another store lies there, now or at a later read
 */
export async function openStore(path: string, identity?: string): Promise<OpenStore> {
  const file = join(path, "zarr.json");
  const seen = await look(file);
  if (seen === undefined) {
    // What is no store is for `openFolder` to say; one that has just come is looked at again.
    await openFolder(path);
    return openStore(path, identity);
  }
  if (identity !== undefined && identity !== seen.identity) throw changed(path);
  let { quick } = seen;
  const check = async (): Promise<void> => {
    const now = await ifPresent(stat(file, { bigint: true }));
    if (now !== undefined && quickOf(now) === quick) return;
    const again = await look(file);
    if (again?.identity !== seen.identity) throw changed(path);
    quick = again.quick;
  };
  /** Between the renames of a replacement nothing is there: what then cannot be read was not damaged. */
  const checked = async <T>(reading: Promise<T>): Promise<T> => {
    const outcome = await reading.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await check();
    if ("value" in outcome) return outcome.value;
    throw outcome.error;
  };
  const group = await checked(openFolder(path));
  return {
    ...group,
    identity: seen.identity,
    array: async (name): Promise<ZarrArray> => {
      const array = await checked(group.array(name));
      return { ...array, read: (dataType, selection) => checked(array.read(dataType, selection)) };
    },
  };
}

function changed(path: string): RequestError {
  return new RequestError({
    place: path,
    expected: "the store that was opened here",
    got: "another one, which has taken its place meanwhile",
    remedy: "run the command again, on a copy if the store is written to often (cp -al takes no room)",
  });
}

interface Seen {
  readonly identity: string;
  readonly quick: string;
}

/** Undefined where nothing is. */
async function look(file: string): Promise<Seen | undefined> {
  const handle = await ifPresent(open(file, "r"));
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat({ bigint: true });
    const { mtimeNs, size } = stats;
    if (size > MAX_METADATA) {
      throw new DecodeError({ place: file, expected: `at most ${MAX_METADATA} bytes`, got: `${size}` });
    }
    const digest = createHash("sha256")
      .update(await handle.readFile())
      .digest("hex");
    return { identity: `${mtimeNs} ${size} ${digest}`, quick: quickOf(stats) };
  } finally {
    await handle.close();
  }
}

const quickOf = ({ ino, mtimeNs, size }: BigIntStats): string => `${ino} ${mtimeNs} ${size}`;

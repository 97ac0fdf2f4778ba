/**
 * Where a file lies, near or far: a place answers what its version is, what its inventory says, and what bytes it has.
 * @module
 */
import { open, readFile, stat } from "node:fs/promises";
import { DecodeError } from "../core/index.ts";
import { fieldsOf, formatInventory, scanMessages } from "../grib2/index.ts";
import type { ByteRange, Content, Http, Version } from "./http.ts";
import type { SiteName, Sites } from "./sites.ts";

/** One copy of a GRIB2 file with its inventory. The two are never taken from different places. */
export interface Place {
  /** "aws", "google", "folder": what `--sources` and the manifest call it. */
  readonly source: string;
  readonly url: string;
  readonly version: () => Promise<Version | undefined>;
  /** Whether there is an inventory, without reading it. */
  readonly hasInventory: () => Promise<boolean>;
  readonly inventory: () => Promise<string | undefined>;
  readonly read: (range: ByteRange, version: Version) => Promise<Content>;
}

/** HRRR's longest inventory is below 100 kB. */
const LARGEST_INVENTORY = 2 ** 24;

/** A file at a site; its inventory is at the same address with .idx behind. */
export function siteFile(http: Http, sites: Sites, source: SiteName, path: string): Place {
  const url = `${sites[source].base}/${path}`;
  const idx = `${url}.idx`;
  return {
    source,
    url,
    version: () => http.head(source, url),
    hasInventory: async () => (await http.head(source, idx)) !== undefined,
    inventory: async () => {
      const content = await http.whole(source, idx, LARGEST_INVENTORY);
      return content && new TextDecoder().decode(content.bytes);
    },
    read: (range, version) => http.range(source, url, range, version),
  };
}

/**
 * A file in a folder someone keeps; where no .idx lies beside it, its messages say what they are. Manifests get `name`: what was read,
 * not whose disk it was on.
 */
export function folderFile(path: string, name: string): Place {
  const version = async (): Promise<Version | undefined> => {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile() !== true) return undefined;
    return { size: entry.size, lastModified: Math.floor(entry.mtimeMs / 1000) };
  };
  const inventory = (): Promise<string | undefined> => readFile(`${path}.idx`, "utf8").catch(() => undefined);
  return {
    source: "folder",
    url: name,
    version,
    hasInventory: async () => (await version()) !== undefined,
    inventory: async () => {
      const text = await inventory();
      if (text !== undefined || (await version()) === undefined) return text;
      const messages = [...scanMessages(await readFile(path), name)].filter((part) => part.kind === "message");
      return formatInventory(messages.flatMap(fieldsOf));
    },
    read: async ({ start, end }) => {
      const handle = await open(path, "r");
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        if (bytesRead === bytes.length) return { bytes };
        const got = `${bytesRead}`;
        throw new DecodeError({ place: `${name} byte ${start}`, expected: `${bytes.length} octets`, got });
      } finally {
        await handle.close();
      }
    },
  };
}

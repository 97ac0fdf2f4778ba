/** JSON with wrong types anywhere: what our own metadata files may have become. Opened whole, or refused by one of our errors, in one line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openArchive } from "../../src/archive/index.ts";
import { integers, isUpdraftError } from "../../src/core/index.ts";
import { openForecast } from "../../src/forecast/index.ts";
import { readRun } from "../../src/run/index.ts";
import { openManifest } from "../../src/sources/index.ts";
import { updraft } from "../cli/run-updraft.ts";
import { scratchFolder } from "../cli/scratch.ts";
import { TRAIN_TINY, tinyArchive } from "../cli/tiny-run.ts";

const folder = scratchFolder("hostile");
const MANIFEST = JSON.stringify({
  path: "a",
  status: "held",
  initTime: "2024-05-01T00:00:00Z",
  leadHours: 0,
  source: "aws",
  url: "x",
  sourceBytes: 3,
  messages: [{ names: ["t2m"], range: [0, 3], lines: [":TMP:"] }],
  absent: [],
  bytes: 3,
  sha256: "00",
});

beforeAll(() => {
  tinyArchive(folder);
  updraft([...TRAIN_TINY, "--out", "run"], folder);
  const persistence =
    "forecast --method persistence --archive archive.zarr --init 2024-05-02T09Z --members 1 --leads 2";
  updraft([...persistence.split(" "), "--out", "f.zarr"], folder);
});

async function readState(): Promise<unknown> {
  const archive = await openArchive(join(folder, "archive.zarr"));
  return archive.readField(archive.times[1], archive.channels[0]);
}

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** Every place in a document, by its keys. */
function placesIn(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const children: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...children.flatMap(([key, child]) => placesIn(child, [...path, key]))];
}

function replaced(value: Json, [key, ...rest]: readonly (string | number)[], by: Json | undefined): Json | undefined {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, Json>;
  const child = replaced(copy[key], rest, by);
  if (child === undefined) delete copy[key];
  else copy[key] = child;
  return copy;
}

const WRONG: readonly (Json | undefined)[] = [
  undefined,
  null,
  "",
  "__proto__",
  -1,
  0.5,
  1e308,
  2 ** 40,
  true,
  [],
  [[]],
  {},
  { toString: 1 },
  "2024-13-45T99:99:99Z",
];
const TRIES = 250;

describe.each<[string, string, (path: string) => unknown]>([
  ["an archive", "archive.zarr/zarr.json", () => openArchive(join(folder, "archive.zarr"))],
  ["a forecast", "f.zarr/zarr.json", () => openForecast(join(folder, "f.zarr"))],
  ["an array", "archive.zarr/state/zarr.json", readState],
  ["a run", "run/run.json", () => readRun(join(folder, "run"))],
])("%s whose metadata have a wrong type somewhere", (name, file, open) => {
  it("is opened, or refused in one line by an error of ours", async () => {
    const path = join(folder, file);
    const whole = readFileSync(path, "utf8");
    const document = JSON.parse(whole) as Json;
    const places = placesIn(document);
    const where = integers({ seed: 1, purpose: `places of ${name}` }, TRIES, places.length);
    const what = integers({ seed: 1, purpose: `values of ${name}` }, TRIES, WRONG.length);
    let refused = 0;
    try {
      for (let k = 0; k < TRIES; k++) {
        const changed = replaced(document, places[where[k]], WRONG[what[k]]);
        writeFileSync(path, changed === undefined ? "" : JSON.stringify(changed));
        const told = `${places[where[k]].join(".")} = ${JSON.stringify(WRONG[what[k]])}`;
        try {
          await open(path);
        } catch (error) {
          refused++;
          expect(isUpdraftError(error), `${told}: ${(error as Error).stack}`).toBe(true);
          expect((error as Error).message, told).toMatch(/^[^\n]{1,600}$/);
        }
      }
    } finally {
      writeFileSync(path, whole);
    }
    // Much of it is provenance, which may say anything.
    expect(refused).toBeGreaterThan(10);
  });
});

it("a manifest with a wrong type somewhere is refused by line and key, without what it says", async () => {
  const document = JSON.parse(MANIFEST) as Json;
  const at = mkdtempSync(join(folder, "manifest-"));
  for (const place of placesIn(document)) {
    for (const wrong of WRONG) {
      writeFileSync(join(at, "manifest.jsonl"), `${JSON.stringify(replaced(document, place, wrong) ?? "p4ssw0rd")}\n`);
      const error = await openManifest(at).then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error === undefined) continue;
      expect(isUpdraftError(error), `${place.join(".")}: ${(error as Error).message}`).toBe(true);
      expect((error as Error).message).toMatch(
        /manifest\.jsonl line 1: expected a record of a fetched file, got [^\n]{1,300}; remove/,
      );
      expect((error as Error).message).not.toContain("p4ssw0rd");
    }
  }
  rmSync(at, { recursive: true });
});

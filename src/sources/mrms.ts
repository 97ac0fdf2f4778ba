/**
 * MRMS composite reflectivity, the truth that reflectivity forecasts are held to: a mosaic of all radars every two minutes at seconds
 * nobody can foretell. So the day is listed and the mosaic nearest to the wanted time is taken, if it lies within some minutes of it;
 * its own time is what is written down. The earlier of two equally near ones wins.
 *
 *   CONUS/MergedReflectivityQCComposite_00.50/YYYYMMDD/MRMS_MergedReflectivityQCComposite_00.50_YYYYMMDD-HHMMSS.grib2.gz
 *
 * Source: NOAA MRMS on AWS, s3://noaa-mrms-pds.
 * @module
 */
import { DecodeError, formatTime, SECONDS_PER_HOUR, utcSeconds, type ValidTime } from "../core/index.ts";
import { gunzipGrib, isGzipped } from "../grib2/gzip/index.ts";
import { fieldsOf, mosaicIn, scanMessages } from "../grib2/index.ts";
import { type ArchiveSpan, outsideOf } from "./archive-span.ts";
import { dayAndHour } from "./file-names.ts";
import { knownFirst } from "./known-first.ts";
import { atOnce, type Limiter } from "./limiter.ts";
import { type HeldRecord, type MissingRecord, NO_SUCH_FILE } from "./manifest.ts";
import { listBucket, type S3Object } from "./s3-listing.ts";
import { MISSING_AFTER_HOURS, type Shelf } from "./shelf.ts";
import type { Estimate, Ledger, Result, Task } from "./task.ts";
import type { Way } from "./way.ts";
import { heldRecord, keepFile } from "./whole-file.ts";

const ARCHIVE: ArchiveSpan = { title: "MRMS on AWS", from: utcSeconds(2020, 10, 14) };
const PRODUCT = "MergedReflectivityQCComposite_00.50";
const NAME = /_(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.grib2\.gz$/;

/** MRMS mosaics are about 1.5 MB zipped, 98 MB of numbers at most when unzipped. */
const LARGEST_FILE = 2 ** 25;
const LARGEST_UNZIPPED = 2 ** 28;

export interface MrmsRequest {
  readonly validTimes: readonly ValidTime[];
  readonly toleranceMinutes: number;
}

interface Mosaic extends S3Object {
  readonly validTime: ValidTime;
}

/** One task for each time; days are listed once, whatever the number of times. */
export function mrmsTasks({ validTimes, toleranceMinutes }: MrmsRequest, way: Way, shelf: Shelf): Task[] {
  const days = new Map<string, Promise<Mosaic[]>>();
  const mosaicsOf = (day: string): Promise<Mosaic[]> => {
    const listing = days.get(day) ?? listDay(day, way);
    days.set(day, listing);
    return listing;
  };
  // Two wanted times may have the same mosaic: it is fetched for the first, and the second finds it there.
  const turns = new Map<string, Limiter>();
  const inTurn = <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const turn = turns.get(key) ?? atOnce(1);
    turns.set(key, turn);
    return turn(task);
  };
  return validTimes.map((wanted) => {
    const tolerance = toleranceMinutes * 60;
    const nearestThere = async (): Promise<Mosaic | undefined> => {
      const around = [...new Set([wanted - tolerance, wanted + tolerance].map((time) => dayAndHour(time).day))];
      return nearest((await Promise.all(around.map(mosaicsOf))).flat(), wanted, tolerance);
    };
    const keep = (mosaic: Mosaic): Promise<HeldRecord> =>
      inTurn(mosaic.key, () => keepMosaic(mosaic, wanted, way, shelf));
    return mrmsTask(wanted, nearestThere, keep, shelf);
  });
}

function mrmsTask(
  wanted: ValidTime,
  find: () => Promise<Mosaic | undefined>,
  keep: (mosaic: Mosaic) => Promise<HeldRecord>,
  shelf: Shelf,
): Task {
  const path = missingPath(wanted);
  const young = (): boolean => shelf.clock.now() - wanted < MISSING_AFTER_HOURS * SECONDS_PER_HOUR;
  const known = async (): Promise<Result | undefined> => {
    const missing = shelf.manifest.records.get(path);
    if (missing?.status === "missing" && shelf.retryMissing !== true) return { kind: "missing", record: missing };
    const answer = [...shelf.manifest.records.values()].find(
      (record) => record.status === "held" && record.answers?.includes(formatTime(wanted)) === true,
    );
    const record = answer && (await heldRecord(answer.path, shelf));
    return record && { kind: "kept", record };
  };
  const why = outsideOf(ARCHIVE, wanted, shelf.clock.now());
  const fetch = async (ledger: Ledger): Promise<Result> => {
    if (why !== undefined) return { kind: "outside", path, why };
    const mosaic = await find();
    if (mosaic === undefined && young()) return { kind: "pending", path };
    if (mosaic === undefined) return { kind: "missing", record: await noteMissing(path, wanted, shelf) };
    ledger.expect(mosaic.size);
    const record = await keep(mosaic);
    ledger.gain(mosaic.size);
    return { kind: "fetched", record, fetchedBytes: record.bytes };
  };
  const survey = async (): Promise<Estimate> => {
    if (why !== undefined) return { kind: "outside", why };
    const mosaic = await find();
    if (mosaic === undefined) return { kind: young() ? "pending" : "missing" };
    return { kind: "fetch", source: "mrms", bytes: mosaic.size, requests: 1, absent: [] };
  };
  return knownFirst({ path, known, fetch, survey });
}

/** Where a mosaic would be noted that is not there: named for the time asked for. */
function missingPath(wanted: ValidTime): string {
  const { day } = dayAndHour(wanted);
  return `mrms/${PRODUCT}/${day}/nearest-to-${formatTime(wanted).replace(/[-:]/g, "")}`;
}

async function noteMissing(path: string, wanted: ValidTime, { manifest }: Shelf): Promise<MissingRecord> {
  const record: MissingRecord = {
    path,
    status: "missing",
    initTime: formatTime(wanted),
    leadHours: 0,
    because: NO_SUCH_FILE,
    tried: ["mrms"],
    absent: ["refc"],
  };
  await manifest.add(record);
  return record;
}

async function keepMosaic(mosaic: Mosaic, wanted: ValidTime, { http, sites }: Way, shelf: Shelf): Promise<HeldRecord> {
  const { key, size, lastModified, validTime } = mosaic;
  const { day } = dayAndHour(validTime);
  const path = `mrms/${PRODUCT}/${day}/${key.slice(key.lastIndexOf("/") + 1)}`;
  const answer = formatTime(wanted);
  const there = await heldRecord(path, shelf);
  if (there !== undefined) {
    // Two wanted times lie between the same mosaics.
    const record = { ...there, answers: [...new Set([...(there.answers ?? []), answer])].sort() };
    await shelf.manifest.add(record);
    return record;
  }
  const url = `${sites.mrms.base}/${key}`;
  const content = await http.whole("mrms", url, LARGEST_FILE);
  if (content === undefined || content.bytes.length !== size) {
    const got = content === undefined ? "nothing (404)" : `${content.bytes.length}`;
    throw new DecodeError({ place: url, expected: `${size} bytes, as listed`, got, remedy: "fetch again" });
  }
  checkMosaic(content.bytes, url, validTime);
  const origin = {
    source: "mrms",
    url,
    ...(content.servedBy !== undefined && { servedBy: [content.servedBy] }),
    lastModified: formatTime(lastModified),
    latencySeconds: lastModified - validTime,
  };
  return keepFile(
    content.bytes,
    { path, initTime: formatTime(validTime), leadHours: 0, ...origin, answers: [answer] },
    shelf,
  );
}

/** A whole gzip of whole GRIB2 messages, one of them the composite, valid when its name says. */
function checkMosaic(bytes: Uint8Array, place: string, validTime: ValidTime): void {
  const complain = (expected: string, got: string): DecodeError =>
    new DecodeError({ place, expected, got, remedy: "fetch it again" });
  if (!isGzipped(bytes)) throw complain("a gzip file", "none");
  const parts = [...scanMessages(gunzipGrib(bytes, place, LARGEST_UNZIPPED), place)];
  if (parts.some(({ kind }) => kind === "gap")) throw complain("GRIB2 messages and nothing else", "stray octets");
  const fields = parts.flatMap((part) => (part.kind === "message" ? fieldsOf(part) : []));
  const { field } = mosaicIn(fields, place, ["MergedReflectivityQCComposite"]);
  if (field.validTime !== validTime) throw complain(formatTime(validTime), formatTime(field.validTime));
}

async function listDay(day: string, { http, sites }: Way): Promise<Mosaic[]> {
  const objects = await listBucket(http, sites, "mrms", `CONUS/${PRODUCT}/${day}/`);
  return objects.flatMap((object) => {
    const match = NAME.exec(object.key);
    if (match === null) return [];
    const [year, month, date, hour, minute, second] = match.slice(1).map(Number);
    return [{ ...object, validTime: utcSeconds(year, month, date, hour, minute, second) as ValidTime }];
  });
}

function nearest(mosaics: readonly Mosaic[], wanted: ValidTime, tolerance: number): Mosaic | undefined {
  const distance = ({ validTime }: Mosaic): number => Math.abs(validTime - wanted);
  return mosaics
    .filter((mosaic) => distance(mosaic) <= tolerance)
    .sort((a, b) => distance(a) - distance(b) || a.validTime - b.validTime)[0];
}

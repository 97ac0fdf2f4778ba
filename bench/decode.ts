/**
 * How fast GRIB2 messages are decoded: a full HRRR field beside ecCodes' C library in the same run, taking turns, and on two
 * threads beside one. Ratios above 1 are in our favor; absolute times are for the reader.
 *
 *   npx tsx bench/decode.ts [--json] [--rounds 25]
 *
 * Needs the real data (UPDRAFT_DATA), peers/.venv for ecCodes, and `npm run setup` for the worker.
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { decodeValues, fieldsOf, type GribMessage, prepareDecoders, scanMessages } from "../src/grib2/index.ts";
import { type DecodePool, decodePool } from "../src/grib2/pool/index.ts";
import { peerPython } from "../test/peer.ts";
import { sharedData } from "../test/shared-data.ts";

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "25" } },
});
const rounds = Number(options.rounds);
const data = sharedData;
if (data === undefined || peerPython === undefined) throw new Error("needs UPDRAFT_DATA and peers/.venv");

const FILES = [
  "hrrr/hrrr.t06z.wrfsfcf01-UGRD.grib2",
  "hrrr/hrrr.t06z.wrfsfcf01-TMP.grib2",
  "hrrr/hrrr.t00z.wrfsfcf00-HPBL.grib2",
  "hrrr/noaa-hrrr-conus-lambert-refc.grib2",
  "other_grib/gfs.png.grib2",
  "mrms/pysteps_20190610/PrecipRate_00.00_20190610-000000.grib2",
  "other_grib/gfs.jpeg.grib2",
  "other_grib/ecmwf-ifs-oper-surface.grib2",
];

interface Timing {
  readonly file: string;
  readonly packing: string;
  readonly points: number;
  /** Best of all rounds, milliseconds: ours to float32, theirs to float64. */
  readonly ours: number;
  readonly ecCodes: number;
  readonly ratio: number;
}

function firstMessage(path: string): GribMessage {
  for (const found of scanMessages(readFileSync(path), basename(path))) if (found.kind === "message") return found;
  throw new Error(`no message in ${path}`);
}

/** ecCodes in a process of its own, asked for one run at a time. */
function startPeer(path: string): { run(): Promise<number>; stop(): void } {
  const script = join(import.meta.dirname, "..", "peers", "grib2_decode_times.py");
  const child: ChildProcessWithoutNullStreams = spawn(peerPython ?? "", [script, path]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface(child.stdout);
  return {
    run: async () => {
      child.stdin.write("\n");
      const [line] = (await once(lines, "line")) as [string];
      return Number(line);
    },
    stop: () => child.stdin.end(),
  };
}

async function besideEcCodes(path: string): Promise<Timing> {
  const [field] = fieldsOf(firstMessage(path));
  const peer = startPeer(path);
  let [ours, theirs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // Both sides decode into memory they have had before: ours is asked to, theirs comes from malloc's free list.
  const into = decodeValues(field);
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    decodeValues(field, { into });
    ours = Math.min(ours, performance.now() - start);
    theirs = Math.min(theirs, await peer.run());
  }
  peer.stop();
  const { nx, ny } = field.grid;
  const packing = `5.${field.packingTemplate}`;
  return { file: basename(path), packing, points: nx * ny, ours, ecCodes: theirs, ratio: theirs / ours };
}

/** Fields a second on one thread and on two: best of short rounds that take turns, so that other work meets both alike. */
async function onThreads(messages: readonly GribMessage[]): Promise<{ one: number; two: number }> {
  const [single, double] = [decodePool(1), decodePool(2)];
  const rate = async (pool: DecodePool): Promise<number> => {
    const start = performance.now();
    let fields = 0;
    for await (const values of pool.decodeInOrder(messages)) {
      fields += values.length;
      pool.giveBack(values);
    }
    return (1000 * fields) / (performance.now() - start);
  };
  let [one, two] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    one = Math.max(one, await rate(single));
    two = Math.max(two, await rate(double));
  }
  await Promise.all([single.close(), double.close()]);
  return { one, two };
}

await prepareDecoders();
const paths = FILES.map((file) => join(data, file));
const timings: Timing[] = [];
for (const path of paths) timings.push(await besideEcCodes(path));

const messages = paths.slice(0, 4).map((path) => {
  const message = firstMessage(path);
  // A view, so that the message is copied to the worker and stays ours.
  const roomy = new Uint8Array(message.length + 4);
  roomy.set(message.bytes);
  return { ...message, bytes: roomy.subarray(0, message.length) };
});
const many = Array.from({ length: 48 }, (_, at) => messages[at % messages.length]);
const { one, two } = await onThreads(many);

if (options.json) {
  process.stdout.write(`${JSON.stringify({ rounds, timings, threads: { one, two, ratio: two / one } })}\n`);
} else {
  process.stdout.write("best of a run, ms                          packing     ours  ecCodes  ecCodes / ours\n");
  for (const { file, packing, ours, ecCodes, ratio } of timings) {
    const columns = [file.padEnd(42), packing.padEnd(7), ours.toFixed(2).padStart(8), ecCodes.toFixed(2).padStart(8)];
    process.stdout.write(`${columns.join(" ")}  ${ratio.toFixed(2)}\n`);
  }
  process.stdout.write(
    `fields/s: one thread ${one.toFixed(1)}, two ${two.toFixed(1)}, ratio ${(two / one).toFixed(2)}\n`,
  );
}

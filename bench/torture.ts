/**
 * Every verb that writes, killed at drawn moments or on disks that refuse; then given again, and every byte against an undisturbed run.
 *
 *   npx tsx bench/torture.ts [--kills 250] [--full 100] [--seed 1] [--verbs sandbox,train,…]        needs npm run setup
 *
 *   --kills N   SIGKILL at a moment drawn over the time the verb takes, as followed while the load of the machine changes
 *   --full N    half of them a file system of a drawn size that fills up, the others one that is read-only, a folder closed to another user, a name
 *               too long for the disk, or a drawn number of open files. Mounting takes root; where that is not allowed those tries are left out,
 *               which is said.
 *
 * Every try asks three things: that nothing half-written lies under a final name, that a failure is one line with exit code 2 and no stack, and
 * that the same command, once the disk is as it should be, ends with the bytes of an undisturbed run. All choices follow from the seed, which is
 * printed with every line that complains; the moments of kills follow from it and from the clock. Exits 1 when anything is wrong.
 * @module
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { type InitTime, normals, uniforms, utcSeconds } from "../src/core/index.ts";
import { encodeMessage } from "../src/grib2/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../src/safetensors/index.ts";
import { GFS_PARAMETERS, refsPath } from "../src/sources/index.ts";
import { contents, putHours } from "../test/archive/forged-hours.ts";
import { updraft } from "../test/cli/run-updraft.ts";
import { tinyArchive } from "../test/cli/tiny-run.ts";
import { AROUND } from "../test/large-scale-world.ts";
import { hrrrFile, mosaic, probabilityFile } from "../test/noaa-server/files.ts";
import { startNoaaServer } from "../test/noaa-server/server.ts";
import { type TinyDisk, tinyDisk } from "../test/tiny-disk.ts";

const BIN = join(import.meta.dirname, "..", "bin", "updraft.js");
const { values: asked } = parseArgs({
  options: {
    kills: { type: "string", default: "250" },
    full: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    verbs: { type: "string" },
  },
});
const seed = Number(asked.seed);

interface Verb {
  /** Written below the folder `out`. */
  readonly command: string;
  /** What must lie there before: copies of what stands in the scratch folder. */
  readonly begins?: string;
  /** Added when it is given again. */
  readonly again?: string;
  /** Names under which a run that is not done keeps what it has; whole by themselves. */
  readonly growing?: RegExp;
}

const INIT = "--init 2024-05-02T09Z";
const VERBS: Readonly<Record<string, Verb>> = {
  sandbox: { command: "sandbox --hours 30 --nx 24 --ny 16 --out out/s.zarr" },
  build: { command: "archive build --grib grib --out out/a.zarr --threads 1" },
  append: { command: "archive append out/a.zarr --grib more --threads 1", begins: "a.zarr" },
  mrms: { command: "archive mrms --frames frames --out out/m.zarr --uncovered no-echo" },
  "large-scale": {
    command: "archive large-scale --gfs gfs --like archive.zarr --out out/l.zarr --names z500,u500,v500",
  },
  train: {
    command: "train --config config.yaml --archive archive.zarr --out out/run --resume",
    growing: /^run\/(checkpoints|events|model)\/|^run\/(metrics\.jsonl|SHA256SUMS)$/,
  },
  calibrate: {
    command: "calibrate --run out/run --archive archive.zarr --inits 1 --members 2 --leads 1",
    begins: "run",
    growing: /^run\/(calibrat|SHA256SUMS)/,
  },
  probabilities: {
    command:
      "calibrate --run out/run --archive archive.zarr --probabilities --inits 5 --members 6 --leads 1 --thresholds wind=6,8,10,12",
    begins: "run",
    growing: /^run\/(calibrat|probab|SHA256SUMS)/,
  },
  import: {
    command: "import --run out/run --network forecaster --weights other.safetensors",
    begins: "run",
    growing: /^run\/(model\/forecaster\.|SHA256SUMS)/,
  },
  forecast: { command: `forecast --run run --archive archive.zarr ${INIT} --members 3 --leads 3 --out out/f.zarr` },
  // The other shard was made before; this one publishes, by itself and because it is told to.
  shard: {
    command: `forecast --run run --archive archive.zarr ${INIT} --members 4 --leads 2 --shard 2/2 --out out/s.zarr`,
    begins: "s.zarr.partial",
  },
  publish: { command: "forecast --publish --out out/p.zarr", begins: "p.zarr.partial" },
  maps: { command: "maps f.zarr --out out/maps --products mean,spread --variables refc,t2m" },
  netcdf: { command: "export f.zarr --netcdf out/f.nc", again: "--overwrite" },
  grib2: { command: "export f.zarr --grib2 out/f.grib2", again: "--overwrite" },
  scores: { command: "verify f.zarr --against archive.zarr --out out/scores.json" },
  report: {
    command: "verify f.zarr --against archive.zarr --report out/report",
    growing: /^report\/cases\.jsonl$/,
  },
  fetch: {
    command: "fetch hrrr --from 2018-07-22T00Z --to 2018-07-22T05Z --sources aws --out out/hrrr",
    growing: /^hrrr\/manifest\.jsonl$/,
  },
  "fetch-refs": {
    command: "fetch refs --from 2026-11-01T12Z --leads 5,6 --events refc>=40 --out out/refs",
    growing: /^refs\/manifest\.jsonl$/,
  },
  "fetch-mrms": {
    command: "fetch mrms --from 2022-07-04T11Z --to 2022-07-04T11:10Z --every 2min --out out/mrms",
    growing: /^mrms\/manifest\.jsonl$/,
  },
  "fetch-reports": {
    command: "fetch reports --from 2018-06-15 --to 2018-06-16 --kinds hail --out out/reports",
    growing: /^reports\/manifest\.jsonl$/,
  },
};

const folder = mkdtempSync(join(tmpdir(), "updraft-torture-"));
chmodSync(folder, 0o755);
const out = join(folder, "out");
const server = await startNoaaServer();
const environment = { ...process.env, UPDRAFT_BASES: server.bases, NODE_NO_WARNINGS: "1" };

interface Ended {
  /** Undefined when it was killed. */
  readonly status: number | undefined;
  readonly stderr: string;
  readonly milliseconds: number;
}

interface Ways {
  readonly killAfterMs?: number;
  /** Before the command: another user, another limit. */
  readonly through?: readonly string[];
}

function run(command: string, { killAfterMs, through = [] }: Ways = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = [...through, process.execPath, BIN, ...command.split(" ")];
    const start = performance.now();
    const child = spawn(program, args, { cwd: folder, env: environment, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()));
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? undefined, stderr, milliseconds: performance.now() - start });
    });
  });
}

/** What a reader of the folder would see: neither asides nor locks. */
const isFinal = (name: string): boolean => !/\.partial(\/|$)|\.lock(\.|$)|(^|\/)\.lock|\.heir$/.test(name);
const finalContents = (): Map<string, Buffer> => new Map([...contents(out)].filter(([name]) => isFinal(name)));

function begin(verb: Verb): void {
  // A mounted folder is emptied, not removed.
  mkdirSync(out, { recursive: true });
  for (const name of readdirSync(out)) rmSync(join(out, name), { recursive: true, force: true });
  if (verb.begins !== undefined) cpSync(join(folder, verb.begins), join(out, verb.begins), { recursive: true });
}

/** Names of files that lie there half-written: neither as they were, nor as they will be, nor whole by themselves. */
function halfWritten(verb: Verb, before: ReadonlyMap<string, Buffer>, whole: ReadonlyMap<string, Buffer>): string[] {
  return [...finalContents()].flatMap(([name, bytes]) => {
    const known = [before.get(name), whole.get(name)].some((wanted) => wanted?.equals(bytes) === true);
    return known || (verb.growing?.test(name) === true && isWholeByItself(name, bytes, whole.get(name))) ? [] : [name];
  });
}

function isWholeByItself(name: string, bytes: Buffer, whole: Buffer | undefined): boolean {
  if (name.endsWith("SHA256SUMS")) return isRightOfAll(name, bytes);
  if (name.endsWith(".jsonl") || name.includes("tfevents")) {
    // Grows by lines or records; the last may be cut short, and is forgotten when it goes on.
    return whole === undefined || name.includes("manifest") || bytes.equals(whole.subarray(0, bytes.length));
  }
  try {
    if (name.endsWith(".safetensors")) decodeSafetensors(bytes, name);
    if (name.endsWith(".json")) JSON.parse(bytes.toString());
    return true;
  } catch {
    return false;
  }
}

/** A run's checksums: every line whole, and right of the file that it names; a file that is being written has no line. */
function isRightOfAll(name: string, bytes: Buffer): boolean {
  const lines = bytes.toString().split("\n");
  if (lines.pop() !== "") return false;
  return lines.every((line) => {
    const [, sum, path] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
    const file = join(out, dirname(name), path ?? "");
    return (
      sum !== undefined && existsSync(file) && createHash("sha256").update(readFileSync(file)).digest("hex") === sum
    );
  });
}

/** What is wrong with how it ended, if anything. */
function notOneLine({ status, stderr }: Ended): string[] {
  const lines = stderr.split("\n").filter((line) => line.startsWith("updraft:"));
  const wrong: string[] = [];
  if (status !== 2) wrong.push(`exit code ${status}`);
  if (lines.length !== 1 || /please report it|^\s+at /m.test(stderr))
    wrong.push(`says ${JSON.stringify(stderr.slice(-300))}`);
  return wrong;
}

function differences(whole: ReadonlyMap<string, Buffer>): string[] {
  const found = finalContents();
  const names = new Set([...found.keys(), ...whole.keys()]);
  return [...names].filter((name) => whole.get(name)?.equals(found.get(name) ?? Buffer.alloc(0)) !== true);
}

const tally = new Map<string, number>();
const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
let wrong = 0;
function complain(name: string, what: string): void {
  wrong++;
  process.stdout.write(`WRONG  seed ${seed}, ${name}: ${what}\n`);
}

/** Gives it again and compares; one that had published before it was killed refuses, and has the bytes already. */
async function mend(name: string, verb: Verb, whole: ReadonlyMap<string, Buffer>): Promise<Ended> {
  const ended = await run([verb.command, ...(verb.again === undefined ? [] : [verb.again])].join(" "));
  const differing = differences(whole);
  if (differing.length > 0) {
    complain(
      name,
      `given again (exit ${ended.status}), differs in ${differing.slice(0, 5).join(", ")}: ${ended.stderr.slice(-200)}`,
    );
  }
  const left = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((path) => !isFinal(path));
  if (left.length > 0) count("left asides or locks");
  return ended;
}

/** How long each verb takes now. */
const lasting = new Map<string, number>();
const wholes = new Map<string, Map<string, Buffer>>();

async function undisturbed(name: string, verb: Verb): Promise<void> {
  begin(verb);
  const { status, stderr, milliseconds } = await run(verb.command);
  if (status !== 0) throw new Error(`${name} undisturbed: ${stderr}`);
  lasting.set(name, milliseconds);
  wholes.set(name, finalContents());
}

async function kill(name: string, verb: Verb, moment: number): Promise<void> {
  begin(verb);
  const before = finalContents();
  const whole = wholes.get(name)!;
  const last = lasting.get(name)!;
  // Node itself and the reading of modules take the first third of a second, in which nothing is written.
  const ended = await run(verb.command, { killAfterMs: Math.max(50, moment * 1.02 * last) });
  if (ended.status !== undefined) {
    count("kills too late");
    lasting.set(name, 0.9 * last);
    if (ended.status !== 0)
      complain(name, `exit code ${ended.status} before it was killed: ${ended.stderr.slice(-200)}`);
  } else count(`kills: ${name}`);
  const half = halfWritten(verb, before, whole);
  if (half.length > 0) complain(name, `killed at ${moment.toFixed(3)}: half-written ${half.slice(0, 5).join(", ")}`);
  if (ended.status === undefined) {
    const { status, milliseconds } = await mend(`${name} killed at ${moment.toFixed(3)}`, verb, whole);
    if (status === 0) lasting.set(name, 0.7 * last + 0.3 * milliseconds);
  }
}

type Refusal = "full" | "read-only" | "closed" | "long name" | "files";

async function refuse(name: string, verb: Verb, refusal: Refusal, draw: number): Promise<void> {
  const whole = wholes.get(name)!;
  const told = `${name}, ${refusal} at ${draw.toFixed(3)}`;
  let disk: TinyDisk | undefined;
  try {
    if (refusal === "full" || refusal === "read-only") {
      disk = tinyDisk(out, 1 << 20);
      if (disk === undefined) return count("left out: no file system can be mounted");
    }
    begin(verb);
    const before = finalContents();
    const size = [...before.values()].reduce((sum, bytes) => sum + Math.ceil(bytes.length / 4096) * 4 + 4, 0);
    const needed = [...whole.values()].reduce((sum, bytes) => sum + Math.ceil(bytes.length / 4096) * 4, 0);
    let ways: Ways = {};
    let { command } = verb;
    if (refusal === "full") disk?.resize(Math.max(4, Math.ceil(size + draw * needed)));
    if (refusal === "read-only") disk?.readOnly(true);
    if (refusal === "closed") {
      for (const path of [out, ...(verb.begins === undefined ? [] : [join(out, verb.begins)])]) chmodSync(path, 0o555);
      if (process.getuid?.() === 0) ways = { through: ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] };
    }
    if (refusal === "long name") command = command.replace(/out\/\w+/, `out/${"n".repeat(280)}`);
    if (refusal === "files")
      ways = { through: ["sh", "-c", `ulimit -n ${Math.round(20 + 200 * draw)}; exec "$@"`, "sh"] };
    const ended = await run(command, ways);
    disk?.readOnly(false);
    disk?.resize(1 << 20);
    if (refusal === "closed") for (const path of [out, join(out, verb.begins ?? "")]) chmodSync(path, 0o755);
    count(`${refusal}: ${ended.status === 0 ? "enough all the same" : "refused"}`);
    if (ended.status !== 0) for (const what of notOneLine(ended)) complain(told, what);
    const half = halfWritten(verb, before, whole);
    if (half.length > 0) complain(told, `half-written ${half.slice(0, 5).join(", ")}`);
    if (ended.status === 0) {
      if (differences(whole).length > 0)
        complain(told, `ended well and differs in ${differences(whole).slice(0, 5).join(", ")}`);
    } else await mend(told, verb, whole);
  } finally {
    disk?.unmount();
  }
}

/** Everything that the verbs begin with. */
function prepare(): void {
  tinyArchive(folder);
  const config = join(folder, "config.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replaceAll("epochs: 4", "epochs: 2"));
  putHours(join(folder, "grib"), [...Array(30).keys()], ["t2m", "d2m", "u10", "v10"]);
  putHours(
    join(folder, "more"),
    [...Array(10).keys()].map((hour) => 30 + hour),
    ["t2m", "d2m", "u10", "v10"],
  );
  updraft("archive build --grib grib --out a.zarr".split(" "), folder);
  updraft("train --config config.yaml --archive archive.zarr --out run".split(" "), folder);
  updraft(`forecast --run run --archive archive.zarr ${INIT} --members 3 --leads 2 --out f.zarr`.split(" "), folder);
  prepareShards();
  prepareLargeScale();
  mkdirSync(join(folder, "frames"));
  for (const clock of ["105800", "110000"])
    writeFileSync(join(folder, "frames", `${clock}.grib2`), mosaic(`20220704${clock}`, 11));
  const own = join(folder, "run", "model", "forecaster.safetensors");
  const { tensors } = decodeSafetensors(readFileSync(own), own);
  const other = [...tensors].map(
    ([name, { shape, data }]) => [name, { shape, data: data.map((x) => 1.5 * x) }] as const,
  );
  writeFileSync(join(folder, "other.safetensors"), encodeSafetensors(new Map(other)));
  prepareServer();
}

/** `s.zarr.partial` with the first of two shards, and `p.zarr.partial` with both, which nobody published. */
function prepareShards(): void {
  for (const name of ["s", "p"]) {
    const shard = `forecast --run run --archive archive.zarr ${INIT} --members 4 --leads 2 --out ${name}.zarr --shard`;
    updraft(`${shard} 1/2`.split(" "), folder);
    if (name === "s") continue;
    const [partial, begun] = [join(folder, "p.zarr.partial"), join(folder, "p.begun")];
    cpSync(partial, begun, { recursive: true });
    updraft(`${shard} 2/2`.split(" "), folder);
    const { hash } = JSON.parse(readFileSync(join(begun, "begun.json"), "utf8")) as { readonly hash: string };
    rmSync(join(begun, hash), { recursive: true });
    renameSync(join(folder, "p.zarr"), join(begun, hash));
    renameSync(begun, partial);
  }
}

/** Fields of another model at ten hours, from cycles six hours apart. */
function prepareLargeScale(): void {
  mkdirSync(join(folder, "gfs"));
  const grid = { ...AROUND, nx: 40, ny: 40, latitude0Degrees: 34, longitude0Degrees: -102 };
  const start = utcSeconds(2024, 5, 1);
  for (let hour = 0; hour < 10; hour++) {
    const initTime = (start + 6 * 3600 * Math.floor(hour / 6)) as InitTime;
    const messages = ["z500", "u500", "v500"].map((name, k) => {
      const { discipline, category, number, levelType, levelValue } = GFS_PARAMETERS[name].selector;
      return encodeMessage({
        grid,
        values: normals({ seed: k, purpose: "made-up GFS", index: hour }, grid.nx * grid.ny),
        decimals: 2,
        parameter: { discipline, category, number, levelType, ...(levelValue !== undefined && { levelValue }) },
        generatingProcess: 2,
        initTime,
        leadHours: hour % 6,
        note: "made up",
      });
    });
    writeFileSync(join(folder, "gfs", `${hour}.grib2`), Buffer.concat(messages));
  }
}

function prepareServer(): void {
  for (const lead of [5, 6]) {
    const init = utcSeconds(2026, 11, 1, 12) as InitTime;
    const { bytes, inventory } = probabilityFile(init, lead, [30, 40]);
    server.put("rrfs", refsPath(init, lead, "prob"), bytes);
    server.put("rrfs", `${refsPath(init, lead, "prob")}.idx`, inventory);
  }
  for (const clock of ["110040", "110238", "110440", "110641", "110839", "111040"]) {
    const name = `CONUS/MergedReflectivityQCComposite_00.50/20220704/MRMS_MergedReflectivityQCComposite_00.50_20220704-${clock}.grib2.gz`;
    server.put("mrms", name, gzipSync(mosaic(`20220704${clock}`, 11)));
  }
  for (const day of [15, 16]) {
    const report = `1200,${100 + day},A,B,WY,43.97,-105.28,(UNR)\n`;
    server.put("spc", `1806${day}_rpts_hail.csv`, `Time,Size,Location,County,State,Lat,Lon,Comments\n${report}`);
  }
  for (let hour = 0; hour < 6; hour++) {
    const { bytes, inventory } = hrrrFile((utcSeconds(2018, 7, 22) + hour * 3600) as InitTime, 0);
    const path = `hrrr.20180722/conus/hrrr.t0${hour}z.wrfsfcf00.grib2`;
    server.put("aws", path, bytes);
    server.put("aws", `${path}.idx`, inventory);
  }
}

try {
  process.stdout.write(`seed ${seed}, in ${folder}\n`);
  prepare();
  const names = asked.verbs?.split(",") ?? Object.keys(VERBS);
  for (const name of names) await undisturbed(name, VERBS[name]);
  const kills = Number(asked.kills);
  for (const [at, moment] of uniforms({ seed, purpose: "moments of kills" }, kills).entries()) {
    const name = names[at % names.length];
    await kill(name, VERBS[name], moment);
    if ((at + 1) % 25 === 0) process.stdout.write(`${at + 1} kills, ${wrong} wrong\n`);
  }
  const full = Number(asked.full);
  const draws = uniforms({ seed, purpose: "refusals" }, 2 * full);
  for (let at = 0; at < full; at++) {
    const name = names[at % names.length];
    const others: readonly Refusal[] = ["read-only", "read-only", "closed", "long name", "files"];
    const kind = draws[2 * at];
    await refuse(
      name,
      VERBS[name],
      kind < 0.5 ? "full" : others[Math.floor((kind - 0.5) * 2 * others.length)],
      draws[2 * at + 1],
    );
  }
  for (const [what, times] of [...tally].toSorted(([a], [b]) => a.localeCompare(b)))
    process.stdout.write(`${String(times).padStart(5)}  ${what}\n`);
  process.stdout.write(
    `${wrong === 0 ? "nothing" : wrong} wrong in ${kills} kills and ${full} refusals of ${names.length} verbs\n`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

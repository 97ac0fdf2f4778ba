/**
 * One hour from its messages to its shard: decode, round, check, measure, compress, write, and last of all the line of the journal that
 * says it is done. It depends on the messages alone, so hours are made on several threads and in any order.
 * @module
 */
import {
  cellCount,
  DecodeError,
  type Field,
  fieldOf,
  formatLead,
  formatTime,
  type State,
  type StateSpace,
  type ValidTime,
} from "../../core/index.ts";
import { decodeValues, fieldsOf, toSouthUp } from "../../grib2/index.ts";
import { shardBytes, shardPath, writeShardBytes } from "../../zarr/index.ts";
import { archiveState } from "../layout.ts";
import { recordHour } from "../record.ts";
import type { Candidate } from "./catalog-file.ts";
import { digestOf, partReader } from "./files.ts";
import { type JournalEntry, readJournalEntry, writeJournalEntry } from "./journal.ts";

/** All it takes to make one hour, as plain values. */
export interface HourTask {
  /** The store that is being written. */
  readonly folder: string;
  readonly space: StateSpace;
  readonly rounding: boolean;
  readonly time: ValidTime;
  /** Place on the time axis. */
  readonly index: number;
  /** Those of each channel, the smallest lead first. */
  readonly candidates: readonly (readonly Candidate[])[];
  /** What the hour is made of; `journal.ts`. */
  readonly key: string;
}

/** Makes the hour, unless an earlier attempt did. @throws DecodeError when two messages that claim to be the same field differ. */
export async function makeHour(task: HourTask): Promise<JournalEntry> {
  const { folder, space, time, key } = task;
  const array = hourArray(task);
  const done = await readJournalEntry(folder, { time, key, shard: shardPath(folder, array, [task.index, 0, 0, 0]) });
  if (done !== undefined) return done;
  const size = space.channels.length * cellCount(space.grid);
  const state = spare?.length === size ? spare : new Float32Array(size);
  spare = undefined;
  try {
    return await makeInto(state, task);
  } finally {
    spare = state;
  }
}

/** The state of the hour before: memory that is used again costs neither page faults nor a collection. */
let spare: State | undefined;

async function makeInto(state: State, task: HourTask): Promise<JournalEntry> {
  const { folder, space, time, key } = task;
  const cells = cellCount(space.grid);
  const leads: number[] = [];
  const inputs: string[] = [];
  const notes: string[] = [];
  for (const [at, candidates] of task.candidates.entries()) {
    const place = fieldOf(state, at, cells);
    const chosen = await firstWhole(candidates, place, (line) => notes.push(line));
    if (chosen === undefined) {
      place.fill(Number.NaN);
      continue;
    }
    leads.push(chosen.leadHours);
    inputs.push(chosen.file.name);
  }
  const hour = leads.length === 0 ? undefined : await storeHour(task, state, leads, notes);
  const entry: JournalEntry = { key, time, inputs, notes, ...(hour !== undefined && { hour }) };
  await writeJournalEntry(folder, entry);
  return entry;
}

async function storeHour(
  task: HourTask,
  state: State,
  leads: readonly number[],
  notes: string[],
): Promise<NonNullable<JournalEntry["hour"]>> {
  const { folder, space, rounding, time, index } = task;
  const leadHours = Math.max(...leads);
  if (Math.min(...leads) !== leadHours)
    notes.push(`${formatTime(time)}: leads of ${[...new Set(leads)].map(formatLead).join(", ")}`);
  const record = recordHour({ time, leadHours, state }, space, { rounding });
  const array = hourArray(task);
  const bytes = await shardBytes(array, state);
  await writeShardBytes(folder, array, [index, 0, 0, 0], bytes);
  return { record, shard: digestOf(bytes) };
}

/** One shard of the state; how many there are does not matter to it. */
function hourArray({ space, rounding }: HourTask): ReturnType<typeof archiveState> {
  return archiveState({ ...space, rounding }, 1);
}

const readPart = partReader();

/** The values of one message, rows south to north. @throws DecodeError when they are damaged. */
export async function decodeCandidate({ file, offset, length, index }: Candidate, into?: Field): Promise<Field> {
  const bytes = await readPart(file, offset, length);
  const field = fieldsOf({ kind: "message", file: file.name, offset, length, bytes })[index];
  const values = toSouthUp(decodeValues(field, into === undefined ? {} : { into }), field.grid);
  if (into !== undefined && values !== into) into.set(values);
  return into ?? values;
}

/** Decodes the best candidate that is whole to its place; one whose data are damaged is noted and the next is tried. */
async function firstWhole(
  candidates: readonly Candidate[],
  place: Field,
  note: (line: string) => void,
): Promise<Candidate | undefined> {
  for (const [at, candidate] of candidates.entries()) {
    const field = await unlessDamaged(decodeCandidate(candidate, place), note);
    if (field === undefined) continue;
    for (const rival of candidates.slice(at + 1).filter(({ leadHours }) => leadHours === candidate.leadHours)) {
      const other = await unlessDamaged(decodeCandidate(rival), note);
      if (other !== undefined) requireSameValues(candidate, field, rival, other);
    }
    return candidate;
  }
  return undefined;
}

async function unlessDamaged(decoding: Promise<Field>, note: (line: string) => void): Promise<Field | undefined> {
  try {
    return await decoding;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    note(error.message);
    return undefined;
  }
}

function requireSameValues(a: Candidate, field: Field, b: Candidate, other: Field): void {
  const cell = field.findIndex((value, at) => !Object.is(value, other[at]));
  if (cell < 0) return;
  throw new DecodeError({
    place: `${b.file.name} byte ${b.offset}`,
    expected: `the values of ${a.file.name} byte ${a.offset}, which has the same variable, init and lead time`,
    got: `${other[cell]} instead of ${field[cell]} in cell ${cell}`,
    remedy: "remove the file that is wrong",
  });
}

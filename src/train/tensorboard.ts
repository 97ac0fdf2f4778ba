/**
 * TensorBoard's event files: scalars by epoch, for those who want its plots (`tensorboard --logdir RUN/events`).
 *
 *   record = length (8 bytes, little-endian), masked CRC of the length, Event, masked CRC of the Event
 *   masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8 mod 2³²,    crc: CRC-32C
 *   Event  = wall_time 1 (double), step 2 (varint), file_version 3 (text), summary 5 { value 1 { tag 1, simple_value 2 } }
 *
 * The wall time is the step in seconds, not a clock's: the file is a function of the training, as all of a run is.
 * Source: tensorflow/core/lib/io/record_writer.h, core/util/event.proto, core/framework/summary.proto.
 * @module
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Chunks,
  crc32c,
  doubleField,
  floatField,
  integerField,
  joinChunks,
  messageField,
  textField,
} from "../core/index.ts";
import { named, writeAside } from "../files/index.ts";
import type { EpochMetrics } from "./metrics.ts";

/** TensorBoard takes any file with `tfevents` in its name; the number stands where others put the time. */
const FILE_NAME = "events.out.tfevents.0.updraft";

const TAGS: Readonly<Record<string, (metrics: EpochMetrics) => number | null | undefined>> = {
  "loss/train": ({ trainLoss }) => trainLoss,
  "loss/validation": ({ validationLoss }) => validationLoss,
  "gradient norm": ({ gradientNorm }) => gradientNorm,
  "learning rate": ({ learningRate }) => learningRate,
  "skipped steps": ({ skipped }) => skipped,
  "loss scale": ({ lossScale }) => lossScale,
};

/** Writes the events of a stage anew, as a resumed training must: some may be of epochs that will be trained again. */
export async function writeEvents(folder: string, metrics: readonly EpochMetrics[]): Promise<void> {
  await writeAside(join(folder, FILE_NAME), encodeEvents(metrics));
}

/** Adds an epoch at the end of the file, where a TensorBoard that has it open will look. */
export function appendEvent(folder: string, metrics: EpochMetrics): void {
  const path = join(folder, FILE_NAME);
  try {
    appendFileSync(path, joinChunks(eventRecord(metrics)));
  } catch (error) {
    throw named(error, path);
  }
}

/** An event file's bytes: its version, then one event an epoch. */
export function encodeEvents(metrics: readonly EpochMetrics[]): Uint8Array {
  const version = joinChunks(textField(3, "brain.Event:2"));
  return joinChunks(record(version), ...metrics.map(eventRecord));
}

function eventRecord(metrics: EpochMetrics): Chunks {
  const values = Object.entries(TAGS).flatMap(([tag, valueOf]) => {
    const value = valueOf(metrics);
    return value === null || value === undefined ? [] : [messageField(1, textField(1, tag), floatField(2, value))];
  });
  return record(joinChunks(doubleField(1, metrics.step), integerField(2, metrics.step), messageField(5, ...values)));
}

function record(event: Uint8Array): Chunks {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(event.length), true);
  return [length, maskedChecksum(length), event, maskedChecksum(event)];
}

function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
  return out;
}

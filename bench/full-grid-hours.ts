/**
 * A folder of full-grid HRRR hours for measurements, forged of the few real messages at hand: the packed values are real, the hour, the
 * lead and, where HRRR's own are wanting, the variable are written over. No file of it is weather.
 *
 *   refc REFC   t2m TMP:surface   d2m DPT:2 m   u10 v10 UGRD:10 m   cape HPBL   cin APCP lowered below zero
 *
 * The reference value moves with the hour, so that no two hours are equal.
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VARIABLES, type VariableName } from "../src/core/index.ts";
import { scanMessages } from "../src/grib2/index.ts";

/** File, which of its messages, and what is added to the packed reference value: of the variable, and by the hour. */
const SOURCES: Readonly<Record<VariableName, readonly [file: string, message: number, shift: number, hourly: number]>> =
  {
    refc: ["noaa-hrrr-conus-lambert-refc.grib2", 0, 0, 0.0625],
    t2m: ["hrrr.t06z.wrfsfcf01-TMP.grib2", 0, 0, 0.0625],
    d2m: ["dpt2m.grib2", 0, 0, 0.0625],
    u10: ["hrrr.t06z.wrfsfcf01-UGRD.grib2", 0, 0, 0.0625],
    v10: ["hrrr.t06z.wrfsfcf01-UGRD.grib2", 0, -3, 0.0625],
    cape: ["hrrr.t00z.wrfsfcf00-HPBL.grib2", 0, 0, 1],
    cin: ["subset_20201214_hrrr.t00z.wrfsfcf12.grib2", 0, -14_000, 1],
  };

/** Writes `hours` files of seven messages below `folder`, from 2024-05-01 00Z on. `data`: the folder of real messages. */
export function forgeHours(data: string, folder: string, hours: number): void {
  const messages = Object.entries(SOURCES).map(([name, [file, at, shift, hourly]]) => {
    const parts = [...scanMessages(readFileSync(join(data, "hrrr", file)), file)].filter(
      ({ kind }) => kind === "message",
    );
    return { name: name as VariableName, bytes: (parts[at] as { bytes: Uint8Array }).bytes, shift, hourly };
  });
  mkdirSync(folder, { recursive: true });
  for (let hour = 0; hour < hours; hour++) {
    const parts = messages.map(({ name, bytes, shift, hourly }) =>
      rewritten(bytes, name, hour, shift + hourly * (hour % 16)),
    );
    writeFileSync(join(folder, `h${String(hour).padStart(5, "0")}.grib2`), Buffer.concat(parts));
  }
}

/** The message with section 1's time, a product definition of template 4.0, and a reference value of its own. */
function rewritten(bytes: Uint8Array, name: VariableName, hour: number, shift: number): Buffer {
  const { category, number, levelType, levelValue = 0 } = VARIABLES[name].grib;
  const sections: Buffer[] = [];
  for (let at = 16; at < bytes.length - 4; ) {
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
    const section = Buffer.from(bytes.subarray(at, at + length));
    at += length;
    if (section[4] === 1) {
      const time = new Date(Date.UTC(2024, 4, 1, hour));
      section.writeUInt16BE(time.getUTCFullYear(), 12);
      section.set([time.getUTCMonth() + 1, time.getUTCDate(), time.getUTCHours(), 0, 0], 14);
    }
    if (section[4] === 5) section.writeFloatBE(section.readFloatBE(11) + shift, 11);
    sections.push(section[4] === 4 ? productDefinition(category, number, levelType, levelValue) : section);
  }
  const body = Buffer.concat(sections);
  const head = Buffer.alloc(16);
  head.write("GRIB");
  head[6] = VARIABLES[name].grib.discipline;
  head[7] = 2;
  head.writeUInt32BE(body.length + 20, 12);
  return Buffer.concat([head, body, Buffer.from("7777")]);
}

function productDefinition(category: number, number: number, levelType: number, levelValue: number): Buffer {
  const section = Buffer.alloc(34);
  section.writeUInt32BE(34, 0);
  section.set([4, 0, 0, 0, 0, category, number, 2, 0, 83], 4);
  section[17] = 1;
  section[22] = levelType;
  section.writeUInt32BE(levelValue, 24);
  section.set([255, 255, 255, 255, 255, 255], 28);
  return section;
}

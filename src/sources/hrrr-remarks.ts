/**
 * What headers of HRRR do not say and users should know, told with the files it is true of. Sources: NOAA-EMC/HRRR pull
 * request 1 (units of smoke); dynamical-org/reformatters (files of 2014, DPT at 50 hPa).
 * @module
 */
import { type InitTime, utcSeconds } from "../core/index.ts";
import type { HeldRecord } from "./manifest.ts";

interface Remark {
  /** On the lines of a record; absent for one about what is absent. */
  readonly line?: RegExp;
  readonly before?: number;
  readonly text: string;
}

const REMARKS: readonly Remark[] = [
  {
    before: utcSeconds(2014, 10, 1),
    text: "HRRR before 2014-10-01T00Z is incomplete: many files lack fields",
  },
  {
    line: /^:(MASSDEN|COLMD):/,
    before: utcSeconds(2021, 12, 21, 18),
    text: "smoke of HRRR before 2021-12-21T18Z is in micrograms: times 1e-9 it is in the kilograms that its header says",
  },
  { line: /^:DPT:50 mb:/, text: "DPT at 50 mb is 0 K everywhere in HRRR: it is not computed there" },
];

/** What to say of a file of that time. */
export function hrrrRemarks(initTime: InitTime): (record: HeldRecord) => readonly string[] {
  const due = REMARKS.filter(({ before }) => before === undefined || initTime < before);
  return ({ absent, messages = [] }) => {
    const lines = messages.flatMap((message) => message.lines);
    return due
      .filter(({ line }) => (line === undefined ? absent.length > 0 : lines.some((text) => line.test(text))))
      .map(({ text }) => text);
  };
}

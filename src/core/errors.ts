/**
 * The few errors this project throws on purpose. Each is one line: place, expected, got, what to do.
 *
 *   demo.zarr/state: expected channel "cape", got refc,t2m; rebuild the archive with --variables …,cape
 *
 * Programmer mistakes stay `RangeError` and `TypeError`; everything a user, a file or a machine can cause is one of these.
 * An address in it is told without passwords and tokens.
 * @module
 */
import { withoutSecrets } from "./secrets.ts";

/** The four parts of a complaint. `place` is a path, a config key, or a file with its byte offset. */
export interface Complaint {
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  /** What the reader can do about it, as an imperative. */
  readonly remedy?: string;
}

/**
 * What the process exits with: 2 the request was wrong, 3 the data are damaged or out of reach, 4 the computation went bad, 5 what others are
 * to make is not there yet.
 */
export type ExitCode = 2 | 3 | 4 | 5;

abstract class UpdraftError extends Error implements Complaint {
  abstract readonly exitCode: ExitCode;
  readonly place: string;
  readonly expected: string;
  readonly got: string;
  // `declare`: absent, not present and undefined.
  declare readonly remedy?: string;

  constructor(complaint: Complaint, options?: ErrorOptions) {
    const [place, expected, got] = [complaint.place, complaint.expected, complaint.got].map(withoutSecrets);
    const remedy = complaint.remedy === undefined ? undefined : withoutSecrets(complaint.remedy);
    super(`${place}: expected ${expected}, got ${got}${remedy === undefined ? "" : `; ${remedy}`}`, options);
    this.name = new.target.name;
    this.place = place;
    this.expected = expected;
    this.got = got;
    if (remedy !== undefined) this.remedy = remedy;
  }
}

/** The user asked for something that is not there or does not fit: a path, an init time, a channel, another grid. */
export class RequestError extends UpdraftError {
  readonly exitCode = 2;
}

/** A configuration file or flag holds a wrong key or value. */
export class ConfigError extends UpdraftError {
  readonly exitCode = 2;
}

/** Bytes are not what their format demands: GRIB, Zarr, NetCDF, safetensors. Never padded, clamped or guessed. */
export class DecodeError extends UpdraftError {
  readonly exitCode = 3;
}

/** Another machine did not give what was asked: no answer, a refusal, a body cut off, 200 where 206 was due. Asking later may help. */
export class TransferError extends UpdraftError {
  readonly exitCode = 3;
}

/** What other processes are to make is not all there yet. Asking later helps. */
export class IncompleteError extends UpdraftError {
  readonly exitCode = 5;
}

/** Two shapes that must agree do not. */
export class ShapeError extends UpdraftError {
  readonly exitCode = 4;
}

/** A number that must be finite is not: a loss, a gradient, a member. */
export class NumericError extends UpdraftError {
  readonly exitCode = 4;
}

export type { UpdraftError };

/** True for the errors above, whose message is complete for a person; anything else deserves its stack. */
export function isUpdraftError(error: unknown): error is UpdraftError {
  return error instanceof UpdraftError;
}

/**
 * Azure's copy of HRRR is read by everybody as it is. Where that is refused, one token opens the whole container for a while:
 *
 *   GET …/api/sas/v1/token/noaahrrr/hrrr   →   { "token": "se=…&sig=…", "msft:expiry": "2026-11-22T12:00:00Z" }
 *
 * Signing each address would meet a limit of about a hundred a minute. A token is kept until a minute before it ends, and never written
 * anywhere. Source: Microsoft Planetary Computer, SAS API.
 * @module
 */
import { TransferError } from "../core/index.ts";
import type { Clock } from "./clock.ts";

export interface AddressSigner {
  /** The address as it is to be asked: itself, until a token is demanded. */
  (url: string): Promise<string>;
  /** The address was refused as it is: from now on with a token. */
  readonly demand: () => void;
  /** The token was refused: another one next time. */
  readonly forget: () => void;
}

interface Token {
  readonly text: string;
  readonly until: number;
}

const SAFETY_SECONDS = 60;

/** @param question the address that gives tokens */
export function addressSigner(
  get: (url: string) => Promise<{ readonly bytes: Uint8Array } | undefined>,
  question: string,
  clock: Clock,
): AddressSigner {
  let isDemanded = false;
  let token: Promise<Token> | undefined;
  const fresh = async (): Promise<Token> => parseToken(question, (await get(question))?.bytes);
  const sign = async (url: string): Promise<string> => {
    if (!isDemanded) return url;
    // Whoever comes first asks, for all.
    token ??= fresh();
    const held = await token.catch(failed);
    if (clock.now() < held.until) return `${url}?${held.text}`;
    token = fresh();
    return `${url}?${(await token.catch(failed)).text}`;
  };
  const failed = (error: unknown): never => {
    token = undefined;
    throw error;
  };
  return Object.assign(sign, {
    demand: () => {
      isDemanded = true;
    },
    forget: () => {
      token = undefined;
    },
  });
}

function parseToken(question: string, bytes: Uint8Array | undefined): Token {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unusable(question, bytes === undefined ? "nothing (404)" : "no JSON");
  }
  const { token, "msft:expiry": expiry } = (answer ?? {}) as { token?: unknown; "msft:expiry"?: unknown };
  // What comes behind the address must not lead to another one.
  if (typeof token !== "string" || !/^[\w.~%+=&:/-]+$/.test(token)) throw unusable(question, "none");
  const until = typeof expiry === "string" ? Date.parse(expiry) / 1000 - SAFETY_SECONDS : Number.NaN;
  // Without an expiry a token is used once.
  return { text: token, until: Number.isNaN(until) ? Number.NEGATIVE_INFINITY : until };
}

function unusable(question: string, got: string): TransferError {
  return new TransferError({
    place: question,
    expected: 'a "token" for the container',
    got,
    remedy: "choose other sources with --sources",
  });
}

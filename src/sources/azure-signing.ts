/**
 * Azure's copy is public but every address must be signed first, by
 *
 *   GET …/sas/v1/sign?href=<address>   →   { "href": "<address>?<signature>", "msft:expiry": "2026-11-22T12:00:00Z" }
 *
 * A signature is kept until a minute before it ends, and never written anywhere. Source: Microsoft Planetary Computer, SAS API.
 * @module
 */
import { TransferError } from "../core/index.ts";
import type { Clock } from "./clock.ts";
import type { Sites } from "./sites.ts";

export interface AddressSigner {
  (url: string): Promise<string>;
  /** After a refusal: sign anew next time. */
  readonly forget: (url: string) => void;
}

const SAFETY_SECONDS = 60;

export function addressSigner(
  get: (url: string) => Promise<{ readonly bytes: Uint8Array } | undefined>,
  sites: Sites,
  clock: Clock,
): AddressSigner {
  const signed = new Map<string, { readonly address: string; readonly until: number }>();
  const sign = async (url: string): Promise<string> => {
    const known = signed.get(url);
    if (known !== undefined && clock.now() < known.until) return known.address;
    const question = `${sites["azure-sign"].base}?href=${encodeURIComponent(url)}`;
    const answer = parseSignature(question, (await get(question))?.bytes);
    // The signature belongs to the address we asked for; an answer about another one would send us elsewhere.
    if (answer.address.split("?")[0] !== url)
      throw unusable(question, `an address for ${answer.address.split("?")[0]}`);
    signed.set(url, answer);
    return answer.address;
  };
  return Object.assign(sign, { forget: (url: string) => void signed.delete(url) });
}

function parseSignature(question: string, bytes: Uint8Array | undefined): { address: string; until: number } {
  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unusable(question, bytes === undefined ? "nothing (404)" : "no JSON");
  }
  const { href, "msft:expiry": expiry } = (answer ?? {}) as { href?: unknown; "msft:expiry"?: unknown };
  const until = typeof expiry === "string" ? Date.parse(expiry) / 1000 - SAFETY_SECONDS : Number.NaN;
  if (typeof href !== "string") throw unusable(question, "no href");
  // Without an expiry a signature is used once.
  return { address: href, until: Number.isNaN(until) ? Number.NEGATIVE_INFINITY : until };
}

function unusable(question: string, got: string): TransferError {
  return new TransferError({
    place: question,
    expected: 'a signed address in "href"',
    got,
    remedy: "choose other sources with --sources",
  });
}

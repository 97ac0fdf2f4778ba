/**
 * Asking a site for bytes, and trusting none that were not asked for. For bytes [start, end) of a file
 *
 *   Range: bytes=start-(end−1)   →   206,  Content-Range: bytes start-(end−1)/size,  exactly end − start bytes
 *
 * A 200 means the range was ignored somewhere on the way and the whole file is coming: refused, not read. What arrived before a
 * connection broke is kept, and the rest asked for. Source: RFC 9110 sections 10.2.3, 13 and 14; conventions of NOAA's sites in
 * `sites.ts`.
 * @module
 */

import { fetch, type Response } from "undici";
import { DecodeError, TransferError, type UtcSeconds } from "../core/index.ts";
import { type AddressSigner, addressSigner } from "./azure-signing.ts";
import { type Clock, systemClock } from "./clock.ts";
import { atOnce, type Limiter, perMinute } from "./limiter.ts";
import { DEFAULT_RETRIES, type Outcome, parseRetryAfter, type RetryPolicy, retrying } from "./retry.ts";
import type { Site, SiteName, Sites } from "./sites.ts";
import { type Watchdog, watchdog } from "./watchdog.ts";
import { type Environment, wayOut } from "./way-out.ts";

/** What tells one state of a remote file from another. */
export interface Version {
  readonly size: number;
  readonly etag?: string;
  readonly lastModified?: UtcSeconds;
  readonly servedBy?: string;
}

export interface Content {
  readonly bytes: Uint8Array;
  readonly lastModified?: UtcSeconds;
  /** "https://mirror.example": who gave them, where a redirect led to another host than was asked. */
  readonly servedBy?: string;
}

/** Half-open, as everywhere in code. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The three questions one can ask. `undefined` is an answer: there is nothing at that address. */
export interface Http {
  readonly head: (site: SiteName, url: string) => Promise<Version | undefined>;
  /** Everything, when it is at most `limit` bytes. */
  readonly whole: (site: SiteName, url: string, limit: number) => Promise<Content | undefined>;
  /** @throws DecodeError when the file is no longer the one of that version */
  readonly range: (site: SiteName, url: string, range: ByteRange, version: Version) => Promise<Content>;
}

export interface HttpOptions {
  readonly clock?: Clock;
  readonly retries?: Partial<RetryPolicy>;
  /** How long to wait for an answer, and for each further piece of it. */
  readonly readTimeoutSeconds?: number;
  /** Where proxies are named; that of the process unless given. */
  readonly environment?: Environment;
  /** Told of every piece of a body that arrived. */
  readonly onBytes?: (count: number) => void;
}

export const USER_AGENT = "updraft/0.1 (HRRR research downloader)";
const LARGEST_TOKEN = 65_536;
/** No request is for more; a length from an inventory is checked against this before memory is asked for. */
export const LARGEST_REQUEST: number = 2 ** 29;

/** NOMADS counts every request of this machine's address, so the process keeps one count, however many clients it makes. */
const minuteLimits = new WeakMap<Clock, Map<string, Limiter>>();

/** A client of all sites. Its limits hold for every job that shares it. */
export function httpClient(sites: Sites, options: HttpOptions = {}): Http {
  const { clock = systemClock, readTimeoutSeconds = 60, environment = process.env, onBytes } = options;
  const retries = { ...DEFAULT_RETRIES, ...options.retries };
  const limiters = new Map<SiteName, Limiter>();
  const { dispatcher, proxies } = wayOut(environment);
  const signers = new Map<SiteName, AddressSigner>();
  const signerOf = ({ name, tokens }: Site): AddressSigner | undefined => {
    if (tokens === undefined) return undefined;
    const { from, container } = tokens;
    const signer =
      signers.get(name) ??
      addressSigner((url) => whole(from, url, LARGEST_TOKEN), `${sites[from].base}/${container}`, clock);
    signers.set(name, signer);
    return signer;
  };

  const limiterOf = (site: Site): Limiter => {
    const known = limiters.get(site.name);
    if (known !== undefined) return known;
    const together = atOnce(site.atOnce);
    const paced = site.perMinute === undefined ? undefined : sharedMinuteLimit(site.name, site.perMinute, clock);
    const limiter: Limiter = paced === undefined ? together : (task) => together(() => paced(task));
    limiters.set(site.name, limiter);
    return limiter;
  };

  /** One question, asked until it is answered. `read` gets the answers whose status is `wanted`. */
  const ask = <T>(
    name: SiteName,
    url: string,
    { method, headers, wanted, read }: Question<T>,
  ): Promise<T | undefined> => {
    const site = sites[name];
    return retrying<T | undefined>(
      url,
      () =>
        limiterOf(site)(async function attempt(): Promise<Outcome<T | undefined>> {
          const sign = signerOf(site);
          const address = sign === undefined ? url : await sign(url);
          const guard = watchdog(readTimeoutSeconds);
          try {
            const response = await fetch(address, {
              method,
              headers: {
                "User-Agent": USER_AGENT,
                "Accept-Encoding": "identity",
                ...(site.authorization !== undefined && { Authorization: site.authorization }),
                ...headers(),
              },
              dispatcher,
              redirect: site.guarded === true ? "manual" : "follow",
              signal: guard.signal,
            });
            guard.heard();
            if (sign !== undefined && wantsToken(response)) {
              await response.body?.cancel();
              if (address !== url) sign.forget();
              sign.demand();
              if (address === url) return await attempt();
            }
            const verdict = judge(response, site, url, wanted, clock);
            if (verdict !== undefined) {
              await response.body?.cancel();
              return verdict;
            }
            return { value: await read(response, guard) };
          } catch (error) {
            if (error instanceof DecodeError) return { failure: error, final: true };
            if (error instanceof TransferError) return { failure: error, final: false };
            return { failure: broken(url, guard.reason ?? reasonOf(error, proxies), error), final: false };
          } finally {
            guard.stop();
          }
        }),
      retries,
      clock,
    );
  };

  const head: Http["head"] = (site, url) =>
    ask(site, url, {
      method: "HEAD",
      headers: () => ({}),
      wanted: 200,
      read: async (response) => versionOf(response, url, sites[site]),
    });

  const whole: Http["whole"] = (site, url, limit) =>
    ask(site, url, {
      method: "GET",
      headers: () => ({}),
      wanted: 200,
      read: async (response, guard) => {
        const announced = numberHeader(response, "content-length");
        const pieces: Uint8Array[] = [];
        let have = 0;
        for await (const piece of piecesOf(response, guard, limit)) {
          have += piece.length;
          if (have > limit) throw tooLong(url, limit);
          pieces.push(piece);
          onBytes?.(piece.length);
        }
        if (announced !== undefined && announced !== have) throw broken(url, `${have} of ${announced} bytes`);
        const lastModified = timeHeader(response);
        return {
          bytes: Buffer.concat(pieces),
          ...(lastModified !== undefined && { lastModified }),
          ...otherHost(response, url),
        };
      },
    });

  const range: Http["range"] = async (site, url, { start, end }, version) => {
    const length = end - start;
    if (!(length > 0 && start >= 0 && length <= LARGEST_REQUEST)) throw new RangeError(`no range: ${start}..${end}`);
    const bytes = new Uint8Array(length);
    let have = 0;
    const done = await ask(site, url, {
      method: "GET",
      headers: () => ({ Range: `bytes=${start + have}-${end - 1}` }),
      wanted: 206,
      read: async (response, guard) => {
        requireSameVersion(response, url, { start: start + have, end }, version);
        for await (const piece of piecesOf(response, guard, length - have)) {
          if (have + piece.length > length) {
            have = 0;
            throw broken(url, `more than the ${length} bytes asked for`);
          }
          bytes.set(piece, have);
          have += piece.length;
          onBytes?.(piece.length);
        }
        if (have < length) throw broken(url, `${have} of ${length} bytes`);
        return otherHost(response, url);
      },
    });
    if (done === undefined) throw replaced(url, "the file whose inventory was read", "no file there any more (404)");
    return { bytes, ...done };
  };

  return { head, whole, range };
}

interface Question<T> {
  readonly method: "GET" | "HEAD";
  /** Asked anew for every try: a range shrinks as its bytes arrive. */
  readonly headers: () => Record<string, string>;
  readonly wanted: 200 | 206;
  readonly read: (response: Response, guard: Watchdog) => Promise<T>;
}

/** Azure says so with a 403 or 409, or, of a container that is not public, that there is no such resource. */
function wantsToken({ status, headers }: Response): boolean {
  if (status === 404) return headers.get("x-ms-error-code") === "ResourceNotFound";
  return status === 401 || status === 403 || status === 409;
}

/** What an answer means that is not the one wanted; `undefined` when it is. */
function judge(
  response: Response,
  site: Site,
  url: string,
  wanted: 200 | 206,
  clock: Clock,
): Outcome<undefined> | undefined {
  const { status } = response;
  if (status === wanted) {
    const encoding = response.headers.get("content-encoding") ?? "identity";
    if (encoding === "identity") return undefined;
    return { failure: refused(url, "bytes as they are stored", `content-encoding ${encoding}`), final: true };
  }
  if (status === 404 || status === 410) return { value: undefined };
  if (wanted === 206 && status === 200) {
    const failure = new TransferError({
      place: url,
      expected: "status 206 with the bytes asked for",
      got: "status 200 with the whole file",
      remedy: "a proxy or VPN ignores Range headers: go around it, or choose another source with --sources",
    });
    return { failure, final: true };
  }
  if (status === 416) return { failure: replaced(url, "a file that reaches that far", "status 416"), final: true };
  const signature = site.tokens !== undefined && status === 403;
  const busy = status === 408 || status === 429 || status >= 500;
  const guarded = site.guarded === true && (status === 302 || status === 403);
  const failure = refused(url, `status ${wanted}`, `status ${status}`);
  const retryAfterSeconds = parseRetryAfter(response.headers.get("retry-after") ?? undefined, clock.now());
  return {
    failure,
    final: !(signature || busy || guarded),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/** The pieces of a body as they come; each silences the watchdog for a while, but all together must not drip. */
async function* piecesOf(response: Response, guard: Watchdog, most: number): AsyncGenerator<Uint8Array> {
  guard.expect(most);
  for await (const piece of response.body ?? []) {
    guard.heard();
    yield piece;
  }
}

function requireSameVersion(response: Response, url: string, { start, end }: ByteRange, version: Version): void {
  const header = response.headers.get("content-range") ?? "no Content-Range";
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header);
  if (match === null || Number(match[1]) !== start || Number(match[2]) !== end - 1) {
    throw broken(url, `${header} for bytes ${start}-${end - 1}`);
  }
  if (Number(match[3]) !== version.size) throw replaced(url, `a file of ${version.size} bytes`, `one of ${match[3]}`);
  const etag = response.headers.get("etag");
  if (etag !== null && version.etag !== undefined && etag !== version.etag) {
    throw replaced(url, `version ${version.etag}`, etag);
  }
}

function versionOf(response: Response, url: string, site: Site): Version {
  const size = numberHeader(response, "content-length");
  if (size === undefined) throw broken(url, "no Content-Length");
  // The machines behind NOMADS each make their own tag of the same file; there size and messages must do.
  const etag = site.guarded === true ? null : response.headers.get("etag");
  const lastModified = timeHeader(response);
  return {
    size,
    ...(etag !== null && { etag }),
    ...(lastModified !== undefined && { lastModified }),
    ...otherHost(response, url),
  };
}

/** The origin alone: a redirect's address may carry a signature. */
function otherHost(response: Response, url: string): Pick<Content, "servedBy"> {
  const [asked, answered] = [new URL(url).origin, response.redirected ? new URL(response.url).origin : undefined];
  return answered === undefined || answered === asked ? {} : { servedBy: answered };
}

function numberHeader(response: Response, name: string): number | undefined {
  const text = response.headers.get(name);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function timeHeader(response: Response): UtcSeconds | undefined {
  const seconds = Date.parse(response.headers.get("last-modified") ?? "") / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

function sharedMinuteLimit(name: string, count: number, clock: Clock): Limiter {
  const limits = minuteLimits.get(clock) ?? new Map<string, Limiter>();
  minuteLimits.set(clock, limits);
  const limiter = limits.get(name) ?? perMinute(count, clock);
  limits.set(name, limiter);
  return limiter;
}

function broken(url: string, got: string, cause?: unknown): TransferError {
  const remedy = "try again, or choose other sources with --sources";
  return new TransferError({ place: url, expected: "a whole answer", got, remedy }, { cause });
}

function refused(url: string, expected: string, got: string): TransferError {
  return new TransferError({ place: url, expected, got, remedy: "try again later, or choose other sources" });
}

function tooLong(url: string, limit: number): DecodeError {
  return new DecodeError({
    place: url,
    expected: `at most ${limit} bytes`,
    got: "more",
    remedy: "look at what is there",
  });
}

function replaced(url: string, expected: string, got: string): DecodeError {
  return new DecodeError({ place: url, expected, got, remedy: "the file is being replaced: fetch again" });
}

/** "ECONNREFUSED" says more than "fetch failed". */
function reasonOf(error: unknown, proxies: readonly string[]): string {
  const cause = error instanceof Error ? error.cause : undefined;
  // What a proxy answered when it made no tunnel, undici does not tell.
  if (cause instanceof DOMException && proxies.length > 0) return `no way through the proxy of ${proxies.join(", ")}`;
  // DOM's errors have a code of old, a number that says nothing.
  if (cause instanceof Error) return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
  return error instanceof Error ? error.message : String(error);
}

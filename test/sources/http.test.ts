import { afterEach, describe, expect, it } from "vitest";
import { DecodeError, TransferError } from "../../src/core/index.ts";
import { backoffSeconds, DEFAULT_RETRIES, type Http, httpClient, type Version } from "../../src/sources/index.ts";
import type { Fault } from "../noaa-server/server.ts";
import { type FakeClock, fakeClock, noaa } from "./world.ts";

const BYTES = Uint8Array.from({ length: 5000 }, (_, at) => (at * 31) % 256);
const held = noaa();

/** A client of the server, its clock, and the file it is asked for. */
async function begin(
  site: "aws" | "nomads" = "aws",
  readTimeoutSeconds = 2,
): Promise<{ http: Http; clock: FakeClock; url: string; version: Version }> {
  const { server } = held;
  server.put(site, "file", BYTES);
  const clock = fakeClock(1_000_000);
  const http = httpClient(server.sites, { clock, readTimeoutSeconds });
  const url = `${server.sites[site].base}/file`;
  const version = (await http.head(site, url)) as Version;
  server.requests.length = 0;
  return { http, clock, url, version };
}

const fault = (play: Fault["play"], times = 1): void => void held.server.faults.push({ on: /^GET/, times, play });

describe("asking for a range", () => {
  it("gives exactly those bytes", async () => {
    const { http, url, version } = await begin();
    expect(version).toMatchObject({ size: 5000, lastModified: Date.parse("2018-07-22T03:00:00Z") / 1000 });
    expect(await http.range("aws", url, { start: 100, end: 300 }, version)).toEqual({ bytes: BYTES.slice(100, 300) });
    expect(held.server.requests.map(({ range }) => range)).toEqual(["bytes=100-299"]);
  });

  it("keeps what came before the connection broke and asks for the rest", async () => {
    const { http, url, version, clock } = await begin();
    fault({ kind: "reset", after: 700 });
    expect(await http.range("aws", url, { start: 1000, end: 3000 }, version)).toEqual({
      bytes: BYTES.slice(1000, 3000),
    });
    const [first, second] = held.server.requests.map(({ range }) => range);
    expect(first).toBe("bytes=1000-2999");
    // How much of the 700 arrived before the reset is the network's affair; none of it is asked for again.
    expect(second).toMatch(/^bytes=1\d\d\d-2999$/);
    expect(clock.slept).toHaveLength(1);
  });

  it("asks again for a body that ends early", async () => {
    const { http, url, version } = await begin();
    fault({ kind: "truncate", to: 50 });
    expect(await http.range("aws", url, { start: 0, end: 200 }, version)).toEqual({ bytes: BYTES.slice(0, 200) });
    expect(held.server.requests.map(({ range }) => range)).toEqual(["bytes=0-199", "bytes=50-199"]);
  });

  it("refuses a 200 without reading the file that comes with it, and does not try again", async () => {
    const { http, url, version } = await begin();
    fault({ kind: "ignore-range" });
    const failure = http.range("aws", url, { start: 0, end: 200 }, version);
    await expect(failure).rejects.toThrow(TransferError);
    await expect(failure).rejects.toThrow(/expected status 206 .*, got status 200 with the whole file; a proxy or VPN/);
    expect(held.server.requests).toHaveLength(1);
  });

  it("notices another file at the same address", async () => {
    const { http, url, version } = await begin();
    held.server.put(
      "aws",
      "file",
      BYTES.map((byte) => byte ^ 1),
    );
    await expect(http.range("aws", url, { start: 0, end: 200 }, version)).rejects.toThrow(/expected version "/);
    held.server.put("aws", "file", BYTES.slice(0, 4000));
    await expect(http.range("aws", url, { start: 0, end: 200 }, version)).rejects.toThrow(
      /a file of 5000 bytes, got one of 4000/,
    );
    await expect(http.range("aws", url, { start: 4500, end: 4600 }, version)).rejects.toThrow(/status 416/);
    held.server.remove("aws", "file");
    const gone = http.range("aws", url, { start: 0, end: 200 }, version);
    await expect(gone).rejects.toThrow(DecodeError);
    await expect(gone).rejects.toThrow(/no file there any more \(404\)/);
  });

  it("gives up on silence, and on bytes that drip", async () => {
    // On a busy machine an honest answer may be late too, and is asked for again: what is asked for is compared, not how often.
    const { http, url, version } = await begin("aws", 0.4);
    fault({ kind: "slow", bytes: 100, milliseconds: 900 });
    expect(await http.range("aws", url, { start: 0, end: 300 }, version)).toEqual({ bytes: BYTES.slice(0, 300) });
    const [first, ...others] = held.server.requests.map(({ range }) => range);
    expect(first).toBe("bytes=0-299");
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((range) => !/^bytes=\d+-299$/.test(range ?? ""))).toEqual([]);
    // 20 bytes every 20 ms are never silent for 400 ms, but 5000 bytes would take 5 s where at most 0.4 s + 5000/2048 s are allowed.
    held.server.requests.length = 0;
    fault({ kind: "slow", bytes: 20, milliseconds: 20 });
    await http.range("aws", url, { start: 0, end: 5000 }, version);
    expect(held.server.requests.length).toBeGreaterThan(1);
  });

  it("takes no encoding that it did not ask for", async () => {
    const { http, url } = await begin();
    fault({ kind: "status", status: 200, headers: { "Content-Encoding": "br" } });
    await expect(http.whole("aws", url, 9999)).rejects.toThrow(/got content-encoding br/);
  });

  it("bounds what it reads", async () => {
    const { http, url } = await begin();
    await expect(http.whole("aws", url, 4999)).rejects.toThrow(/expected at most 4999 bytes, got more/);
    expect((await http.whole("aws", url, 5000))?.bytes).toEqual(Buffer.from(BYTES));
    expect(await http.whole("aws", `${url}x`, 10)).toBeUndefined();
  });
});

describe("asking again", () => {
  it("waits longer each time, with jitter keyed by what is asked for", () => {
    const waits = [0, 1, 2, 3, 9].map((attempt) => backoffSeconds(DEFAULT_RETRIES, "a", attempt));
    for (const [at, most] of [1, 2, 4, 8, 30].entries()) {
      expect(waits[at]).toBeGreaterThanOrEqual(most / 2);
      expect(waits[at]).toBeLessThan(most);
    }
    expect(backoffSeconds(DEFAULT_RETRIES, "a", 0)).toBe(waits[0]);
    expect(backoffSeconds(DEFAULT_RETRIES, "b", 0)).not.toBe(waits[0]);
  });

  it.each([500, 502, 503, 504, 429, 408])("five times after %i, then says so", async (status) => {
    const { http, url, version, clock } = await begin();
    fault({ kind: "status", status }, 99);
    await expect(http.range("aws", url, { start: 0, end: 10 }, version)).rejects.toThrow(
      `expected status 206, got status ${status}`,
    );
    expect(held.server.requests).toHaveLength(5);
    expect(clock.slept).toHaveLength(4);
  });

  it.each([400, 401, 403])("not after %i", async (status) => {
    const { http, url, version } = await begin();
    fault({ kind: "status", status });
    await expect(http.range("aws", url, { start: 0, end: 10 }, version)).rejects.toThrow(`got status ${status}`);
    expect(held.server.requests).toHaveLength(1);
  });

  it("believes Retry-After, in seconds or as a date, but not for ever", async () => {
    const { http, url, clock } = await begin();
    fault({ kind: "status", status: 429, headers: { "Retry-After": "17" } });
    fault({
      kind: "status",
      status: 503,
      headers: { "Retry-After": new Date((clock.time + 17 + 40) * 1000).toUTCString() },
    });
    await http.whole("aws", url, 9999);
    expect(clock.slept).toEqual([17, 40]);
    fault({ kind: "status", status: 429, headers: { "Retry-After": "86400" } });
    await expect(http.whole("aws", url, 9999)).rejects.toThrow(/status 429/);
    expect(clock.slept).toHaveLength(2);
  });

  it("says which address did not answer", async () => {
    const { http } = await begin();
    await expect(http.whole("aws", "http://127.0.0.1:1/x", 10)).rejects.toThrow(
      /127\.0\.0\.1:1\/x: expected a whole answer, got/,
    );
  });
});

describe("NOMADS", () => {
  afterEach(() => held.server.remove("nomads", "file"));

  it.each([302, 403, 429, 500])("means 'too often' by %i, and is asked again", async (status) => {
    const { http, url } = await begin("nomads");
    fault({ kind: "status", status, headers: { Location: "http://127.0.0.1:1/bot" } });
    expect((await http.whole("nomads", url, 9999))?.bytes.length).toBe(5000);
    expect(held.server.requests).toHaveLength(2);
  });

  it("is asked at most 100 times in any minute, by all clients together", async () => {
    const { http, url, clock } = await begin("nomads");
    const other = httpClient(held.server.sites, { clock });
    const started: number[] = [];
    const ask = async (client: Http): Promise<void> => {
      await client.head("nomads", url);
      started.push(clock.time);
    };
    await Promise.all(Array.from({ length: 230 }, (_, at) => ask(at % 2 === 0 ? http : other)));
    // The fake minute passes only by sleeping: with the one request of `begin`, 231 take two pauses.
    expect(clock.slept.length).toBeGreaterThanOrEqual(2);
    started.sort((a, b) => a - b);
    for (let at = 100; at < started.length; at++) expect(started[at] - started[at - 100]).toBeGreaterThanOrEqual(60);
  });
});

/**
 * A server on 127.0.0.1 that plays NOAA: every site of `src/sources/sites.ts` under its own name, with byte ranges, S3 listings in pages,
 * Azure's tokens, and whatever can go wrong. It logs every request, so that a test can say what was asked and how often.
 *
 *   http://127.0.0.1:PORT/aws/hrrr.20180722/conus/hrrr.t01z.wrfsfcf00.grib2
 * @module
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { SITE_NAMES, type SiteName, type Sites, sitesWith } from "../../src/sources/index.ts";

export interface LoggedRequest {
  readonly method: string;
  /** "aws/hrrr.20180722/…", without the query. */
  readonly path: string;
  readonly query: string;
  readonly range: string | undefined;
  readonly userAgent: string | undefined;
  readonly authorization: string | undefined;
  status: number;
  /** Bytes of body that were sent. */
  sent: number;
}

/** What goes wrong, for requests whose "METHOD path" it matches, so many times. */
export interface Fault {
  readonly on: RegExp;
  readonly times?: number;
  readonly play:
    | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
    /** A proxy that does not know Range: 200 and the whole file. */
    | { readonly kind: "ignore-range" }
    /** The connection breaks after so many bytes of the body. */
    | { readonly kind: "reset"; readonly after: number }
    /** The body ends early, its Content-Length being that of the short body. */
    | { readonly kind: "truncate"; readonly to: number }
    /** So many bytes, then nothing for so long, and so on. */
    | { readonly kind: "slow"; readonly bytes: number; readonly milliseconds: number }
    /** Something happens just before the answer: a file is replaced. */
    | { readonly kind: "meanwhile"; readonly change: () => void };
}

interface StoredFile {
  readonly bytes: Uint8Array;
  readonly lastModified: string;
}

export interface NoaaServer {
  readonly sites: Sites;
  /** For `--bases`. */
  readonly bases: string;
  readonly requests: LoggedRequest[];
  /** The first that matches and is not used up is played. */
  readonly faults: Fault[];
  /** Azure's copy is public unless this is set. */
  azureWantsToken: boolean;
  /** How many objects a page of a listing holds. */
  pageSize: number;
  readonly put: (site: SiteName, path: string, content: Uint8Array | string, lastModified?: string) => void;
  readonly remove: (site: SiteName, path: string) => void;
  readonly close: () => Promise<void>;
}

const PUBLISHED = "Sun, 22 Jul 2018 03:00:00 GMT";
/** Nothing a test does needs more; a server that runs away must be noticed. */
const MOST_REQUESTS = 20_000;

export async function startNoaaServer(): Promise<NoaaServer> {
  const files = new Map<string, StoredFile>();
  const requests: LoggedRequest[] = [];
  const faults: Fault[] = [];
  const played = new Map<Fault, number>();

  const faultFor = (line: string): Fault["play"] | undefined => {
    const fault = faults.find(({ on, times = 1 }) => on.test(line) && times > (played.get(faultOf(on)) ?? 0));
    if (fault === undefined) return undefined;
    played.set(fault, (played.get(fault) ?? 0) + 1);
    return fault.play;
  };
  const faultOf = (on: RegExp): Fault => faults.find((fault) => fault.on === on) as Fault;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const path = decodeURIComponent(url.pathname).slice(1);
    const log: LoggedRequest = {
      method: request.method ?? "",
      path,
      query: url.search,
      range: request.headers.range,
      userAgent: request.headers["user-agent"],
      authorization: request.headers.authorization,
      status: 0,
      sent: 0,
    };
    requests.push(log);
    if (requests.length > MOST_REQUESTS) throw new Error(`more than ${MOST_REQUESTS} requests`);
    const play = faultFor(`${log.method} ${path}`);
    if (play?.kind === "meanwhile") play.change();
    const send = (status: number, headers: Record<string, string>, body: Uint8Array): Promise<void> =>
      sendBody(request, response, log, status, headers, body, play);
    if (play?.kind === "status") return send(play.status, { ...play.headers }, Buffer.from("trouble"));
    if (path === "azure-tokens/noaahrrr/hrrr") return send(200, {}, Buffer.from(TOKEN));
    if (server.azureWantsToken && path.startsWith("azure/") && url.searchParams.get("sig") !== "secret") {
      return send(409, { "x-ms-error-code": "PublicAccessNotPermitted" }, Buffer.from("unsigned"));
    }
    if (url.searchParams.get("list-type") === "2") {
      return send(200, {}, Buffer.from(listing(files, path, url.searchParams, server.pageSize)));
    }
    const file = files.get(path);
    if (file === undefined) return send(404, {}, Buffer.from("no such key"));
    const { bytes, lastModified } = file;
    const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`;
    const headers = { ETag: etag, "Last-Modified": lastModified, "Accept-Ranges": "bytes" };
    const range = /^bytes=(\d+)-(\d+)$/.exec(log.range ?? "");
    if (range === null || play?.kind === "ignore-range") return send(200, headers, bytes);
    const [start, last] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
    if (start >= bytes.length) return send(416, { "Content-Range": `bytes */${bytes.length}` }, Buffer.from(""));
    const contentRange = { "Content-Range": `bytes ${start}-${last}/${bytes.length}` };
    return send(206, { ...headers, ...contentRange }, bytes.subarray(start, last + 1));
  };

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`noaa-server: ${String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const bases = SITE_NAMES.map((name) => `${name}=http://127.0.0.1:${port}/${name}`).join(",");
  const sites = sitesWith(bases, "noaa-server");
  const server: NoaaServer = {
    sites,
    bases,
    requests,
    faults,
    azureWantsToken: false,
    pageSize: 1000,
    put: (site, path, content, lastModified = PUBLISHED) => {
      files.set(`${site}/${path}`, { bytes: Buffer.from(content), lastModified });
    },
    remove: (site, path) => void files.delete(`${site}/${path}`),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

async function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  log: LoggedRequest,
  status: number,
  headers: Record<string, string>,
  whole: Uint8Array,
  play: Fault["play"] | undefined,
): Promise<void> {
  const body = play?.kind === "truncate" ? whole.subarray(0, play.to) : whole;
  log.status = status;
  response.writeHead(status, { "Content-Length": String(body.length), ...headers });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  if (play?.kind === "reset") {
    log.sent = play.after;
    response.write(body.subarray(0, play.after), () => response.destroy());
    return;
  }
  if (play?.kind === "slow") {
    for (let at = 0; at < body.length && !response.destroyed; at += play.bytes) {
      response.write(body.subarray(at, at + play.bytes));
      log.sent = Math.min(body.length, at + play.bytes);
      await setTimeout(play.milliseconds);
    }
    response.end();
    return;
  }
  log.sent = body.length;
  response.end(body);
}

/** What Planetary Computer answers, for the whole container. */
const TOKEN = JSON.stringify({ "msft:expiry": "2099-01-01T00:00:00Z", token: "sv=2021-06-08&sp=rl&sig=secret" });

function listing(
  files: ReadonlyMap<string, StoredFile>,
  bucket: string,
  query: URLSearchParams,
  pageSize: number,
): string {
  const prefix = query.get("prefix") ?? "";
  const site = bucket.replace(/\/$/, "");
  const keys = [...files.keys()]
    .filter((path) => path.startsWith(`${site}/${prefix}`))
    .map((path) => path.slice(site.length + 1))
    .sort();
  const from = Number(query.get("continuation-token") ?? 0);
  const page = keys.slice(from, from + pageSize);
  const more = from + pageSize < keys.length;
  const contents = page.map((key) => {
    const { bytes, lastModified } = files.get(`${site}/${key}`) as StoredFile;
    const time = new Date(lastModified).toISOString();
    const name = key.replaceAll("&", "&amp;");
    return `<Contents><Key>${name}</Key><LastModified>${time}</LastModified><ETag>&quot;e&quot;</ETag><Size>${bytes.length}</Size></Contents>`;
  });
  const next = more ? `<NextContinuationToken>${from + pageSize}</NextContinuationToken>` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${site}</Name><Prefix>${prefix}</Prefix><IsTruncated>${more}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`;
}

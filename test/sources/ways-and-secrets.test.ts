/** Proxies, redirects to other hosts, Azure's tokens; and that no password, token or signature is told or written anywhere. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DecodeError, type InitTime, parseTime, RequestError, withoutSecrets } from "../../src/core/index.ts";
import {
  hrrrTargets,
  httpClient,
  MANIFEST,
  requireSuccess,
  runJob,
  type Summary,
  sitesWith,
  subsetTask,
  type Way,
} from "../../src/sources/index.ts";
import { runBeside } from "../cli/run-beside.ts";
import { freshFolders } from "../cli/scratch.ts";
import { hrrrFile } from "../noaa-server/files.ts";
import { type Proxy, startProxy } from "../noaa-server/proxy.ts";
import { type NoaaServer, startNoaaServer } from "../noaa-server/server.ts";
import { at, fakeClock, hrrrRequest, LATER, noaa, putHrrr, remotePath, type Setting, setting } from "./world.ts";

const held = noaa();
const freshFolder = freshFolders("ways");
const run = ({ way, shelf }: Pick<Setting, "way" | "shelf">, wanted = hrrrRequest()): Promise<Summary> =>
  runJob(
    hrrrTargets(wanted, way).map((target) => subsetTask(target, shelf)),
    shelf,
    { parallel: 1, label: "fetch" },
  );

describe("secrets", () => {
  it.each([
    ["https://user:word@host/a", "https://host/a"],
    ["got s3://KEY:SE%2FCRET@bucket/a and http://token@host:80/b?c=1", "got s3://bucket/a and http://host:80/b?c=1"],
    ["https://h/f?sv=2021-06-08&se=2026&sig=aB%2Fc%3D; try", "https://h/f?sv=2021-06-08&se=2026&sig=…; try"],
    [
      "https://h/f?X-Amz-Credential=AKIA/x&X-Amz-Signature=00ff&X-Amz-Security-Token=zz&X-Amz-Date=1",
      "https://h/f?X-Amz-Credential=…&X-Amz-Signature=…&X-Amz-Security-Token=…&X-Amz-Date=1",
    ],
    ["https://h/f?access_token=abc#here", "https://h/f?access_token=…#here"],
    ["what@is.an.address, a:b@c and x?y=1 stay", "what@is.an.address, a:b@c and x?y=1 stay"],
    ["hrrr.20240501/conus/hrrr.t00z.wrfsfcf00.grib2 byte 12", "hrrr.20240501/conus/hrrr.t00z.wrfsfcf00.grib2 byte 12"],
  ])("%s is told as %s", (text, told) => {
    expect(withoutSecrets(text)).toBe(told);
  });

  it("are in no part of an error", () => {
    const url = "https://user:word@host/f?sig=abc";
    const error = new DecodeError({ place: url, expected: url, got: url, remedy: `try ${url}` });
    expect(JSON.stringify([error.message, error.place, error.expected, error.got, error.remedy])).not.toMatch(
      /word|abc/,
    );
    expect(new RequestError({ place: "a", expected: "b", got: "c" }).message).toBe("a: expected b, got c");
  });

  it("in --bases become an Authorization header, and nothing else", async () => {
    putHrrr(held.server, [0], { sites: ["aws"] });
    const [, base] = /^(?:[^,]*,)*?aws=([^,]*)/.exec(held.server.bases) ?? [];
    const bases = `aws=${base.replace("//", "//user:w%40rd@")}`;
    const folder = freshFolder();
    const args = ["fetch", "hrrr", "--from", "2018-07-22T00Z", "--sources", "aws", "--tries", "1", "--bases"];
    const good = await runBeside([...args, bases, "--out", "with", "--json"], folder);
    expect(good.status, good.stderr).toBe(0);
    expect(held.server.requests.map(({ authorization }) => authorization)).toEqual(
      held.server.requests.map(() => `Basic ${Buffer.from("user:w@rd").toString("base64")}`),
    );
    const manifest = readFileSync(join(folder, "with", MANIFEST), "utf8");
    held.server.faults.push({ on: /./, times: 99, play: { kind: "status", status: 500 } });
    const bad = await runBeside([...args, bases, "--out", "bad"], folder);
    expect(bad.status).toBe(3);
    const refused = await runBeside([...args, `aws=ftp://user:w%40rd@host?sig=w%40rd`, "--out", "x"], folder);
    expect(refused.status).toBe(2);
    for (const text of [good, bad, refused].flatMap(({ stdout, stderr }) => [stdout, stderr]).concat(manifest)) {
      expect(text).not.toMatch(/w%40rd|w@rd|user/);
    }
  });
});

describe("Azure's copy", () => {
  const init = parseTime("2022-03-01T00Z", "test") as InitTime;
  const path = "hrrr.20220301/conus/hrrr.t00z.wrfsfcf00.grib2";
  const wanted = hrrrRequest({ initTimes: [init], sources: ["azure"] });
  const put = (): void => {
    const { bytes, inventory } = hrrrFile(init, 0);
    held.server.put("azure", path, bytes);
    held.server.put("azure", `${path}.idx`, inventory);
  };

  it("is read as it is, without a token", async () => {
    put();
    expect(await run(await setting(held.server, freshFolder()), wanted)).toMatchObject({ fetched: 1 });
    expect(held.server.requests.some(({ path: asked }) => asked.startsWith("azure-tokens"))).toBe(false);
  });

  it("where it wants one, gets one for the whole container, anew after a refusal, and it is written nowhere", async () => {
    put();
    held.server.azureWantsToken = true;
    held.server.faults.push({ on: /^GET azure\/.*grib2$/, times: 2, play: { kind: "status", status: 403 } });
    const folder = freshFolder();
    const world = await setting(held.server, folder);
    expect(await run(world, wanted)).toMatchObject({ fetched: 1 });
    const tokens = held.server.requests.filter(({ path: asked }) => asked === "azure-tokens/noaahrrr/hrrr");
    expect(tokens).toHaveLength(3);
    // The inventory was asked for twice: first without a token.
    expect(held.server.requests.filter(({ path: asked }) => asked.endsWith(".idx"))).toHaveLength(2);
    expect(readFileSync(join(folder, MANIFEST), "utf8")).not.toMatch(/secret|sig=/);
    held.server.azureWantsToken = false;
  });

  it("that is not public hides what is there: a token is asked for before anything is missing", async () => {
    put();
    const hidden = { status: 404, headers: { "x-ms-error-code": "ResourceNotFound" } };
    held.server.faults.push({ on: /^\w+ azure\//, play: { kind: "status", ...hidden } });
    expect(await run(await setting(held.server, freshFolder()), wanted)).toMatchObject({ fetched: 1, missing: 0 });
  });
});

describe("a redirect to another host", () => {
  let other: NoaaServer;
  beforeAll(async () => {
    other = await startNoaaServer();
    putHrrr(other, [3], { sites: ["aws"] });
  });
  afterAll(() => other.close());

  it("is followed, and the manifest says who gave the bytes, without what the address carried", async () => {
    const Location = `${other.sites.aws.base}/${remotePath(3)}`;
    for (const [on, end] of [
      [/grib2\.idx$/, ".idx"],
      [/grib2$/, ""],
    ] as const) {
      const headers = { Location: `${Location}${end}?sig=secret` };
      held.server.faults.push({ on, times: 99, play: { kind: "status", status: 302, headers } });
    }
    const folder = freshFolder();
    const world = await setting(held.server, folder);
    expect(await run(world, hrrrRequest({ initTimes: [at(3)] }))).toMatchObject({ fetched: 1 });
    const record = world.shelf.manifest.records.get(remotePath(3));
    expect(record).toMatchObject({
      url: `${held.server.sites.aws.base}/${remotePath(3)}`,
      servedBy: [new URL(other.sites.aws.base).origin],
    });
    expect(readFileSync(join(folder, MANIFEST), "utf8")).not.toContain("secret");
    putHrrr(held.server, [4], { sites: ["aws"] });
    held.server.faults.length = 0;
    await run(world, hrrrRequest({ initTimes: [at(4)] }));
    expect(world.shelf.manifest.records.get(remotePath(4))).not.toHaveProperty("servedBy");
  });
});

describe("proxies of the environment", () => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await startProxy(held.server.sites.aws.base.replace(/\/aws$/, ""));
  });
  afterAll(() => proxy.close());
  const world = async (base: string, environment: Readonly<Record<string, string>>): Promise<Setting> => {
    proxy.seen.length = 0;
    const sites = sitesWith(`aws=${base}`, "test");
    const clock = fakeClock(LATER);
    const { shelf } = await setting(held.server, freshFolder());
    const way: Way = { http: httpClient(sites, { clock, environment, retries: { tries: 1 } }), sites, clock };
    return { way, shelf, clock };
  };
  const address = (): string => `http://user:w%40rd@127.0.0.1:${proxy.port}`;

  it.each(["http_proxy", "HTTP_PROXY"])("are used when %s names one, with its user and password", async (name) => {
    putHrrr(held.server, [0], { sites: ["aws"] });
    const setup = await world("http://noaa.test/aws", { [name]: address() });
    expect(await run(setup)).toMatchObject({ fetched: 1 });
    expect(proxy.seen[0]).toEqual({
      line: `GET http://noaa.test/aws/${remotePath(0)}.idx`,
      authorization: `Basic ${Buffer.from("user:w@rd").toString("base64")}`,
    });
    const record = setup.shelf.manifest.records.get(remotePath(0));
    expect(record).toMatchObject({ url: `http://noaa.test/aws/${remotePath(0)}` });
    expect(record).not.toHaveProperty("servedBy");
  });

  it("are asked for tunnels to https, and their refusal is told without their password", async () => {
    const setup = await world("https://noaa.test/aws", { HTTPS_PROXY: address() });
    const summary = await run(setup);
    expect(proxy.seen.map(({ line }) => line)).toEqual(["CONNECT noaa.test:443"]);
    expect(() => requireSuccess(summary, "out")).toThrow(
      /noaa\.test\/aws\/.*idx: expected a whole answer, got no way through the proxy of HTTPS_PROXY;/,
    );
    expect(() => requireSuccess(summary, "out")).not.toThrow(/w%40rd|w@rd/);
  });

  it.each([
    ["NO_PROXY names the host", "http://other.noaa.invalid/aws", { HTTP_PROXY: "P", NO_PROXY: "x.org, .noaa.invalid" }],
    ["NO_PROXY is *", "http://noaa.invalid/aws", { HTTP_PROXY: "P", no_proxy: "*" }],
  ])("are not asked when %s", async (_, base, environment) => {
    const setup = await world(base, { ...environment, HTTP_PROXY: address() });
    expect(await run(setup)).toMatchObject({ failed: 1 });
    expect(proxy.seen).toEqual([]);
  });

  it("are not asked for this machine itself", async () => {
    putHrrr(held.server, [0], { sites: ["aws"] });
    const setup = await world(held.server.sites.aws.base, { HTTP_PROXY: address(), HTTPS_PROXY: address() });
    expect(await run(setup)).toMatchObject({ fetched: 1 });
    expect(proxy.seen).toEqual([]);
  });

  it("that are no address are refused without being told", () => {
    const open = (): unknown =>
      httpClient(held.server.sites, { environment: { HTTPS_PROXY: "user:w%40rd@proxy:3128" } });
    expect(open).toThrow(/^HTTPS_PROXY: expected an address like http:\/\/proxy:3128, got something else/);
  });
});

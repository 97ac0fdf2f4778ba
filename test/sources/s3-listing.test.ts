import { describe, expect, it } from "vitest";
import { httpClient, listBucket, parseListing } from "../../src/sources/index.ts";
import { fakeClock, noaa } from "./world.ts";

const held = noaa();
const page = (inside: string): string =>
  `<?xml version="1.0"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`;
const object = (key: string, size = "7"): string =>
  `<Contents><Key>${key}</Key><LastModified>2022-07-04T11:01:30.000Z</LastModified><Size>${size}</Size></Contents>`;
const LAST = "<IsTruncated>false</IsTruncated>";

describe("an S3 listing", () => {
  it("is read page by page to its end", async () => {
    const { server } = held;
    for (let at = 0; at < 25; at++) server.put("mrms", `CONUS/a&b/${String(at).padStart(2, "0")}`, "x".repeat(at));
    server.put("mrms", "elsewhere", "x");
    server.pageSize = 10;
    const http = httpClient(server.sites, { clock: fakeClock(0) });
    const objects = await listBucket(http, server.sites, "mrms", "CONUS/a&b/");
    expect(objects.map(({ key, size }) => [key, size])).toEqual(
      Array.from({ length: 25 }, (_, at) => [`CONUS/a&b/${String(at).padStart(2, "0")}`, at]),
    );
    expect(server.requests).toHaveLength(3);
  });

  it("gives keys, sizes and times", () => {
    expect(parseListing(page(`${LAST}${object("a/b&amp;c&#x41;&#66;")}`), "x")).toEqual({
      objects: [{ key: "a/b&cAB", size: 7, lastModified: Date.parse("2022-07-04T11:01:30Z") / 1000 }],
    });
    expect(parseListing(page(LAST), "x")).toEqual({ objects: [] });
  });

  it.each([
    ["a page of HTML", "<html></html>"],
    ["a document type", `<!DOCTYPE x [<!ENTITY a "b">]>${page(LAST)}`],
    ["a section of raw text", page(`${LAST}<Contents><Key><![CDATA[x]]></Key></Contents>`)],
    ["a comment that hides an object", page(`${LAST}<!-- ${object("a")} -->`)],
    ["an entity of its own", page(`${LAST}${object("&evil;")}`)],
    ["no key", page(`${LAST}<Contents><Size>1</Size><LastModified>2022-07-04T11:01:30Z</LastModified></Contents>`)],
    ["a size that is none", page(`${LAST}${object("a", "-1")}`)],
    ["no word whether there is more", page(object("a"))],
    ["more, but no token", page(`<IsTruncated>true</IsTruncated>${object("a")}`)],
    ["a cut-off end", page(object("a")).slice(0, -9)],
  ])("is refused with %s", (_, text) => {
    expect(() => parseListing(text, "bucket")).toThrow(/bucket: expected an S3 bucket listing/);
  });

  it("does not go on for ever", async () => {
    const { server } = held;
    for (let at = 0; at < 120; at++) server.put("mrms", `many/${String(at)}`, "x");
    server.pageSize = 1;
    const http = httpClient(server.sites, { clock: fakeClock(0) });
    await expect(listBucket(http, server.sites, "mrms", "many/")).rejects.toThrow(/more than 100 pages/);
    server.pageSize = 1000;
  });
});

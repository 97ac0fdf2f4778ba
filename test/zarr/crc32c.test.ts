import { describe, expect, test } from "vitest";
import { crc32c } from "../../src/core/index.ts";
import { withChecksum, withoutChecksum } from "../../src/zarr/crc32c.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("CRC-32C", () => {
  // Authority: RFC 3720, appendix B.4, and the check value of CRC-32/ISCSI in Cook's catalogue of parametrised CRC algorithms.
  test.each([
    ["the check string", ascii("123456789"), 0xe3069283],
    ["32 bytes of zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["32 bytes ascending", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["nothing", new Uint8Array(0), 0],
  ])("of %s is the published one", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  test("a flipped bit anywhere is noticed", () => {
    const bytes = withChecksum(ascii("forty cells of dew point"));
    expect(withoutChecksum(bytes)).toEqual(ascii("forty cells of dew point"));
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 0x10;
      expect(() => withoutChecksum(damaged)).toThrow(/crc32c 0x[0-9a-f]{8} where 0x[0-9a-f]{8} is stored/);
    }
  });

  test("fewer than four bytes hold no checksum", () => {
    expect(() => withoutChecksum(new Uint8Array(3))).toThrow("only 3 are there");
  });
});

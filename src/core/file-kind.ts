/**
 * What a file that is not what was expected is, by its first octets. A NetCDF file named .grib2 and a server's error page are told apart
 * from damage, because what to do about them differs. Source: each format's own magic number.
 * @module
 */

const MAGIC: readonly (readonly [octets: readonly number[], name: string])[] = [
  [[0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], "an HDF5 file (NetCDF-4 is one)"],
  [[0x43, 0x44, 0x46, 0x01], "a NetCDF file"],
  [[0x43, 0x44, 0x46, 0x02], "a NetCDF file"],
  [[0x43, 0x44, 0x46, 0x05], "a NetCDF file"],
  [[0x1f, 0x8b], "a gzip'd file"],
  [[0x50, 0x4b, 0x03, 0x04], "a ZIP file"],
  [[0x42, 0x5a, 0x68], "a bzip2 file"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz file"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file"],
  [[0x42, 0x55, 0x46, 0x52], "a BUFR file"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG picture"],
  [[0xff, 0xd8, 0xff], "a JPEG picture"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF file"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
];

/** How far into a file its kind shows: text may begin with blanks. */
const LOOKED_AT = 512;

/** A phrase like "a NetCDF file", or `undefined` for what is not known. */
export function fileKind(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "an empty file";
  const found = MAGIC.find(([octets]) => octets.every((octet, at) => bytes[at] === octet));
  if (found !== undefined) return found[1];
  if (bytes[0] === 0x47 && bytes[1] === 0x52 && bytes[2] === 0x49 && bytes[3] === 0x42) return gribKind(bytes[7]);
  return textKind(
    new TextDecoder("latin1")
      .decode(bytes.subarray(0, LOOKED_AT))
      .replace(/^\xef\xbb\xbf/, "")
      .trimStart(),
  );
}

function gribKind(edition: number | undefined): string {
  return edition === 1 || edition === 2 ? `a GRIB${edition} file` : "a GRIB file of no known edition";
}

function textKind(text: string): string | undefined {
  if (/^(<!doctype html|<html)/i.test(text)) return "an HTML page, such as a server's error message";
  if (text.startsWith("<?xml") || /^<error>/i.test(text)) return "an XML text, such as a server's error message";
  if (/^\d+(\.\d+)?:\d+:[dD]=\d/.test(text)) return "an inventory (.idx)";
  if (/^[[{]\s*["{[\]}]/.test(text)) return "a JSON text";
  return undefined;
}

import { expect, test } from "vitest";
import { tileOf } from "../../src/zarr/index.ts";

test.each([
  ["HRRR's grid is cut into 3 x 7 tiles", 1059, 1799, [353, 257]],
  ["a small grid is one tile", 78, 41, [78, 41]],
  ["a power of two is cut near the target", 512, 512, [256, 256]],
  ["HRRR-Alaska's prime side is left whole", 919, 1299, [919, 433]],
  ["one cell is one tile", 1, 1, [1, 1]],
])("%s", (_, ny, nx, expected) => {
  expect(tileOf(ny, nx)).toEqual(expected);
});

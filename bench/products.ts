/**
 * Products on HRRR's full grid with 20 members, against the same by definition where that ends: `npm run setup && npx tsx bench/products.ts`.
 * Give a forecast store to time a whole preset too: `npx tsx bench/products.ts f20.zarr showcase`. Forged storms; seconds are of this machine, ratios travel.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellCount, type Field, HRRR_GRID, uniforms } from "../src/core/index.ts";
import { openForecast } from "../src/forecast/index.ts";
import { anyWithin, disc, gaussianSmooth } from "../src/neighborhood/index.ts";
import {
  accumulateExceedance,
  accumulateStatistics,
  availableQuantities,
  colorTable,
  eventMask,
  localMatchedMean,
  parseThresholds,
  percentiles,
  probabilityMatchedMean,
  threshold,
} from "../src/products/index.ts";
import { drawEnsembleMaps, drawMap, presetNamed } from "../src/products/map/index.ts";

const M = 20;
const { nx } = HRRR_GRID;
const cells = cellCount(HRRR_GRID);

/** Waves of three lengths with noise on top, in steps of 1/16 dBZ; members are a few cells apart. */
function forgeMembers(): Field[] {
  const noise = uniforms({ seed: 1, purpose: "bench", member: 0, lead: 0 }, cells);
  const base = Float32Array.from({ length: cells }, (_, cell) => {
    const [x, y] = [cell % nx, Math.floor(cell / nx)];
    return 30 * Math.sin(x / 60) * Math.sin(y / 50) + 10 * Math.sin(x / 7 + y / 9) + 4 * noise[cell];
  });
  return Array.from({ length: M }, (_, m) =>
    Float32Array.from({ length: cells }, (__, cell) =>
      Math.max(-10, Math.round(16 * base[Math.min(cells - 1, cell + 5 * m)]) / 16),
    ),
  );
}

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const seconds = async (work: () => unknown): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};

/** The best of three, each after the last; the first warms up. */
async function measure(name: string, work: () => unknown): Promise<number> {
  const times = [await seconds(work), await seconds(work), await seconds(work)];
  const best = Math.min(...times);
  say(`${name.padEnd(52)} ${best.toFixed(3)} s`);
  return best;
}

const members = forgeMembers();
const twenty = Array.from({ length: 20 }, (_, k) => threshold("refc", 3 * k));

const pixel =
  (await measure("mean, spread, minimum, maximum", () => {
    const statistics = accumulateStatistics(cells);
    for (const member of members) statistics.add(member);
    statistics.finish();
  })) +
  (await measure("20 exceedance probabilities", () => {
    const exceedance = accumulateExceedance(cells, twenty);
    for (const member of members) exceedance.add(member);
    exceedance.finish();
  })) +
  (await measure("percentiles 10, 50, 90", () => percentiles(members, [10, 50, 90])));
say(`${"  together".padEnd(52)} ${pixel.toFixed(3)} s`);

const shape = disc(HRRR_GRID, 40);
const near = await measure("NMEP at 40 km, one member", () =>
  anyWithin(eventMask(members[0], threshold("refc", 35)), HRRR_GRID, shape),
);
await measure("NMEP at 160 km, one member", () =>
  anyWithin(eventMask(members[0], threshold("refc", 35)), HRRR_GRID, disc(HRRR_GRID, 160)),
);
const byDefinition = await measure("NMEP at 40 km by definition, one row", () => everyCellOfOneRow(members[0]));
say(`${"  ratio for the whole grid".padEnd(52)} ${((byDefinition * HRRR_GRID.ny) / near).toFixed(0)}`);

await measure("Gaussian of sigma 40 km", () => gaussianSmooth(members[0], HRRR_GRID, { sigmaKm: 40 }));
await measure("PMM (Ebert)", () => probabilityMatchedMean(members, "ebert"));
await measure("LPMM", () => localMatchedMean(members, HRRR_GRID));
await measure("a map", () =>
  drawMap({
    field: members[0],
    grid: HRRR_GRID,
    table: colorTable("refc", "value"),
    title: "Composite reflectivity [dBZ], member m00 (M=20)",
    times: "Valid: Mon 2024-05-06 18Z",
    notes: [],
    synthetic: true,
  }),
);

const [store, presetName = "showcase"] = process.argv.slice(2);
if (store !== undefined) {
  const ensemble = await openForecast(store);
  const preset = presetNamed(presetName, "bench");
  const out = mkdtempSync(join(tmpdir(), "updraft-bench-"));
  let count = 0;
  const took = await seconds(async () => {
    const maps = await drawEnsembleMaps(ensemble, out, {
      leads: ensemble.leadHours.slice(0, 1),
      products: preset.products,
      quantities: preset.quantities.filter((name) => availableQuantities(ensemble.channels).includes(name)),
      thresholds: Object.fromEntries(
        preset.thresholds.map((text) => parseThresholds(text, "bench")).map((list) => [list[0].quantity, list]),
      ),
      percentages: preset.percentages,
      sampleMembers: preset.sampleMembers,
    });
    count = maps.length;
  });
  rmSync(out, { recursive: true });
  say(`${`preset ${preset.name}: ${count} maps`.padEnd(52)} ${took.toFixed(1)} s`);
}
say(`${"largest memory".padEnd(52)} ${(process.resourceUsage().maxRSS / 1024 / 1024).toFixed(2)} GiB`);

/** Every cell of the disc of every cell of row 500. */
function everyCellOfOneRow(member: Field): number {
  let found = 0;
  for (let i = 0; i < nx; i++) {
    let any = false;
    for (let d = -shape.reach; d <= shape.reach; d++) {
      const w = shape.halfWidths[Math.abs(d)];
      for (let x = Math.max(0, i - w); x <= Math.min(nx - 1, i + w); x++) any ||= member[(500 + d) * nx + x] >= 35;
    }
    if (any) found++;
  }
  return found;
}

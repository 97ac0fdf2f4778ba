/** The page beside the pictures. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseThresholds } from "../../../src/products/index.ts";
import { drawEnsembleMaps, INDEX_FILE, type WrittenMap } from "../../../src/products/map/index.ts";
import { sampleEnsemble } from "../sample-ensemble.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updraft-index-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const page = (): string => readFileSync(join(folder, INDEX_FILE), "utf8");
const draw = (threshold: string): Promise<WrittenMap[]> =>
  drawEnsembleMaps(sampleEnsemble({ method: `<b>"DEF" & co's</b>` }), folder, {
    products: ["mean", "probability"],
    quantities: ["refc"],
    leads: [6],
    thresholds: { refc: parseThresholds(threshold, "--thresholds") },
  });

describe("the index of a folder of maps", () => {
  it("holds every picture with its words, escaped, by product, and folds those on which there is nothing", async () => {
    const maps = await draw("refc=30,90");
    const html = page();
    const shown = [...html.matchAll(/<a href="([^"]+)"><img src="\1" loading="lazy" alt="([^"]*)">/g)];
    expect(shown.map(([, path]) => path).toSorted()).toEqual(maps.map(({ path }) => path).toSorted());
    expect(html).not.toMatch(/<script|https?:|<link|<b>/);
    expect(shown[0][2]).toContain("&lt;b&gt;&quot;DEF&quot; &amp; co&#39;s&lt;/b&gt;");
    expect(html).toContain(
      '<li><a href="#mean">Ensemble mean</a> (1)</li><li><a href="#probability">Probability</a> (2)</li>',
    );
    // No product that has no picture.
    expect(html.match(/<h2 /g)).toHaveLength(2);
    const [folded] = /<details>.*<\/details>/s.exec(html) ?? [""];
    expect(folded).toContain("<summary>1 on which nothing reaches the first class</summary>");
    expect(folded).toContain("refc_ge90_f006.png");
    expect(folded).not.toContain("refc_ge30_f006.png");
    const words = readFileSync(join(folder, "04_probability_maps", "refc_ge90_f006.txt"), "utf8");
    expect(words).toContain("Nothing to see: no cell reaches 5 %.");
  });

  it("also shows what earlier runs left, and nothing that is no picture of ours", async () => {
    await draw("refc=30");
    mkdirSync(join(folder, "01_current_state"));
    writeFileSync(join(folder, "01_current_state", 'x" onerror="y.png'), "without words");
    await draw("refc=40");
    expect(page()).toMatch(/refc_ge30_f006.png[^]*refc_ge40_f006.png/);
    expect(page()).not.toContain("onerror");
  });
});

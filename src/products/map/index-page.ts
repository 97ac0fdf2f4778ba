/**
 * `index.html` beside the numbered folders: every picture that lies there, by product, with its own words. Made of the pictures and the texts
 * beside them, so it also shows what earlier runs left. It needs no script and no network, and works from a file system. Pictures on which
 * nothing reaches the first class are folded away, with their number said; products without a picture are not there.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { escaped } from "../../core/index.ts";
import { writeAside } from "../../files/index.ts";
import { EXPERIMENTAL_NOTE } from "./figure.ts";
import { NOTHING_TO_SEE, sidecarPath } from "./map-writer.ts";
import { PRODUCT_FOLDERS, PRODUCT_NAMES, type ProductName } from "./products.ts";

export const INDEX_FILE = "index.html";

/** What a folder holds, for people. */
const HEADINGS: Readonly<Record<ProductName, string>> = {
  current: "Current state",
  mean: "Ensemble mean",
  spread: "Ensemble spread",
  probability: "Probability",
  members: "Single members",
  percentiles: "Percentiles",
  extremes: "Extremes over members",
  neighborhood: "Neighborhood probability",
  joint: "Joint probability",
  pmm: "Probability-matched mean",
  paintball: "Paintball",
  spaghetti: "Spaghetti",
  stamps: "Postage stamps",
  sheets: "Sheets",
  loops: "Loops",
};

interface Picture {
  /** Below the folder of the index. */
  readonly path: string;
  /** The lines of the text beside it. */
  readonly words: readonly string[];
}

/** Writes the index of the pictures below `folder`. */
export async function writeIndex(folder: string): Promise<void> {
  const groups: { product: ProductName; pictures: Picture[] }[] = [];
  for (const product of PRODUCT_NAMES) {
    const pictures = await picturesOf(folder, PRODUCT_FOLDERS[product]);
    if (pictures.length > 0) groups.push({ product, pictures });
  }
  await writeAside(join(folder, INDEX_FILE), Buffer.from(pageOf(groups)));
}

async function picturesOf(folder: string, subfolder: string): Promise<Picture[]> {
  let names: string[];
  try {
    names = await readdir(join(folder, subfolder));
  } catch {
    return [];
  }
  const known = new Set(names);
  const pictures = names.filter((name) => /\.(png|webp|gif)$/.test(name) && known.has(sidecarPath(name))).sort();
  return Promise.all(
    pictures.map(async (name) => ({
      path: `${subfolder}/${name}`,
      words: (await readFile(join(folder, subfolder, sidecarPath(name)), "utf8")).trim().split("\n"),
    })),
  );
}

function pageOf(groups: readonly { readonly product: ProductName; readonly pictures: readonly Picture[] }[]): string {
  const contents = groups.map(
    ({ product, pictures }) => `<li><a href="#${product}">${HEADINGS[product]}</a> (${pictures.length})</li>`,
  );
  const sections = groups.map(({ product, pictures }) => {
    const isEmpty = ({ words }: Picture): boolean => words.some((line) => line.startsWith(NOTHING_TO_SEE));
    const empty = pictures.filter(isEmpty);
    const folded =
      empty.length === 0
        ? ""
        : `<details><summary>${empty.length} on which nothing reaches the first class</summary>\n${gallery(empty)}\n</details>`;
    const shown = pictures.filter((picture) => !isEmpty(picture));
    return `<h2 id="${product}">${HEADINGS[product]}</h2>\n${shown.length > 0 ? gallery(shown) : ""}\n${folded}`;
  });
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>Maps</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<h1>Maps</h1>\n<p>${escaped(EXPERIMENTAL_NOTE)}</p>`,
    `<nav aria-label="Products"><ul>${contents.join("")}</ul></nav>`,
    ...sections,
    `</body>\n</html>\n`,
  ].join("\n");
}

const gallery = (pictures: readonly Picture[]): string => `<div>${pictures.map(figure).join("\n")}</div>`;

function figure({ path, words }: Picture): string {
  const href = path.split("/").map(encodeURIComponent).join("/");
  const [title, times = ""] = words.map((line) => line.replace(/^Map: |\.$/g, ""));
  return (
    `<figure><a href="${href}"><img src="${href}" loading="lazy" alt="${escaped(words.join(" "))}"></a>` +
    `<figcaption>${escaped(title)}<br>${escaped(times)}</figcaption></figure>`
  );
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0 auto; max-width: 110rem; padding: 1rem; font: 16px/1.5 Inter, system-ui, sans-serif; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; padding: 0; list-style: none; }
div { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; }
figure { margin: 0; } img { width: 100%; height: auto; min-height: 8rem; } figcaption { font-size: .85rem; }
summary { cursor: pointer; padding: .5rem 0; }
`;

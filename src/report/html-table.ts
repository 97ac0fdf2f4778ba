/** Tables of the page, and how numbers stand in them. @module */
import { escaped } from "../core/index.ts";

/** Rows under columns, the first cell of each its name; without a head where no column has one. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[], name = ""): string {
  const head = columns.every((column) => column === "")
    ? ""
    : `<thead><tr>${columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join("")}</tr></thead>`;
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escaped(first)}</th>${rest.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table class="${name}">${head}<tbody>${body.join("")}</tbody></table></div>`;
}

/** What need not be read: one line, and the rest behind it. Needs no script. */
export function folded(summary: string, html: string): string {
  return `<details><summary>${escaped(summary)}</summary>\n${html}\n</details>`;
}

/** Three significant digits, a dash where a number is not defined. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text =
    size >= 1000 ? value.toFixed(0) : size !== 0 && size < 0.001 ? value.toExponential(1) : value.toPrecision(3);
  return text.replaceAll("-", "−");
}

/**
 * The report as one HTML file that needs nothing else: no script, no network, pictures inside. It reads from top to bottom: the pictures that
 * tell most and a table of contents, what is good and bad in words, what that rests on, the other pictures with their numbers, the rules the
 * words follow. What cannot be told is folded, with its number said.
 * @module
 */
import { escaped, formatHour, formatLead, parseTime } from "../core/index.ts";
import { calibrationPart } from "./calibration-part.ts";
import { eventSlug } from "./event-words.ts";
import { folded, table } from "./html-table.ts";
import { boardTable, eventTable, isTold, objectTable, valueTable, vectorTable } from "./number-tables.ts";
import { STYLE } from "./page-style.ts";
import type { Section } from "./plots/sections.ts";
import type { Sheet } from "./plots/sheet.ts";
import type { Report } from "./report.ts";
import { DAYS_FOR_A_BASIS, DAYS_FOR_A_HINT, type Judgment, type Verdict } from "./verdicts.ts";

/** A sheet's picture, by the sheet's name. */
export type Pictures = ReadonlyMap<string, Uint8Array>;

export function pageOf(report: Report, sections: readonly Section[], pictures: Pictures): string {
  const title = `Verification of ${report.systems[0].name}`;
  const [first, last] = [report.initTimes[0], report.initTimes[report.initTimes.length - 1]].map((time) =>
    formatHour(parseTime(time, "report")),
  );
  const span = first === last ? first : `${first} to ${last}`;
  const shownFirst = glance(report, sections);
  const picture = (sheet: Sheet): string => pictureHtml(sheet, pictures);
  const parts: readonly Part[] = [
    { id: "words", title: "In words", html: words(report.verdicts) },
    { id: "basis", title: "What this rests on", html: basis(report) },
    ...sections.map((section) => ({
      id: section.id,
      title: section.title,
      html: sectionHtml(report, section, shownFirst, picture),
    })),
    { id: "objects", title: "Storms as objects", html: objectTable(report) },
    { id: "vectors", title: "Things that go together", html: vectorTable(report) },
    { id: "rules", title: "The rules behind the words", html: RULES },
    { id: "left-out", title: "Cases left out", html: skipped(report) },
  ].filter(({ html }) => html !== "");
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escaped(`${title}, ${span}`)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="about">${escaped(about(report, span))}</p>`,
    ...report.verdicts.filter(({ topic }) => topic === "sample").map(sampleHtml),
    contents(parts),
    ...shownFirst.map(picture),
    ...parts.map(({ id, title: heading, html }) => `<h2 id="${id}">${escaped(heading)}</h2>\n${html}`),
    `<footer>Made by updraft verify. Experimental: not an official forecast. Every number is in scores.json and scores.csv.</footer>`,
    `</main>\n</body>\n</html>\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

interface Part {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** The pictures a reader should see first: how it does against the others, and what its values are worth, and its probabilities if that can be told. */
function glance({ pooled }: Report, sections: readonly Section[]): readonly Sheet[] {
  const sheetsOf = (wanted: Section["id"]): readonly Sheet[] => sections.find(({ id }) => id === wanted)?.sheets ?? [];
  const told = pooled.events.filter(isTold).map(({ event }) => `event_${eventSlug(event)}`);
  return [
    ...sheetsOf("scoreboard").slice(0, 1),
    ...sheetsOf("values").slice(0, 1),
    ...sheetsOf("events")
      .filter(({ name }) => told.includes(name))
      .slice(0, 1),
  ];
}

function contents(parts: readonly Part[]): string {
  const items = parts.map(({ id, title }) => `<li><a href="#${id}">${escaped(title)}</a></li>`);
  return `<nav aria-label="Contents"><ol>${items.join("")}</ol></nav>`;
}

function about({ systems, truth, protocol }: Report, span: string): string {
  const [{ methods, memberCount }, ...others] = systems;
  return (
    `${methods.join(" and ")}, ${memberCount === undefined ? "probabilities only" : counted(memberCount, "member")}, forecasts started from ${span}, held to ${truth.source} ` +
    `by the ${protocol.name} protocol, beside ${others.map(({ name }) => name).join(", ") || "nothing else"}.`
  );
}

/** "1 day", "2 days". */
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const HEADINGS: Readonly<Record<Judgment, string>> = {
  good: "What is good",
  bad: "What is bad",
  unclear: "What cannot be told",
};
const SIGNS: Readonly<Record<Judgment, string>> = { good: "+", bad: "−", unclear: "?" };

/** What the numbers rest on comes before them. */
function sampleHtml({ judgment, text }: Verdict): string {
  return `<p class="sample ${judgment}">${escaped(text)}</p>`;
}

function words(verdicts: readonly Verdict[]): string {
  return (["good", "bad", "unclear"] as const).map((judgment) => verdictList(judgment, verdicts)).join("\n");
}

function verdictList(judgment: Judgment, verdicts: readonly Verdict[]): string {
  const own = verdicts.filter((verdict) => verdict.judgment === judgment && verdict.topic !== "sample");
  if (own.length === 0) return "";
  const topics = [...new Set(own.map(({ topic }) => topic))];
  const items = topics.map((topic) => {
    const texts = own.filter((verdict) => verdict.topic === topic).map(({ text }) => `<li>${escaped(text)}</li>`);
    return `<dt>${escaped(topic)}</dt><dd><ul>${texts.join("")}</ul></dd>`;
  });
  const list = `<dl>${items.join("")}</dl>`;
  const body =
    judgment === "unclear"
      ? folded(`${SIGNS.unclear} ${HEADINGS.unclear} (${own.length})`, list)
      : `<h3><span aria-hidden="true">${SIGNS[judgment]}</span> ${HEADINGS[judgment]}</h3>${list}`;
  return `<section class="${judgment}">${body}</section>`;
}

function basis(report: Report): string {
  const { systems, truth, cases, days, independentCases, leadHours, protocol, skipped: left } = report;
  const missing = Math.max(0, ...report.values.map(({ missingCells, cells }) => missingCells / (cells + missingCells)));
  const leads =
    leadHours.length > 3
      ? `${leadHours.length} leads, +${formatLead(leadHours[0])} to +${formatLead(leadHours[leadHours.length - 1])}`
      : leadHours.map((lead) => `+${formatLead(lead)}`).join(", ");
  return table(
    ["", ""],
    [
      ["Cases", `${cases} (an init time and a lead): ${leads}`],
      [
        "Days",
        `${counted(days.length, "convective day")}, 12 to 12 UTC; luck comes in days, so this is the number to look at`,
      ],
      ["Independent", `${counted(independentCases, "init time")} a day or more apart`],
      ["Truth", `${truth.source} (${truth.path})`],
      [
        "Systems",
        systems
          .map(
            ({ name, memberCount }) =>
              `${name} (${memberCount === undefined ? "probabilities only" : counted(memberCount, "member")})`,
          )
          .join(", "),
      ],
      [
        "Left out",
        `${counted(left.length, "case")}; up to ${(100 * missing).toFixed(2)} % of a field's cells for missing data`,
      ],
      [
        "Protocol",
        `${protocol.name}: windows ${protocol.windowsKm.join(", ")} km, events nearby within ${protocol.nearby.radiusKm} km`,
      ],
    ],
    "basis",
  );
}

function sectionHtml(
  report: Report,
  { id, lead, sheets }: Section,
  shownFirst: readonly Sheet[],
  picture: (sheet: Sheet) => string,
): string {
  const tableOf: Readonly<Record<Section["id"], (of: Report) => string>> = {
    values: valueTable,
    events: eventTable,
    scoreboard: boardTable,
    calibration: calibrationPart,
    windows: () => "",
  };
  const figures = sheets.map((sheet) =>
    shownFirst.includes(sheet)
      ? `<p>${escaped(sheet.title)}: <a href="#${escaped(sheet.name)}">at the top</a>.</p>`
      : picture(sheet),
  );
  return [`<p>${escaped(lead)}</p>`, tableOf[id](report), ...figures].join("\n");
}

function pictureHtml({ name, alt, title }: Sheet, pictures: Pictures): string {
  const picture = pictures.get(name);
  if (picture === undefined) throw new RangeError(`no picture of ${name}`);
  const source = `data:image/png;base64,${Buffer.from(picture).toString("base64")}`;
  return `<figure id="${escaped(name)}"><img src="${source}" width="920" alt="${escaped(alt)}"><figcaption>${escaped(title)}</figcaption></figure>`;
}

function skipped({ skipped: left }: Report): string {
  if (left.length === 0) return "";
  const reasons = [...new Set(left.map(({ reason }) => reason))].map((reason) => {
    const alike = left.filter((one) => one.reason === reason);
    return [reason, String(alike.length), alike[0].validTime];
  });
  return folded(counted(left.length, "case"), table(["reason", "cases", "first valid time"], reasons));
}

const RULES = `<ul>
<li>Sample: ${DAYS_FOR_A_BASIS} days or more are a basis, ${DAYS_FOR_A_HINT} or more a hint; fewer show nothing about other days, whatever the scores.</li>
<li>All numbers in words are of all leads together; of an event on fewer than five days nothing is said.</li>
<li>Skill: CRPS below persistence's.</li>
<li>Comparison: better or worse only when the 95 % interval of the paired difference, from resampled days, leaves 0 out.</li>
<li>Spread: √((M+1)/M) · spread / error of 0.8 to 1.1 is good.</li>
<li>Bias: up to a fifth of the RMSE is good.</li>
<li>Probability: good when its Brier skill is above 0 against the base rate and its mean is within a quarter of the base rate.</li>
<li>Calibration: good or bad only when the 95 % interval of the difference of Brier scores, from resampled days, leaves 0 out; the log score reads i of M members as (i + ½)/(M + 1).</li>
<li>Discrimination: a ROC area of 0.8 or more is good, below 0.7 bad.</li>
<li>Windows: useful where FSS reaches 0.5 + base rate / 2, a convention.</li>
<li>Sharpness: a member's variance at wavelengths of 8 to 16 cells 0.7 to 1.4 times the truth's.</li>
<li>Scores against storm reports say whether the right places were marked; the probability is of another event.</li>
</ul>`;

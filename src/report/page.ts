/**
 * The report as one HTML file that needs nothing else: no script, no network, pictures inside. It reads from top to bottom: what is good and
 * bad in words, what that rests on, the pictures with their numbers, the rules the words follow.
 * @module
 */
import { formatHour, formatLead, parseTime, VARIABLES } from "../core/index.ts";
import { calibrationPart } from "./calibration-part.ts";
import { figure, table } from "./html-table.ts";
import type { Section } from "./plots/sections.ts";
import { escaped } from "./plots/sheet.ts";
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
  return [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<title>${escaped(`${title}, ${span}`)}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="about">${escaped(about(report, span))}</p>`,
    ...report.verdicts.filter(({ topic }) => topic === "sample").map(sampleHtml),
    `<h2>In words</h2>`,
    ...(["good", "bad", "unclear"] as const).map((judgment) => verdictList(judgment, report.verdicts)),
    `<h2>What this rests on</h2>`,
    basis(report),
    ...sections.map((section) => sectionHtml(report, section, pictures)),
    objects(report),
    vectors(report),
    `<h2>The rules behind the words</h2>`,
    RULES,
    skipped(report),
    `<footer>Made by updraft verify. Experimental: not an official forecast. Every number is in scores.json and scores.csv.</footer>`,
    `</main>\n</body>\n</html>\n`,
  ]
    .filter((part) => part !== "")
    .join("\n");
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

function verdictList(judgment: Judgment, verdicts: readonly Verdict[]): string {
  const own = verdicts.filter((verdict) => verdict.judgment === judgment && verdict.topic !== "sample");
  if (own.length === 0) return "";
  const topics = [...new Set(own.map(({ topic }) => topic))];
  const items = topics.map((topic) => {
    const texts = own.filter((verdict) => verdict.topic === topic).map(({ text }) => `<li>${escaped(text)}</li>`);
    return `<dt>${escaped(topic)}</dt><dd><ul>${texts.join("")}</ul></dd>`;
  });
  return `<section class="${judgment}"><h3><span aria-hidden="true">${SIGNS[judgment]}</span> ${HEADINGS[judgment]}</h3><dl>${items.join("")}</dl></section>`;
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

function sectionHtml(report: Report, { id, title, lead, sheets }: Section, pictures: Pictures): string {
  const figures = sheets.map(({ name, alt, title: caption }) => {
    const picture = pictures.get(name);
    if (picture === undefined) throw new RangeError(`no picture of ${name}`);
    const source = `data:image/png;base64,${Buffer.from(picture).toString("base64")}`;
    return `<figure id="${escaped(name)}"><img src="${source}" width="920" alt="${escaped(alt)}"><figcaption>${escaped(caption)}</figcaption></figure>`;
  });
  const numbers =
    id === "values"
      ? valueTable(report)
      : id === "events"
        ? eventTable(report)
        : id === "scoreboard"
          ? boardTable(report)
          : id === "calibration"
            ? calibrationPart(report)
            : "";
  return `<h2 id="${id}">${escaped(title)}</h2>\n<p>${escaped(lead)}</p>\n${numbers}\n${figures.join("\n")}`;
}

function valueTable({ pooled }: Report): string {
  return table(
    ["variable", "system", "CRPS", "skill", "RMSE", "bias", "spread/error", "unit"],
    pooled.values.map((row) => [
      VARIABLES[row.variable].longName,
      row.system,
      figure(row.comparableCrps),
      figure(row.crpsSkillAgainstPersistence),
      figure(row.rmse),
      figure(row.bias),
      figure(row.spreadSkillRatio),
      row.units,
    ]),
  );
}

function eventTable({ pooled }: Report): string {
  return table(
    [
      "event",
      "system",
      "base rate",
      "mean prob.",
      "Brier",
      "skill",
      "reliability",
      "resolution",
      "ROC area",
      "member bias",
    ],
    pooled.events.map((row) => [
      row.event.replace(">=", " ≥ ").replace("@", " within "),
      row.system,
      figure(row.baseRate),
      figure(row.meanProbability),
      figure(row.comparableBrier),
      figure(row.skillAgainstSampleClimatology),
      figure(row.reliability),
      figure(row.resolution),
      figure(row.rocArea),
      figure(row.member.frequencyBias),
    ]),
  );
}

function boardTable({ scoreboard, protocol }: Report): string {
  const pooled = scoreboard.some(({ leadHours }) => leadHours === "all");
  // FSS of every window would be most of the table; it is in scores.csv.
  const shownWindow = ` square ${protocol.windowsKm[protocol.windowsKm.length >> 1]}km`;
  return table(
    ["metric", "against", "score", "other", "difference", "95 % interval", "days", "verdict"],
    scoreboard
      .filter(({ leadHours }) => !pooled || leadHours === "all")
      .filter(({ metric }) => !metric.startsWith("1-FSS") || metric.endsWith(shownWindow))
      .map((row) => [
        row.metric.replace(">=", " ≥ "),
        row.other,
        figure(row.firstScore),
        figure(row.otherScore),
        figure(row.difference),
        `${figure(row.interval.low)} to ${figure(row.interval.high)}`,
        String(row.days),
        row.verdict,
      ]),
  );
}

function objects({ pooled, protocol }: Report): string {
  if (pooled.objects.length === 0) return "";
  const { threshold, leastKm2, withinKm } = protocol.objects;
  const text = `Connected areas of at least ${threshold} dBZ and ${leastKm2} km², matched one to one within ${withinKm} km.`;
  const rows = pooled.objects.map((row) => [
    row.system,
    figure(row.observedMatched),
    figure(row.forecastMatched),
    `${figure(row.meanDisplacementKm)} km`,
    figure(row.matchedAreaRatio),
    figure(row.areaRatio),
    figure(row.countRatio),
  ]);
  const columns = [
    "system",
    "observed matched",
    "forecast matched",
    "displacement",
    "area of matched",
    "area of all",
    "number",
  ];
  return `<h2>Storms as objects</h2>\n<p>${text} The last three are forecast over observed.</p>\n${table(columns, rows)}`;
}

function vectors({ pooled }: Report): string {
  if (pooled.vectors.length === 0) return "";
  const rows = pooled.vectors.map(({ across, system, energy, variogram }) => [
    across === "variables" ? "all variables at a place" : `${across} at nine places`,
    system,
    figure(energy),
    figure(variogram),
  ]);
  const lead =
    "Energy score: error of the whole vector. Variogram score: whether it varies together as the truth does. Lower is better for both.";
  return `<h2>Things that go together</h2>\n<p>${lead}</p>\n${table(["across", "system", "energy", "variogram"], rows)}`;
}

function skipped({ skipped: left }: Report): string {
  if (left.length === 0) return "";
  const reasons = [...new Set(left.map(({ reason }) => reason))].map((reason) => {
    const alike = left.filter((one) => one.reason === reason);
    return [reason, String(alike.length), alike[0].validTime];
  });
  return `<h2>Cases left out</h2>\n${table(["reason", "cases", "first valid time"], reasons)}`;
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

const STYLE = `
:root { color-scheme: light; --ink: #1f2430; --quiet: #5b6472; --rule: #d9dde3; --good: #0072b2; --bad: #c2410c; --unclear: #5b6472; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 Inter, system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; line-height: 1.2; }
h2 { margin: 2.75rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); font-size: 1.35rem; }
h3 { margin: 0 0 .5rem; font-size: 1.05rem; }
.about { color: var(--quiet); margin: 0; }
.sample { border-left: .3rem solid var(--unclear); padding: .5rem .9rem; margin: .9rem 0; background: #f4f5f7; font-weight: 600; }
.sample.good { border-color: var(--good); } .sample.bad { border-color: var(--bad); background: #fff4ed; }
section { border-left: .3rem solid var(--unclear); padding: .25rem 0 .25rem 1rem; margin: 1.1rem 0; }
section.good { border-color: var(--good); } section.good h3 { color: var(--good); }
section.bad { border-color: var(--bad); } section.bad h3 { color: var(--bad); }
section.unclear h3 { color: var(--unclear); }
dl { display: grid; grid-template-columns: 8.5rem 1fr; gap: .6rem 1rem; margin: 0; font-size: .92rem; line-height: 1.45; }
dt { color: var(--quiet); } dd { margin: 0; } dd ul { margin: 0; padding: 0; list-style: none; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .28rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, thead th:nth-child(2), td:nth-child(2) { text-align: left; }
th[scope=row] { font-weight: 500; }
table.basis td { text-align: left; white-space: normal; } table.basis th { vertical-align: top; color: var(--quiet); }
figure { margin: 1.5rem 0 2rem; } figure img { width: 100%; height: auto; border: 1px solid var(--rule); }
figcaption { color: var(--quiet); font-size: .86rem; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .86rem; border-top: 1px solid var(--rule); padding-top: .75rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
@media print { main { max-width: none; } figure { break-inside: avoid; } }
`;

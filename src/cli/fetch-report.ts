/** What a fetch would take and what came of it, for people and for programs. @module */
import type { Estimate, Summary, Task } from "../sources/index.ts";

export function estimateReport(tasks: readonly Task[], estimates: readonly Estimate[]): Record<string, unknown> {
  const files = estimates.map((estimate, at) => ({
    path: tasks[at].path,
    ...estimate,
    ...("error" in estimate && { error: estimate.error.message }),
  }));
  return { files, fetchBytes: bytesToFetch(estimates) };
}

function bytesToFetch(estimates: readonly Estimate[]): number {
  return estimates.reduce((sum, estimate) => sum + (estimate.kind === "fetch" ? estimate.bytes : 0), 0);
}

export function estimateText(tasks: readonly Task[], estimates: readonly Estimate[]): string {
  const lines = estimates.map((estimate, at) => {
    const { path } = tasks[at];
    if (estimate.kind === "failed") return `${path}  ${estimate.error.message}`;
    if (estimate.kind === "lacking" || estimate.kind === "outside") return `${path}  ${estimate.why}`;
    if (estimate.kind !== "fetch") return `${path}  ${WORDS[estimate.kind]}`;
    const { source, bytes, requests, absent } = estimate;
    const lacking = absent.length > 0 ? `  without ${absent.join(", ")}` : "";
    return `${path}  ${source}  ${megabytes(bytes)} in ${requests} request${requests === 1 ? "" : "s"}${lacking}`;
  });
  const files = estimates.filter(({ kind }) => kind === "fetch").length;
  return `${[...lines, `${files} of ${tasks.length} files to fetch, ${megabytes(bytesToFetch(estimates))}`].join("\n")}\n`;
}

const WORDS = { kept: "there already", missing: "missing", pending: "not there yet" } as const;

export function summaryReport({ results, ...counts }: Summary): Record<string, unknown> {
  const paths = (kind: string): string[] => results.flatMap((result) => (result.kind === kind ? [pathOf(result)] : []));
  const failures = results.flatMap((result) =>
    result.kind === "failed" ? [{ path: result.path, error: result.error.message }] : [],
  );
  const reasons = (kind: "lacking" | "outside"): { path: string; why: string }[] =>
    results.flatMap((result) => (result.kind === kind ? [{ path: result.path, why: result.why }] : []));
  return {
    ...counts,
    missingFiles: paths("missing"),
    pendingFiles: paths("pending"),
    lackingFiles: reasons("lacking"),
    outsideFiles: reasons("outside"),
    failures,
    remarks: remarksOf(results),
  };
}

const LISTED = 12;

/** What comes after the counts, and how each is told. */
const TROUBLES = [
  ["missing", "missing"],
  ["pending", "not there yet"],
  ["lacking", "without what was asked for"],
  ["outside", "outside the archive"],
  ["failed", "failed"],
] as const;

export function summaryText(summary: Summary): string {
  const { results, fetched, kept, missing, fetchedBytes } = summary;
  const head = `${fetched} fetched (${megabytes(fetchedBytes)}), ${kept} there already, ${missing} missing`;
  const counts = TROUBLES.slice(1).flatMap(([kind, word]) => (summary[kind] > 0 ? [`${summary[kind]} ${word}`] : []));
  const lines = [[head, ...counts].join(", ")];
  for (const [kind, word] of TROUBLES) {
    const some = results.filter((result) => result.kind === kind);
    for (const result of some.slice(0, LISTED)) lines.push(`${word}: ${pathOf(result)}${reasonOf(result)}`);
    if (some.length > LISTED) lines.push(`${word}: and ${some.length - LISTED} more, see --json`);
  }
  const partly = results.flatMap((result) =>
    "record" in result && result.kind !== "missing" && result.record.absent.length > 0 ? [result.record] : [],
  );
  for (const { path, absent } of partly.slice(0, LISTED)) lines.push(`without ${absent.join(", ")}: ${path}`);
  if (partly.length > LISTED) lines.push(`without some: and ${partly.length - LISTED} more, see the manifest`);
  lines.push(...remarksOf(results).map((remark) => `note: ${remark}`));
  return `${lines.join("\n")}\n`;
}

function reasonOf(result: Summary["results"][number]): string {
  if (result.kind === "failed") return `: ${result.error.message}`;
  return result.kind === "lacking" || result.kind === "outside" ? `: ${result.why}` : "";
}

/** Each once. */
function remarksOf(results: Summary["results"]): string[] {
  return [...new Set(results.flatMap((result) => ("remarks" in result ? (result.remarks ?? []) : [])))];
}

function pathOf(result: Summary["results"][number]): string {
  return "record" in result ? result.record.path : result.path;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

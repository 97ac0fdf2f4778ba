/**
 * Shows progress with rate and time left: one live line on a terminal, a plain line now and then in a log. Always on stderr,
 * so that stdout stays for results.
 *
 *   train forecaster  420/1200 steps  35%  7.1/s  1m 50s left  loss 0.0312  █▆▄▃▂▁
 * @module
 */
import type { ProgressEvent, ReportProgress } from "../core/index.ts";

const LIVE_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 15_000;

/** A reporter for one command. Every label counts its own time from its first event. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): ReportProgress {
  const live = stream.isTTY && process.env["CI"] === undefined;
  const interval = live ? LIVE_INTERVAL_MS : LOG_INTERVAL_MS;
  let label = "";
  let startedAt = 0;
  let firstDone = 0;
  let shownAt = 0;
  return (event) => {
    const now = performance.now();
    if (event.label !== label) {
      ({ label } = event);
      startedAt = now;
      firstDone = event.done;
      shownAt = Number.NEGATIVE_INFINITY;
    }
    const finished = event.done >= event.total;
    if (!finished && now - shownAt < interval) return;
    shownAt = now;
    const line = progressLine(event, event.done - firstDone, (now - startedAt) / 1000);
    const curve = event.trend === undefined ? "" : `  ${sparkline(event.trend)}`;
    if (live) stream.write(`\r\u001b[2K${(line + curve).slice(0, (stream.columns ?? 120) - 1)}${finished ? "\n" : ""}`);
    else stream.write(`${line}\n`);
  };
}

/** The text of one event, given how much was done in how many seconds. */
export function progressLine(event: ProgressEvent, doneHere: number, seconds: number): string {
  const { label, done, total, unit, note } = event;
  const rate = seconds > 0 ? doneHere / seconds : 0;
  const parts = [label, `${done}/${total} ${unit}`, `${total > 0 ? Math.floor((100 * done) / total) : 0}%`];
  if (rate > 0) parts.push(rate >= 1 ? `${rate.toFixed(1)}/s` : `${(1 / rate).toFixed(1)} s each`);
  if (done >= total) parts.push(`done in ${formatDuration(seconds)}`);
  else if (rate > 0) parts.push(`${formatDuration((total - done) / rate)} left`);
  if (note !== undefined) parts.push(note);
  return parts.join("  ");
}

const BARS = "▁▂▃▄▅▆▇█";
const CURVE_WIDTH = 20;

/**
 * The latest numbers as bars, each as high as its logarithm lies between the lowest and the highest: losses fall by factors. Numbers that
 * are not finite and positive are gaps.
 */
export function sparkline(trend: readonly number[]): string {
  const shown = trend
    .slice(-CURVE_WIDTH)
    .map((value) => (value > 0 && Number.isFinite(value) ? Math.log(value) : null));
  const known = shown.filter((value) => value !== null);
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  return shown
    .map((value) =>
      value === null ? " " : BARS[range === 0 ? 0 : Math.round(((value - low) / range) * (BARS.length - 1))],
    )
    .join("");
}

/** 75 → "1m 15s". */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

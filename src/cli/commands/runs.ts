/** `updraft runs`: which runs there are, how far they are and how well they do. @module */
import { Command } from "commander";
import { formatTime } from "../../core/index.ts";
import { listRuns, type RunSummary, type StageSummary } from "../../train/index.ts";

export function runsCommand(): Command {
  return new Command("runs")
    .description(
      "list runs and compare them: method, network, size, epochs, best validation loss, last change, archive",
    )
    .argument("[folder]", "a run, or a folder of runs", "runs")
    .option("--json", "print them as JSON", false)
    .addHelpText("after", "\nExample:\n  updraft runs runs")
    .action((folder: string, { json }: { readonly json: boolean }) => {
      const runs = listRuns(folder);
      process.stdout.write(json ? `${JSON.stringify(runs)}\n` : runsTable(runs));
    });
}

const HEADINGS = [
  "run",
  "method",
  "stage",
  "network",
  "parameters",
  "epochs",
  "best loss",
  "in epoch",
  "skipped",
  "changed",
];

/** A line a stage. ⚠ Losses compare between runs of one method, stage and archive only. */
export function runsTable(runs: readonly RunSummary[]): string {
  const rows = [HEADINGS, ...runs.flatMap((run) => run.stages.map((stage) => cells(run, stage)))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  const archives = runs.map(({ run, source, synthetic }) => `${run}: ${source}${synthetic ? " (synthetic)" : ""}`);
  return `${[...table, "", ...archives].join("\n")}\n`;
}

function cells({ run, method, changedMs }: RunSummary, stage: StageSummary): string[] {
  const { preset, parameters, epochs, epochsWanted, bestLoss, bestEpoch, skipped } = stage;
  return [
    run,
    method,
    stage.stage,
    preset ?? "own",
    parameters?.toString() ?? "-",
    `${epochs}/${epochsWanted}`,
    bestLoss?.toPrecision(5) ?? "-",
    bestEpoch?.toString() ?? "-",
    String(skipped),
    changedMs === undefined ? "-" : formatTime(Math.floor(changedMs / 1000)),
  ];
}

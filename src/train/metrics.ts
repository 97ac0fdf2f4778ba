/**
 * What a training tells of itself, one line of `metrics.jsonl` an epoch. A function of the training alone: neither time nor machine is in it,
 * so that a run which was killed and resumed has the same bytes.
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { DecodeError } from "../core/index.ts";
import { named, writeAside } from "../files/index.ts";

export interface EpochMetrics {
  readonly stage: string;
  readonly epoch: number;
  /** Optimiser steps completed. */
  readonly step: number;
  /** Mean over the steps of the epoch that were not skipped; null when all were. */
  readonly trainLoss: number | null;
  readonly validationLoss: number;
  /** Of the last step that was not skipped, before the clip. */
  readonly gradientNorm: number | null;
  readonly learningRate: number;
  /** Steps skipped since the beginning. */
  readonly skipped: number;
  /** Of the step to come, in mixed precision. */
  readonly lossScale?: number | undefined;
  /** Whether no epoch before had as low a validation loss; never of one whose steps were mostly skipped. */
  readonly best: boolean;
  /** How often the run had gone on with another configuration of this stage; absent before the first time. */
  readonly segment?: number | undefined;
}

const line: z.ZodType<EpochMetrics> = z.object({
  stage: z.string(),
  epoch: z.number(),
  step: z.number(),
  trainLoss: z.number().nullable(),
  validationLoss: z.number(),
  gradientNorm: z.number().nullable(),
  learningRate: z.number(),
  skipped: z.number(),
  lossScale: z.number().optional(),
  best: z.boolean(),
  segment: z.number().optional(),
});

export function appendMetrics(path: string, metrics: EpochMetrics): void {
  try {
    appendFileSync(path, `${JSON.stringify(metrics)}\n`);
  } catch (error) {
    throw named(error, path);
  }
}

/** Every whole line; one that a kill cut short is the last, and is left out. @throws DecodeError for any other that is not metrics */
export function readMetrics(path: string): EpochMetrics[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  return lines.map((text, at) => {
    const parsed = line.safeParse(parseLine(text));
    if (parsed.success) return parsed.data;
    const { message, path: key } = parsed.error.issues[0];
    throw new DecodeError({ place: `${path} line ${at + 1} ${key.join(".")}`, expected: "metrics", got: message });
  });
}

/** Drops the lines of epochs that will be trained again, and one that a kill cut short. */
export async function forgetMetricsAfter(path: string, stage: string, epoch: number): Promise<void> {
  if (!existsSync(path)) return;
  const kept = readMetrics(path).filter((entry) => entry.stage !== stage || entry.epoch <= epoch);
  await writeAside(path, kept.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

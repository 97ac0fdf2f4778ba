/**
 * A configuration for several workers: each batch in equal micro-batches, one a worker.
 *
 *   batch b, accumulate a   →   batch b / w, accumulate a · w      for w workers
 *
 * The samples of a step, their draws and their mean stay what they were, so the training is that of one worker up to rounding.
 * @module
 */
import { ConfigError, RequestError } from "../core/index.ts";
import type { Device } from "../graph/index.ts";
import type { StageConfig, TrainConfig } from "./config.ts";

/**
 * `config` shared among so many workers. A stage that accumulates a multiple of them already stays as it is.
 * @throws ConfigError where a batch has no equal shares
 * @example
 * shareBatches(config, 2) // denoiser: { batch: 4, accumulate: 1 } → { batch: 2, accumulate: 2 }
 */
export function shareBatches(config: TrainConfig, workers: number): TrainConfig {
  const shared = Object.entries(config).map(([key, value]) => [
    key,
    isStage(value) ? share(key, value, workers) : value,
  ]);
  return Object.fromEntries(shared) as TrainConfig;
}

/**
 * Whether so many workers can be had: weights that stay in a GPU's memory are out of other engines' reach.
 * @throws RequestError for several workers on WebGPU
 */
export function requireWorkers(workers: number, device: Device): void {
  if (workers === 1 || device !== "webgpu") return;
  throw new RequestError({
    place: "--workers",
    expected: "1 on webgpu",
    got: String(workers),
    remedy: "or --device cpu",
  });
}

type Batches = Pick<StageConfig, "batch" | "accumulate">;

function isStage(value: unknown): value is Batches {
  return typeof value === "object" && value !== null && "batch" in value && "accumulate" in value;
}

function share<T extends Batches>(name: string, stage: T, workers: number): T {
  const { batch, accumulate } = stage;
  if (accumulate % workers === 0) return stage;
  if (batch % workers === 0) return { ...stage, batch: batch / workers, accumulate: accumulate * workers };
  throw new ConfigError({
    place: `${name}.batch`,
    expected: `a multiple of ${workers}, or accumulate of one, for ${workers} workers`,
    got: `batch ${batch}, accumulate ${accumulate}`,
  });
}

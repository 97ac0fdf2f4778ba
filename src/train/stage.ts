/**
 * A method of forecasting is trained as a list of stages: each learns one objective and leaves one plain model, which later stages may ask.
 * @module
 */
import type { Session, Tensor } from "../graph/index.ts";
import type { Weights } from "../nn/index.ts";
import type { StageConfig } from "./config.ts";
import type { Objective } from "./objective.ts";
import type { TrainingData } from "./objectives/samples.ts";

/** What a stage may ask of earlier ones. */
export interface Earlier {
  /** Opens a finished model; closed when the training ends. */
  readonly openModel: (model: string) => Promise<Session>;
  /** The weights another stage chose. */
  readonly weightsOf: (stage: string) => Weights;
}

export interface Stage {
  /** Names its checkpoints and its lines of metrics. */
  readonly name: string;
  /** Names its model: by default the stage; a stage that goes on training a model replaces it. */
  readonly model?: string;
  readonly config: Omit<StageConfig, "network">;
  objective(data: TrainingData, earlier: Earlier): Promise<Objective>;
  /** Outputs of the model to leave, by name. */
  outputs(data: TrainingData, earlier: Earlier): Promise<Record<string, Tensor>>;
}

/**
 * A method of forecasting is trained as a list of stages: each learns one objective and leaves one plain model, which later stages may ask.
 * @module
 */
import type { Session, Tensor } from "../graph/index.ts";
import type { StageConfig } from "./config.ts";
import type { Objective } from "./objective.ts";
import type { TrainingData } from "./objectives/samples.ts";

/** Opens the finished model of an earlier stage; closed when the training ends. */
export type OpenModel = (stage: string) => Promise<Session>;

export interface Stage {
  /** Names its checkpoints, its lines of metrics and its model. */
  readonly name: string;
  readonly config: StageConfig;
  objective(data: TrainingData, openModel: OpenModel): Promise<Objective>;
  /** Outputs of the model to leave, by name; `openModel` as before. */
  outputs(data: TrainingData, openModel: OpenModel): Promise<Record<string, Tensor>>;
}

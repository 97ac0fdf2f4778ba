/** Networks: parameters, layers and the U-Net, as functions that build graphs. */
export { sinusoidalEmbedding } from "./embedding.ts";
export type { NormKind, Padding } from "./layers.ts";
export {
  type Initializer,
  initialWeights,
  type ParameterStore,
  parameterCount,
  parameterStore,
  passing,
  type Weights,
  ZEROS,
} from "./parameters.ts";
export { sideMultiple, type UNetConfig, type UNetTask, unet } from "./unet.ts";

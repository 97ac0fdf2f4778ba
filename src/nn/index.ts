/** Networks: parameters, layers and the U-Net, as functions that build graphs. */
export { sinusoidalEmbedding, timeEmbedding } from "./embedding.ts";
export { type ConvolutionOptions, convolution, dense, normalizeAndActivate, residualBlock } from "./layers.ts";
export {
  heNormal,
  type Initializer,
  initialWeights,
  ONES,
  type ParameterStore,
  parameterCount,
  parameterStore,
  passing,
  unitNormal,
  type Weights,
  ZEROS,
} from "./parameters.ts";
export { sideMultiple, type UNetConfig, type UNetTask, unet } from "./unet.ts";

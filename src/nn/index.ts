/** Networks: parameters, layers and the U-Net, as functions that build graphs. */
export { sinusoidalEmbedding } from "./embedding.ts";
export type { NormKind, Padding } from "./layers.ts";
export { applyNetwork, type NetworkConfig } from "./network.ts";
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
export { PRESET_NAMES, PRESETS, type PresetName } from "./presets.ts";
export { sideMultiple, type UNetConfig, type UNetTask, unet } from "./unet.ts";
export type { UNet2dConfig } from "./unet-2d.ts";

/**
 * The family by name. Parameters with two states of seven variables in and one out, except where the name says whose network it is.
 *
 *   ultra-minimal         0.08 M   the earlier attempt's, at full resolution (81,111 unconditional, with 7 channels in)
 *   conditional-minimal   0.29 M   its conditional form (288,503)
 *   small                 2.7 M    docs/design/0001's: 4 x 4 cells to channels, 64-128-256, one residual block a level; two CPU cores
 *   base                  25 M     the same deeper and wider; a 24 GB card, or a machine with 20 GB
 *   large                 100 M    four levels with attention on the two coarsest; an 80 GB card
 *   def-paper             DEF's denoiser, diffusers' UNet2DModel (324.6 M with its 170 channels in, 85 out)
 *   def-paper-forecaster  DEF's G (146.2 M with its 96 channels in, 85 out)
 *   ddpm-cifar10          google/ddpm-cifar10-32, by which the counting is checked (35,746,307)
 * @module
 */
import type { NetworkConfig } from "./network.ts";

const ours = { patch: 4, norm: "group", groups: 32, shortcut: true } as const;
const diffusers = { kind: "unet-2d", groups: 32, eps: 1e-5 } as const;

export type PresetName =
  | "ultra-minimal"
  | "conditional-minimal"
  | "small"
  | "base"
  | "large"
  | "def-paper"
  | "def-paper-forecaster"
  | "ddpm-cifar10";

export const PRESETS: Readonly<Record<PresetName, NetworkConfig>> = {
  "ultra-minimal": { kind: "ultra-minimal" },
  "conditional-minimal": { kind: "conditional-minimal", width: 16 },
  small: { ...ours, widths: [64, 128, 256], blocksPerLevel: 1, middleBlocks: 0, upKernel: 1 },
  base: { ...ours, widths: [120, 240, 480], blocksPerLevel: 1 },
  large: { ...ours, widths: [128, 256, 512, 640], blocksPerLevel: 2, attentionLevels: 2 },
  "def-paper": {
    ...diffusers,
    widths: [256, 384, 512, 768],
    layersPerBlock: 4,
    attention: [true, true, true, true],
    headChannels: 8,
  },
  "def-paper-forecaster": {
    ...diffusers,
    widths: [128, 256, 384, 512],
    layersPerBlock: 4,
    attention: [false, true, true, true],
    headChannels: 8,
  },
  "ddpm-cifar10": {
    ...diffusers,
    widths: [128, 256, 256, 256],
    layersPerBlock: 2,
    attention: [false, true, false, false],
    eps: 1e-6,
  },
};

export const PRESET_NAMES: readonly PresetName[] = Object.keys(PRESETS) as PresetName[];

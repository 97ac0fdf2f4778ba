/**
 * One function for the whole family: a configuration says which network it is, and a task what is wanted of it. Whoever trains or
 * forecasts knows this function alone, so that every method can have every network.
 * @module
 */
import { RequestError } from "../core/index.ts";
import { constant, type Tensor } from "../graph/index.ts";
import { conditionalMinimal, type FullResolutionTask, ultraMinimal } from "./full-resolution.ts";
import { croppedTo, paddedTo } from "./padding.ts";
import type { ParameterStore } from "./parameters.ts";
import { type UNetConfig, type UNetTask, unet } from "./unet.ts";
import { type UNet2dConfig, unet2d } from "./unet-2d.ts";

export type NetworkConfig =
  | (UNetConfig & { readonly kind?: "unet" })
  | (UNet2dConfig & { readonly kind: "unet-2d" })
  | { readonly kind: "ultra-minimal" }
  | { readonly kind: "conditional-minimal"; readonly width: number };

/**
 * x: [b, in, ny, nx] → [b, outChannels, ny, nx]; parameters are taken from `store`.
 * @throws RequestError for a task that only our own U-Net knows: noise as an input, and for unet-2d a world that closes on itself
 */
export function applyNetwork(store: ParameterStore, config: NetworkConfig, x: Tensor, task: UNetTask): Tensor {
  if (isOurs(config)) return unet(store, config, x, task);
  if (task.noise !== undefined) throw unfit(config.kind, "noise as an input");
  const { outChannels, padding = "zero" } = task;
  // Those that always embed a time are told 1 where there is none, as DEF's G is.
  const timestep = task.timestep ?? constant(1, [x.shape[0]]);
  const full: FullResolutionTask = { outChannels, timestep, padding };
  if (config.kind === "ultra-minimal") return ultraMinimal(store, x, full);
  if (config.kind === "conditional-minimal") return conditionalMinimal(store, config.width, x, full);
  if (padding === "circular") throw unfit(config.kind, "a grid that closes on itself");
  return unet2dOnAnyGrid(store, config, x, { outChannels, timestep });
}

function isOurs(config: NetworkConfig): config is UNetConfig {
  return config.kind === undefined || config.kind === "unet";
}

function unet2dOnAnyGrid(
  store: ParameterStore,
  config: UNet2dConfig,
  x: Tensor,
  task: { readonly outChannels: number; readonly timestep: Tensor },
): Tensor {
  const [, , ny, nx] = x.shape;
  return croppedTo(unet2d(store, config, paddedTo(x, 2 ** (config.widths.length - 1)), task), ny, nx);
}

function unfit(kind: string, asked: string): RequestError {
  return new RequestError({ place: `network ${kind}`, expected: "a task it knows", got: asked, remedy: "use a unet" });
}

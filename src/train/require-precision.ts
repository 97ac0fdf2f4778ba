/** Whether a device can train in the precision that a configuration asks for. @module */
import { ConfigError } from "../core/index.ts";
import { type Device, devicesOfHalfPrecision } from "../graph/index.ts";
import type { TrainConfig } from "./config.ts";
import { stagesOf } from "./methods/index.ts";

/**
 * Before anything is written: mixed precision only where half precision is computed in. On the CPU it would only cost.
 * @throws ConfigError naming the first stage that asks for more, and the devices of this machine that could
 */
export async function requirePrecision(config: TrainConfig, device: Device): Promise<void> {
  const stage = stagesOf(config).find((one) => one.config.precision === "mixed");
  if (stage === undefined) return;
  const able = await devicesOfHalfPrecision();
  if (able.includes(device)) return;
  throw new ConfigError({
    place: `${stage.name}.precision`,
    expected: `float32 on ${device}, which has no half precision`,
    got: "mixed",
    remedy: able.length === 0 ? "no device of this machine has it" : `or --device ${able.join(" or ")}`,
  });
}

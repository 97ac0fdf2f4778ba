/**
 * A convolution on channels in blocks, ONNX Runtime's fastest on a CPU with wide vectors: a cell's values of 8 or 16 neighboring channels lie
 * side by side. Where a model carries its weights ONNX Runtime does this by itself; where it is fed them, we do:
 *
 *   x → reordered into blocks → Conv, its weights [o/B, c/B, kh, kw, B of c, B of o] → reordered back
 *
 * Both reorderings cost a pass over a field, so it pays for many channels and kernels of several cells.
 * @module
 */
import type { OnnxAttribute } from "../../onnx/index.ts";
import type { Emitter, NamedValue } from "../tensor.ts";

/** The domain of ONNX Runtime's operators on blocks. */
export const BLOCKS_DOMAIN = "com.microsoft.nchwc";

/** 64 channels to 64 on 268 x 452 cells, two threads: 44 ms and 4 for the reorderings, 51 to 54 as they are. */
const MANY_CHANNELS = 64;

export function isWorthBlocking(to: Emitter, [out, channels, kh, kw]: readonly number[]): boolean {
  const whole = out % to.channelBlock === 0 && channels % to.channelBlock === 0;
  return to.channelBlock > 1 && whole && Math.min(out, channels) >= MANY_CHANNELS && kh * kw > 1;
}

/** x [n, c, h, w], weight [o, c, kh, kw] → [n, o, h′, w′]. */
export function emitBlockedConv(
  to: Emitter,
  x: string,
  { name, shape: [out, channels, kh, kw] }: NamedValue,
  attributes: Readonly<Record<string, OnnxAttribute>>,
  bias?: string,
): string {
  const block = to.channelBlock;
  const apart = to.node("Reshape", [name, to.integers([out / block, block, channels / block, block, kh, kw])]);
  const together = to.node("Transpose", [apart], { perm: [0, 2, 4, 5, 3, 1] });
  const weight = to.node("Reshape", [together, to.integers([out, channels, kh, kw])]);
  const blocked = to.node("ReorderInput", [x], {}, BLOCKS_DOMAIN);
  const inputs = [blocked, weight, ...(bias === undefined ? [] : [bias])];
  return to.node(
    "ReorderOutput",
    [to.node("Conv", inputs, attributes, BLOCKS_DOMAIN)],
    { channels: out },
    BLOCKS_DOMAIN,
  );
}

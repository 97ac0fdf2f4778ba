/**
 * Weights from elsewhere into a run: a safetensors file as `model/NETWORK.safetensors` is one, perhaps trained on in PyTorch. The network stays
 * the run's own, so names and shapes must be those it has; the run forecasts with the import from then on. Its checkpoints stay as they are.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { NumericError, RequestError } from "../core/index.ts";
import { alone, writeAside } from "../files/index.ts";
import { replaceWeights } from "../onnx/index.ts";
import { readRun, runPaths } from "../run/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors/index.ts";

export interface ImportOptions {
  readonly run: string;
  /** A network of the run: its model's name. */
  readonly network: string;
  /** The safetensors file. */
  readonly weights: string;
}

/**
 * Returns how many numbers were imported.
 * @throws RequestError when there is no such network or file, or names or shapes are not the network's; DecodeError when the file is damaged;
 *   NumericError when a weight is not finite
 */
export function importWeights(options: ImportOptions): Promise<number> {
  readRun(options.run);
  return alone(options.run, () => replace(options), { inside: true });
}

async function replace({ run, network, weights: path }: ImportOptions): Promise<number> {
  const paths = runPaths(run);
  const own = decodeSafetensors(
    read(paths.weights(network), "the weights of a trained network"),
    paths.weights(network),
  );
  const { tensors } = decodeSafetensors(read(path, "a safetensors file"), path);
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new NumericError({ place: `${path}, "${name}"`, expected: "finite weights", got: `${data[at]} at ${at}` });
    }
  }
  const modelPath = paths.model(network);
  const model = replaceWeights(read(modelPath, "a trained model"), tensors, own.tensors.keys(), modelPath);
  // In the network's own order, whatever the file's.
  const ordered = new Map([...own.tensors.keys()].map((name) => [name, tensors.get(name)!]));
  await writeAside(paths.weights(network), encodeSafetensors(ordered));
  await writeAside(modelPath, model);
  return [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
}

function read(path: string, expected: string): Uint8Array {
  if (existsSync(path)) return readFileSync(path);
  throw new RequestError({ place: path, expected, got: "no such file" });
}

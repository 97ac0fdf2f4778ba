/**
 * Weights from elsewhere into a run: a safetensors file as `model/NETWORK.safetensors` is one, perhaps trained on in PyTorch. The network stays
 * the run's own, so names and shapes must be those it has; the run forecasts with the import from then on. Its checkpoints stay as they are.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { NumericError, RequestError } from "../core/index.ts";
import { alone, type Lease } from "../files/index.ts";
import { replaceWeights } from "../onnx/index.ts";
import { readRun, readRunFile, runPaths, writeRunFiles } from "../run/index.ts";
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
  return alone(options.run, (lease) => replace(options, lease), { inside: true });
}

async function replace({ run, network, weights: path }: ImportOptions, lease: Lease): Promise<number> {
  const paths = runPaths(run);
  const ownBytes = (place: string, expected: string): Uint8Array => {
    requireThere(place, expected);
    return readRunFile(run, place).bytes;
  };
  const weightsPath = paths.weights(network);
  const own = decodeSafetensors(ownBytes(weightsPath, "the weights of a trained network"), weightsPath);
  requireThere(path, "a safetensors file");
  const { tensors } = decodeSafetensors(readFileSync(path), path);
  for (const [name, { data }] of tensors) {
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new NumericError({ place: `${path}, "${name}"`, expected: "finite weights", got: `${data[at]} at ${at}` });
    }
  }
  const modelPath = paths.model(network);
  const model = replaceWeights(ownBytes(modelPath, "a trained model"), tensors, own.tensors.keys(), modelPath);
  // In the network's own order, whatever the file's.
  const ordered = new Map([...own.tensors.keys()].map((name) => [name, tensors.get(name)!]));
  const files: [string, Uint8Array][] = [
    [weightsPath, encodeSafetensors(ordered)],
    [modelPath, model],
  ];
  await lease.confirm();
  await writeRunFiles(run, new Map(files));
  return [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
}

function requireThere(path: string, expected: string): void {
  if (existsSync(path)) return;
  throw new RequestError({ place: path, expected, got: "no such file" });
}

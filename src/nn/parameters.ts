/**
 * A network's parameters: named tensors that remember how they begin. A network is a function that asks a store for its parameters by
 * name while it builds its graph; asking twice for one name gives the same tensor.
 * @module
 */
import { normals } from "../core/index.ts";
import { parameter, type Tensor } from "../graph/index.ts";

/** How a parameter begins: all one value, the identity of a 1x1 convolution, or N(0, deviation²). */
export type Initializer =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "identity"; readonly offset: number }
  | { readonly kind: "normal"; readonly deviation: number };

export const ZEROS: Initializer = { kind: "constant", value: 0 };
export const ONES: Initializer = { kind: "constant", value: 1 };

/** For a 1x1 convolution that begins by passing its inputs on, from channel `offset`. */
export function passing(offset: number): Initializer {
  return { kind: "identity", offset };
}

/** He et al. (2015) for layers followed by a rectifier-like activation: variance 2 / fanIn. */
export function heNormal(fanIn: number): Initializer {
  return { kind: "normal", deviation: Math.sqrt(2 / fanIn) };
}

/** Variance 1 / fanIn, for layers whose input is used as it is. */
export function unitNormal(fanIn: number): Initializer {
  return { kind: "normal", deviation: Math.sqrt(1 / fanIn) };
}

export interface ParameterStore {
  /** The parameter of this name, made on first use. @throws RangeError when asked again with another shape */
  get(name: string, shape: readonly number[], initializer: Initializer): Tensor;
  /** All of them, in the order of first use. */
  entries(): readonly { readonly name: string; readonly tensor: Tensor; readonly initializer: Initializer }[];
}

export function parameterStore(): ParameterStore {
  const known = new Map<string, { tensor: Tensor; initializer: Initializer }>();
  return {
    get(name, shape, initializer) {
      const held = known.get(name);
      if (held === undefined) {
        const tensor = parameter(name, shape);
        known.set(name, { tensor, initializer });
        return tensor;
      }
      if (held.tensor.shape.join() !== shape.join()) {
        throw new RangeError(`parameter ${name} has shape [${held.tensor.shape.join()}], asked for [${shape.join()}]`);
      }
      return held.tensor;
    },
    entries: () => [...known].map(([name, { tensor, initializer }]) => ({ name, tensor, initializer })),
  };
}

/** Weights by parameter name. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** The weights a network begins with: a function of the seed, the network's name and each parameter's alone. */
export function initialWeights(store: ParameterStore, { seed, network }: { seed: number; network: string }): Weights {
  return new Map(
    store.entries().map(({ name, tensor, initializer }) => {
      const count = tensor.shape.reduce((product, side) => product * side, 1);
      if (initializer.kind === "constant") return [name, new Float32Array(count).fill(initializer.value)];
      if (initializer.kind === "identity") return [name, identity(tensor.shape, initializer.offset)];
      const { deviation } = initializer;
      return [name, normals({ seed, purpose: `weights ${network} ${name}` }, count).map((z) => z * deviation)];
    }),
  );
}

/** weight: [out, in, 1, 1] with 1 where in = out + offset. */
function identity([outputs, inputs]: readonly number[], offset: number): Float32Array {
  const weight = new Float32Array(outputs * inputs);
  for (let channel = 0; channel < Math.min(outputs, inputs - offset); channel++) {
    weight[channel * inputs + channel + offset] = 1;
  }
  return weight;
}

/** How many numbers a network has to learn. */
export function parameterCount(store: ParameterStore): number {
  return store
    .entries()
    .reduce((sum, { tensor }) => sum + tensor.shape.reduce((product, side) => product * side, 1), 0);
}

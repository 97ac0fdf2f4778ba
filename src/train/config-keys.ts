/**
 * The keys of a configuration as data: a JSON Schema, for editors, and a list of them with what each may be, for people. Both are read off
 * `config-schema.ts`.
 * @module
 */
import { z } from "zod";
import { PRESETS } from "../nn/index.ts";
import { DEFAULT_METHOD, trainConfigSchema } from "./config-schema.ts";

/** As much of JSON Schema as ours has. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

/** JSON Schema (2020-12) of what may stand in a file: with a network by its preset's name, and without what has a default. */
export function trainConfigJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(trainConfigSchema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  return { ...asWritten(schema), title: "Configuration of updraft train" };
}

/** What zod cannot say of the two places where something may be left out: the kind of a network, and the method. */
function asWritten(schema: JsonSchema): JsonSchema {
  const inside = (part: JsonSchema): JsonSchema => asWritten(part);
  const properties =
    schema.properties &&
    Object.fromEntries(Object.entries(schema.properties).map(([key, part]) => [key, inside(part)]));
  const variants = schema.oneOf?.map(inside);
  const { oneOf: _, required, ...rest } = schema;
  const optional = [
    properties?.["kind"]?.const === "unet" && "kind",
    properties?.["method"]?.const === DEFAULT_METHOD && "method",
  ];
  const stillRequired = required?.filter((key) => !optional.includes(key)) ?? [];
  const isNetwork = variants?.some(({ properties: keys }) => keys?.["kind"] !== undefined);
  return {
    ...rest,
    ...(properties && { properties }),
    ...(stillRequired.length > 0 && { required: stillRequired }),
    ...(variants && { anyOf: isNetwork ? [{ type: "string", enum: Object.keys(PRESETS) }, ...variants] : variants }),
  };
}

/** One key of a configuration. */
export interface ConfigKey {
  /** With dots: "forecaster.network.widths". */
  readonly path: string;
  /** "whole number of at least 1", "one of best, last". */
  readonly values: string;
  /** As YAML would have it; absent where the key may be left out and then means nothing. */
  readonly default?: string;
  readonly meaning: string;
}

/** Every key that a method knows, in the order in which a configuration is read. */
export function configKeys(method: string): ConfigKey[] {
  const schema = trainConfigJsonSchema().anyOf?.find(({ properties }) => properties?.["method"]?.const === method);
  return schema === undefined ? [] : keysBelow(schema, "");
}

/** The names of the methods, the default first. */
export function configMethods(): { name: string; meaning: string }[] {
  return (trainConfigJsonSchema().anyOf ?? []).map(({ properties }) => ({
    name: String(properties?.["method"]?.const),
    meaning: properties?.["method"]?.description ?? "",
  }));
}

function keysBelow({ properties = {} }: JsonSchema, prefix: string): ConfigKey[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const own: ConfigKey = {
      path,
      values: valuesOf(schema),
      ...(isShown(schema.default) && { default: JSON.stringify(schema.default) }),
      meaning: schema.description ?? "",
    };
    return [own, ...keysBelow(schema, `${path}.`), ...networkKeys(schema, `${path}.`)];
  });
}

/** Of the kinds of a network that a schema has: which there are, then the keys of each. */
function networkKeys({ anyOf = [] }: JsonSchema, prefix: string): ConfigKey[] {
  const kinds = anyOf.filter(({ properties }) => properties?.["kind"] !== undefined);
  if (kinds.length === 0) return [];
  const nameOf = ({ properties }: JsonSchema): string => String(properties?.["kind"]?.const);
  const meanings = kinds.map((kind) => `${nameOf(kind)}: ${kind.properties?.["kind"]?.description ?? ""}`);
  const [usual] = kinds;
  return [
    {
      path: `${prefix}kind`,
      values: `one of ${kinds.map(nameOf).join(", ")}`,
      default: JSON.stringify(nameOf(usual)),
      meaning: meanings.join("; "),
    },
    ...kinds.flatMap((kind) =>
      keysBelow(kind, prefix)
        .filter(({ path }) => path !== `${prefix}kind`)
        .map((key) => (kind === usual ? key : { ...key, meaning: `of kind ${nameOf(kind)}: ${key.meaning}` })),
    ),
  ];
}

/** An empty group of keys is no default that anybody would write. */
function isShown(value: unknown): boolean {
  return value !== undefined && JSON.stringify(value) !== "{}";
}

function valuesOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(", ")}`;
  if (schema.items !== undefined) return `list: ${valuesOf(schema.items)}`;
  if (schema.properties !== undefined) return "keys below";
  if (schema.anyOf !== undefined) {
    const consts = schema.anyOf.map((part) => part.const);
    if (!consts.includes(undefined)) return `one of ${consts.join(", ")}`;
    return schema.anyOf
      .map(valuesOf)
      .filter((text, at, all) => all.indexOf(text) === at)
      .join(", or ");
  }
  return `${schema.type === "integer" ? "whole number" : (schema.type ?? "anything")}${boundsOf(schema)}`;
}

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

function boundsOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: JsonSchema): string {
  const bounds = [
    ...(typeof minimum === "number" && minimum !== -UNBOUNDED ? [`of at least ${minimum}`] : []),
    ...(typeof exclusiveMinimum === "number" ? [`above ${exclusiveMinimum}`] : []),
    ...(typeof maximum === "number" && maximum !== UNBOUNDED ? [`at most ${maximum}`] : []),
    ...(typeof exclusiveMaximum === "number" ? [`below ${exclusiveMaximum}`] : []),
  ];
  return bounds.length === 0 ? "" : ` ${bounds.join(", ")}`;
}

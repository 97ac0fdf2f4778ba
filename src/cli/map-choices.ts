/**
 * What `updraft maps` is asked to draw, from three places: a preset, a YAML file and the options of the command line. What is said later
 * replaces what was said before; nothing is read yet and every name is checked.
 * @module
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ConfigError, nearestName, type VariableName } from "../core/index.ts";
import { parseYaml } from "../files/index.ts";
import {
  type Palette,
  parseJointEvent,
  parseNearness,
  parseQuantities,
  parseRegion,
  parseThresholds,
} from "../products/index.ts";
import {
  type LoopFormat,
  type MapOptions,
  type Preset,
  parseProducts,
  type ThresholdsByQuantity,
} from "../products/map/index.ts";

/** As they are written, in YAML and on the command line alike. */
export interface MapChoices {
  readonly products?: string;
  readonly variables?: string;
  readonly members?: string;
  readonly thresholds?: string[];
  readonly percentiles?: string;
  readonly near?: string;
  readonly joint?: string[];
  readonly region?: string;
  readonly theme?: string;
  readonly palette?: string;
  readonly barbs?: boolean;
  readonly loops?: string;
  readonly width?: string;
}

/** A list, or its members with commas between, or a single number. */
const list = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value.join(",") : String(value)))
  .optional();
const lines = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .optional();

const fileSchema = z.strictObject({
  products: list,
  variables: list,
  members: list,
  thresholds: lines,
  percentiles: list,
  near: list,
  joint: lines,
  region: list,
  theme: z.string().optional(),
  palette: z.string().optional(),
  barbs: z.boolean().optional(),
  loops: z.string().optional(),
  width: list,
});

/**
 * The choices of a YAML file, whose keys are the options' names.
 * @throws ConfigError for a file that cannot be read or a key that is none.
 */
export async function readMapChoices(path: string): Promise<MapChoices> {
  const written = parseYaml(await readFile(path, "utf8"), path);
  const parsed = fileSchema.safeParse(written ?? {});
  if (parsed.success) return withoutAbsent(parsed.data);
  const [issue] = parsed.error.issues;
  const place = [path, ...issue.path.map(String)].join(": ");
  const keys = Object.keys(fileSchema.shape);
  const meant = issue.code === "unrecognized_keys" ? nearestName(issue.keys[0], keys) : undefined;
  throw new ConfigError({
    place,
    expected: `keys out of ${keys.join(",")}`,
    got: issue.message,
    ...(meant !== undefined && { remedy: `did you mean ${meant}?` }),
  });
}

/** The choices of a preset. Its variables that are not stored are left out: a preset is for any forecast. */
export function presetChoices(preset: Preset, available: readonly string[]): MapChoices {
  return {
    products: preset.products.join(","),
    variables: preset.quantities.filter((name) => available.includes(name)).join(","),
    members: String(preset.sampleMembers),
    ...(preset.thresholds.length > 0 && { thresholds: [...preset.thresholds] }),
    percentiles: preset.percentages.join(","),
  };
}

/**
 * Checked and as the maps want them. @param channels what is stored
 * @throws ConfigError or RequestError naming the option.
 */
export function mapOptions(choices: MapChoices, channels: readonly VariableName[]): MapOptions {
  const { products, variables, members, thresholds, percentiles, near, joint, region, theme, palette, loops, width } =
    choices;
  return {
    ...(products !== undefined && { products: parseProducts(products, "--products") }),
    ...(variables !== undefined && { quantities: parseQuantities(variables, channels, "--variables") }),
    ...(members !== undefined && { sampleMembers: parseCount(members, "--members") }),
    ...(thresholds !== undefined && { thresholds: thresholdsOf(thresholds) }),
    ...(percentiles !== undefined && { percentages: parsePercentages(percentiles) }),
    ...(near !== undefined && { nearness: parseNearness(near, "--near") }),
    ...(joint !== undefined && { jointEvents: joint.map((text) => parseJointEvent(text, "--joint")) }),
    ...(region !== undefined && { region: parseRegion(region, "--region") }),
    ...(theme !== undefined && { theme: oneOf(theme, ["light", "dark"] as const, "--theme") }),
    ...(palette !== undefined && { palette: oneOf<Palette>(palette, ["usual", "colorblind"], "--palette") }),
    ...(loops !== undefined && { loops: oneOf<LoopFormat>(loops, ["webp", "gif"], "--loops") }),
    ...(width !== undefined && { widthPixels: parseWidth(width) }),
    ...(choices.barbs && { barbs: true }),
  };
}

function thresholdsOf(texts: readonly string[]): ThresholdsByQuantity {
  return Object.fromEntries(
    texts.map((text) => {
      const thresholds = parseThresholds(text, "--thresholds");
      return [thresholds[0].quantity, thresholds];
    }),
  );
}

/** A color bar and its numbers need a good half of the least. */
const LEAST_WIDTH = 320;

function parseWidth(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= LEAST_WIDTH) return Number(text);
  throw new ConfigError({ place: "--width", expected: `pixels, ${LEAST_WIDTH} or more; 480 for a phone`, got: text });
}

export function parseCount(text: string, place: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigError({ place, expected: "a whole number, 0 or more", got: text });
}

function parsePercentages(text: string): number[] {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((number) => number >= 0 && number <= 100) && new Set(numbers).size === numbers.length)
    return numbers;
  const expected = "distinct numbers from 0 to 100, comma-separated, such as 10,50,90";
  throw new ConfigError({ place: "--percentiles", expected, got: text });
}

function oneOf<T extends string>(text: string, all: readonly T[], place: string): T {
  const found = all.find((candidate) => candidate === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new ConfigError({ place, expected: all.join(" or "), got: text });
}

/** Keys without a value would replace what was said before. */
export function withoutAbsent(choices: { [K in keyof MapChoices]: MapChoices[K] | undefined }): MapChoices {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}

/**
 * Presets: which products, variables and thresholds go together for a purpose, and for how many members they are meant. They take the place of
 * the scripts of the attempt before Updraft.
 *
 *   quick        5 members    what is coming, in a minute                    generate_individual_quick
 *   demo        10 members    the usual maps with two single members         generate_forecast_demo
 *   showcase    20 members    every variable, and what ensembles are for     generate_forecast_showcase, generate_individual_pngs
 *   convective  15 members    storms and what feeds them                     generate_convective_forecast
 *   full        50 members    everything, stamps and sheets too              evaluate_diffusion_model
 *
 * A preset uses all members a forecast has; where it has fewer than the preset is meant for, that is said.
 * @module
 */
import { ConfigError } from "../../core/index.ts";
import type { QuantityName } from "../quantity.ts";
import { PRODUCT_NAMES, type ProductName } from "./products.ts";

export interface Preset {
  readonly name: string;
  readonly members: number;
  readonly products: readonly ProductName[];
  readonly quantities: readonly QuantityName[];
  /** As on the command line, for `parseThresholds`; the usual where a quantity is not listed. */
  readonly thresholds: readonly string[];
  readonly percentages: readonly number[];
  /** How many single members are drawn. */
  readonly sampleMembers: number;
}

const SEVEN: readonly QuantityName[] = ["refc", "t2m", "d2m", "u10", "v10", "cape", "cin"];

export const PRESETS: readonly Preset[] = [
  {
    name: "quick",
    members: 5,
    products: ["current", "mean", "probability"],
    quantities: ["refc", "t2m", "cape", "wind"],
    thresholds: ["refc=40", "t2m=90", "cape=1000", "wind=35"],
    percentages: [50],
    sampleMembers: 1,
  },
  {
    name: "demo",
    members: 10,
    products: ["current", "mean", "spread", "probability", "members"],
    quantities: ["refc", "t2m", "d2m", "wind", "cape", "cin"],
    thresholds: ["refc=20,40", "cape=1000,2000", "wind=35"],
    percentages: [50],
    sampleMembers: 2,
  },
  {
    name: "showcase",
    members: 20,
    products: [
      "current",
      "mean",
      "spread",
      "probability",
      "members",
      "neighborhood",
      "joint",
      "pmm",
      "paintball",
      "stamps",
    ],
    quantities: [...SEVEN, "wind"],
    thresholds: ["refc=20,35,50", "cape=500,1000,2000,3000", "cin=-100,-50,-25", "wind=35"],
    percentages: [10, 50, 90],
    sampleMembers: 3,
  },
  {
    name: "convective",
    members: 15,
    products: ["mean", "probability", "percentiles", "neighborhood", "joint", "pmm", "paintball", "spaghetti"],
    quantities: ["refc", "cape", "cin", "d2m", "wind"],
    thresholds: ["refc=30,40,50", "cape=1000,2000,3000", "cin=-100,-50,-25", "d2m=60,65,70", "wind=35,50"],
    percentages: [50, 90],
    sampleMembers: 0,
  },
  {
    name: "full",
    members: 50,
    products: PRODUCT_NAMES.filter((name) => name !== "loops"),
    quantities: [...SEVEN, "wind", "direction", "depression", "rh", "lcl"],
    thresholds: [],
    percentages: [10, 25, 50, 75, 90],
    sampleMembers: 3,
  },
];

/** @throws ConfigError for a name that is none. */
export function presetNamed(name: string, place: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name.trim().toLowerCase());
  if (preset !== undefined) return preset;
  throw new ConfigError({ place, expected: PRESETS.map((each) => each.name).join(", "), got: name });
}

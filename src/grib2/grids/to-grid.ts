/** From the message's grid definition to core's grid: the one place where WMO's words become ours. @module */
import type { Grid } from "../../core/index.ts";
import type { GridDefinition } from "../sections/grid-definition.ts";
import { lambertGrid } from "./lambert-conformal.ts";
import { latLonGrid } from "./latitude-longitude.ts";
import { notHeld } from "./other.ts";
import { polarGrid } from "./polar-stereographic.ts";

/**
 * The grid with rows south to north and columns west to east, whichever way they are stored; `toSouthUp` does the same to values.
 * @param place names the file in complaints.
 * @throws RequestError for a grid that core cannot hold: of another template, on a spheroid, or at odds with itself.
 */
export function toGrid(definition: GridDefinition, place = "grid definition"): Grid {
  switch (definition.template) {
    case 0:
      return latLonGrid(definition, place);
    case 30:
      return lambertGrid(definition, place);
    case 20:
      return polarGrid(definition, place);
    case "other":
      throw notHeld(definition, place);
    default:
      return definition satisfies never;
  }
}

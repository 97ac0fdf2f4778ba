/**
 * Maps of one observed or analysed state: `01_current_state/refc_2018072212.png`, one a quantity.
 * @module
 */
import {
  compactHour,
  type Field,
  type ReportProgress,
  type StateSpace,
  type ValidTime,
  type VariableName,
} from "../../core/index.ts";
import { colorTable } from "../colors.ts";
import { availableQuantities, type QuantityName, readQuantity } from "../quantity.ts";
import { mapWriter, type WrittenMap } from "./map-writer.ts";
import { dayAndHour, fieldTitle } from "./titles.ts";

/** One state, read a channel at a time; an archive's hour is one. */
export interface ReadableState extends StateSpace {
  readonly validTime: ValidTime;
  readonly synthetic: boolean;
  /** Where it comes from, for the foot of the map: "NOAA HRRR". */
  readonly source: string;
  read(channel: VariableName): Promise<Field>;
}

/** Draws each quantity of the state below `folder`. */
export async function drawStateMaps(
  state: ReadableState,
  folder: string,
  options: { readonly quantities?: readonly QuantityName[]; readonly report?: ReportProgress } = {},
): Promise<WrittenMap[]> {
  const quantities = options.quantities ?? availableQuantities(state.channels);
  const writer = mapWriter(folder, quantities.length, options.report);
  for (const quantity of quantities) {
    await writer.add(
      {
        path: `01_current_state/${quantity}_${compactHour(state.validTime)}.png`,
        quantity,
        metric: "value",
        validTime: state.validTime,
      },
      {
        field: await readQuantity(quantity, state.grid, (channel) => state.read(channel)),
        grid: state.grid,
        table: colorTable(quantity, "value"),
        title: fieldTitle(quantity, "value", "current state"),
        times: `Valid: ${dayAndHour(state.validTime)}`,
        notes: [`Source: ${state.source}`],
        synthetic: state.synthetic,
      },
    );
  }
  return writer.finish();
}

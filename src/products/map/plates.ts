/**
 * A plate is one picture to be: what it shows, and its place among the others. This adds what all plates of a run share: look, region,
 * times, origin, names.
 * @module
 */
import { cellCount, type Field } from "../../core/index.ts";
import { type ColorTable, colorTable, type Metric } from "../colors.ts";
import type { Moment } from "../moment.ts";
import type { QuantityName } from "../quantity.ts";
import { barbLayer } from "./barbs.ts";
import type { Layer, Overlay } from "./draw-map.ts";
import type { MapLabel, MapWriter } from "./map-writer.ts";
import type { MapPlan } from "./plan.ts";
import { PRODUCT_FOLDERS, type ProductName } from "./products.ts";
import { momentSlug, momentTimes } from "./titles.ts";

export interface Plate {
  readonly product: ProductName;
  /** The file's name without moment and region: "refc_ge40". */
  readonly name: string;
  readonly title: string;
  /** Of the whole grid, from which the region is cut out, unless `isCut`. */
  readonly field: Field;
  readonly isCut?: true;
  readonly metric: Metric;
  /** Absent where several are shown at once. */
  readonly quantity?: QuantityName;
  readonly notes?: readonly string[];
  readonly member?: number;
  readonly threshold?: number;
  readonly overlay?: Overlay;
  /** Members whose wind is drawn above, or their mean. */
  readonly wind?: number | "mean";
}

/** Draws plates of one moment. */
export interface PlateDrawer {
  add(plate: Plate): Promise<void>;
  /** The names all plates of this moment share: what `add` gives its label. */
  label(plate: Pick<Plate, "product" | "name" | "metric">): MapLabel;
  readonly times: string;
}

export function plateDrawer(moment: Moment, plan: MapPlan, writer: MapWriter): PlateDrawer {
  const times = momentTimes(moment);
  const ending = [momentSlug(moment), ...(plan.region ? [plan.region.name] : [])].join("_");
  const winds = windReader(moment, plan);
  const label = ({ product, name, metric }: Pick<Plate, "product" | "name" | "metric">): MapLabel => ({
    path: `${PRODUCT_FOLDERS[product]}/${name}_${ending}.png`,
    product,
    name,
    metric,
    validTime: moment.validTime,
    ...(moment.leadHours !== undefined && { leadHours: moment.leadHours }),
  });
  return {
    times,
    label,
    add: async (plate) => {
      const { quantity, member, threshold, overlay } = plate;
      const barbs = plate.wind === undefined ? undefined : await winds(plate.wind);
      await writer.add(
        {
          ...label(plate),
          ...(quantity !== undefined && { quantity }),
          ...(member !== undefined && { member }),
          ...(threshold !== undefined && { threshold }),
        },
        {
          field: plate.isCut ? plate.field : plan.view.cut(plate.field),
          grid: plan.view.grid,
          table: tableOf(plate, plan),
          title: plan.region === undefined ? plate.title : `${plate.title}, ${plan.region.title}`,
          times,
          notes: [...windowNote(moment), ...(plate.notes ?? []), moment.origin],
          synthetic: moment.synthetic,
          theme: plan.theme,
          ...(plan.widthPixels !== undefined && { widthPixels: plan.widthPixels }),
          ...(overlay && { overlay }),
          ...(barbs && { above: barbs }),
        },
      );
    },
  };
}

/** Joint probabilities have no quantity and share the colours of all probabilities. */
export const tableOf = ({ quantity, metric }: Pick<Plate, "quantity" | "metric">, plan: MapPlan): ColorTable =>
  colorTable(quantity ?? "refc", metric, plan.palette, plan.theme.name);

const windowNote = ({ since }: Moment): string[] =>
  since === undefined ? [] : ["Largest of the states drawn from, not of the time between them"];

/** Barbs of a member or of the mean wind, the latter read once. Nothing where the wind is not stored. */
function windReader(moment: Moment, { view }: MapPlan): (of: number | "mean") => Promise<Layer | undefined> {
  if (!moment.quantities.includes("u10") || !moment.quantities.includes("v10")) return () => Promise.resolve(undefined);
  let mean: Promise<Layer> | undefined;
  const layer = async (read: (name: "u10" | "v10") => Promise<Field>): Promise<Layer> =>
    barbLayer(view.cut(await read("u10")), view.cut(await read("v10")), view.grid);
  return (of) => {
    if (of !== "mean") return layer((name) => moment.read(of, name));
    mean ??= layer((name) => meanOf(moment, name));
    return mean;
  };
}

async function meanOf(moment: Moment, name: "u10" | "v10"): Promise<Field> {
  const sums = new Float64Array(cellCount(moment.grid));
  for (let member = 0; member < moment.memberCount; member++) {
    const field = await moment.read(member, name);
    for (let cell = 0; cell < sums.length; cell++) sums[cell] += field[cell];
  }
  return Float32Array.from(sums.map((sum) => sum / moment.memberCount));
}

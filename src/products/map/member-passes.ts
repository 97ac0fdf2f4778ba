/**
 * Pictures that show every member at once: paintball, spaghetti and postage stamps.
 * @module
 */
import { cellCount, type Field } from "../../core/index.ts";
import { SCATTERED } from "../quantity.ts";
import { accumulateStatistics, summarizeField } from "../statistics.ts";
import { describeThreshold, type Threshold, thresholdSlug } from "../thresholds.ts";
import { encodePng, paintFigure, tableLegend } from "./figure.ts";
import { describePicture } from "./map-writer.ts";
import { type OverlayPainter, paintball, spaghetti } from "./member-overlays.ts";
import type { DescribeProduct, Pass } from "./pass.ts";
import { tableOf } from "./plates.ts";
import { coarsened, stampBoard, stampGrid } from "./stamps.ts";
import { fieldTitle, memberSlug } from "./titles.ts";

export const overlays: DescribeProduct = ({ moment, quantity, plan, plates }) => {
  const thresholds = plan.thresholdsOf(quantity);
  const wanted = [
    ["paintball", "area", paintball, plan.products.has("paintball") && SCATTERED.includes(quantity)],
    ["spaghetti", "contour", spaghetti, plan.products.has("spaghetti")],
  ] as const;
  const kinds = wanted.filter(([, , , asked]) => asked);
  const begin = (): Pass => {
    const painters = kinds.flatMap(([product, what, make]) =>
      thresholds.map(
        (threshold): { product: typeof product; what: string; threshold: Threshold; painter: OverlayPainter } => ({
          product,
          what,
          threshold,
          painter: make(plan.view.grid, threshold),
        }),
      ),
    );
    const largest = new Float32Array(cellCount(plan.view.grid)).fill(Number.NEGATIVE_INFINITY);
    return {
      add: (field) => {
        const part = plan.view.cut(field);
        for (let cell = 0; cell < largest.length; cell++) largest[cell] = Math.max(largest[cell], part[cell]);
        for (const { painter } of painters) painter.add(part);
      },
      finish: async () => {
        for (const { product, what, threshold, painter } of painters) {
          await plates.add({
            product,
            name: thresholdSlug(threshold),
            title: `${product === "paintball" ? describeThreshold(threshold) : describeContour(threshold)}, ${what} of each member (M=${moment.memberCount})`,
            field: largest,
            isCut: true,
            metric: "value",
            quantity,
            threshold: threshold.value,
            notes: ["Numbers are of the largest of all members"],
            overlay: painter.finish(),
          });
        }
      },
    };
  };
  return { count: kinds.length * thresholds.length, begin };
};

/** "Composite reflectivity = 35 dBZ". */
const describeContour = (threshold: Threshold): string => describeThreshold(threshold).replace(/[<>]=/, "=");

export const stamps: DescribeProduct = ({ moment, quantity, plan, plates, writer }) => {
  if (!plan.products.has("stamps")) return undefined;
  const { theme, view } = plan;
  const { grid, by } = stampGrid(view.grid);
  const begin = (): Pass => {
    const fields: Field[] = [];
    const whole = accumulateStatistics(grid.nx * grid.ny);
    return {
      add: (field) => {
        const small = coarsened(view.cut(field), view.grid, by);
        whole.add(small);
        fields.push(small);
      },
      finish: async () => {
        const table = tableOf({ quantity, metric: "value" }, plan);
        const named = fields.map((field, member) => ({ name: memberSlug(member), field }));
        const { maximum } = whole.finish();
        const figure = {
          title: fieldTitle(quantity, "value", `every member (M=${moment.memberCount})`),
          times: plates.times,
          notes: [...(by === 1 ? [] : [`Each cell is the largest of ${by} x ${by}`]), moment.origin],
          synthetic: moment.synthetic,
        };
        const summary = summarizeField(maximum);
        const board = stampBoard(named, { grid, table, theme });
        const { canvas } = paintFigure({ ...figure, ...board, theme, legend: tableLegend(table, summary.missing > 0) });
        await writer.addPicture(
          { ...plates.label({ product: "stamps", name: quantity, metric: "value" }), quantity },
          encodePng(canvas).then((bytes) => ({
            bytes,
            title: figure.title,
            times: figure.times,
            altText: describePicture(figure, summary, table),
          })),
        );
      },
    };
  };
  return { count: 1, begin };
};

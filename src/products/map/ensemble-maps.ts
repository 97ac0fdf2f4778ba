/**
 * Every map of a forecast or of one hour, one file per quantity, product and lead, each in the folder of its product:
 *
 *   01_current_state/refc_f000.png            the state all members start from
 *   02_ensemble_mean/refc_f006.png
 *   04_probability_maps/refc_ge40_f006.png
 *   05_sample_members/refc_m03_f006_sgp.png   of a region
 *   index.html                                all of them, to look through
 *
 * For each lead and quantity the members are read once, one at a time (`passes.ts`). Sheets and loops are made of what was written.
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ensemble, type Field, type LeadHours } from "../../core/index.ts";
import { accumulateJoint, describeConditions, quantitiesOfEvent } from "../joint.ts";
import {
  forecastMoment,
  initialMoment,
  type Moment,
  maximumOverTime,
  type ReadableState,
  stateMoment,
} from "../moment.ts";
import { QUANTITIES, type QuantityName } from "../quantity.ts";
import { remembering } from "../remembering.ts";
import { writeIndex } from "./index-page.ts";
import { animate } from "./loops.ts";
import { type MapWriter, mapWriter, type WrittenMap } from "./map-writer.ts";
import { requireSomething, whyNone } from "./no-picture.ts";
import { productsOf } from "./passes.ts";
import { type MapOptions, type MapPlan, planMaps, requireLeads } from "./plan.ts";
import { type PlateDrawer, plateDrawer } from "./plates.ts";
import { PRODUCT_FOLDERS, type ProductName } from "./products.ts";
import { sheetOf } from "./sheets.ts";
import { notCalibrated, stateTitle } from "./titles.ts";

export interface EnsembleMapsOptions extends MapOptions {
  /** Which leads; all of them unless given. */
  readonly leads?: readonly LeadHours[];
  /** Draws the largest values over all the leads, instead of each lead. */
  readonly overLeads?: boolean;
}

/**
 * Draws them all below `folder`.
 * @throws RequestError for a lead the forecast does not have, a quantity its channels do not allow, or a region outside its grid.
 */
export async function drawEnsembleMaps(
  ensemble: Ensemble,
  folder: string,
  options: EnsembleMapsOptions = {},
): Promise<WrittenMap[]> {
  const plan = planMaps(ensemble, options);
  const leads = requireLeads(ensemble, options.leads ?? ensemble.leadHours);
  const kept = remembering(ensemble);
  const moments = leads.map((lead) => forecastMoment(kept, lead));
  const drawn = options.overLeads ? [maximumOverTime(moments)] : moments;
  return drawMoments(initialMoment(ensemble), drawn, { ...options, plan, folder });
}

/** Draws one observed or analysed state: `01_current_state/refc_2018072212.png`, and what else is asked for, as an ensemble of one. */
export async function drawStateMaps(
  state: ReadableState,
  folder: string,
  options: MapOptions = {},
): Promise<WrittenMap[]> {
  const plan = planMaps(state, { products: ["current"], ...options });
  const moment = stateMoment(state);
  return drawMoments(moment, [moment], { ...options, plan, folder });
}

interface DrawingRequest extends Pick<MapOptions, "report" | "note"> {
  readonly plan: MapPlan;
  readonly folder: string;
}

async function drawMoments(
  current: Moment,
  moments: readonly Moment[],
  { plan, folder, report, note }: DrawingRequest,
): Promise<WrittenMap[]> {
  const writer = mapWriter(folder, report);
  const work: (() => Promise<void>)[] = [];
  if (plan.products.has("current")) {
    const plates = plateDrawer(current, plan, writer);
    writer.expect(plan.quantities.length);
    work.push(...plan.quantities.map((quantity) => () => drawCurrent(current, quantity, plan, plates)));
  }
  for (const moment of moments) {
    const plates = plateDrawer(moment, plan, writer);
    for (const quantity of plan.quantities.filter((name) => moment.quantities.includes(name))) {
      const products = productsOf({ moment, quantity, plan, plates, writer });
      if (products.length === 0) continue;
      writer.expect(products.reduce((sum, { count }) => sum + count, 0));
      work.push(async () => {
        const passes = products.map(({ begin }) => begin());
        for (let member = 0; member < moment.memberCount; member++) {
          const field = await moment.read(member, quantity);
          for (const pass of passes) await pass.add(field, member);
        }
        for (const pass of passes) await pass.finish();
      });
    }
    if (plan.products.has("joint") && plan.jointEvents.length > 0) {
      writer.expect(plan.jointEvents.length);
      work.push(() => drawJoint(moment, plan, plates));
    }
  }
  requireSomething(work.length, plan, moments[0]);
  for (const draw of work) await draw();
  const maps = await writer.finish();
  const all = [...maps, ...(await drawOfWritten(maps, folder, plan, report))];
  await writeIndex(folder);
  const drawn = new Set(all.map(({ product }) => product));
  for (const product of plan.products) {
    if (!drawn.has(product)) note?.(`no maps of ${product}: ${whyNone(product, plan, moments[0])}`);
  }
  return all;
}

function drawCurrent(moment: Moment, quantity: QuantityName, plan: MapPlan, plates: PlateDrawer): Promise<void> {
  const title = stateTitle(quantity, moment);
  const wind = plan.barbs || quantity === "wind" || QUANTITIES[quantity].circular ? { wind: 0 } : {};
  return moment
    .read(0, quantity)
    .then((field) =>
      plates.add({ product: "current", name: quantity, title, field, metric: "value", quantity, ...wind }),
    );
}

/** All joint events in one pass over the members: each quantity of a member is read once. */
async function drawJoint(moment: Moment, plan: MapPlan, plates: PlateDrawer): Promise<void> {
  const counted = plan.jointEvents.map((event) => ({ event, counts: accumulateJoint(moment.grid, event) }));
  const names = new Set(plan.jointEvents.flatMap(quantitiesOfEvent));
  for (let member = 0; member < moment.memberCount; member++) {
    const fields = new Map<QuantityName, Field>();
    for (const name of names) fields.set(name, await moment.read(member, name));
    for (const { counts } of counted) counts.add(fields);
  }
  for (const { event, counts } of counted) {
    const { probability, memberCount: M } = counts.finish();
    await plates.add({
      product: "joint",
      name: event.name,
      title: `${event.title}: P(all conditions) [%], fraction of members (M=${M})${notCalibrated(plan)}`,
      field: probability,
      metric: "probability",
      notes: [`Members meeting, at once: ${describeConditions(event)}; 0 of ${M} is not impossible`],
    });
  }
}

/** Sheets and loops, of the pictures that lie there now. */
async function drawOfWritten(
  maps: readonly WrittenMap[],
  folder: string,
  plan: MapPlan,
  report: MapOptions["report"],
): Promise<WrittenMap[]> {
  const writer = mapWriter(folder, report);
  const read = (group: readonly WrittenMap[]): Promise<Uint8Array[]> =>
    Promise.all(group.map(({ path }) => readFile(join(folder, path))));
  const sheets = plan.products.has("sheets") ? groups(maps, sheetKey) : [];
  const loops = plan.products.has("loops") ? groups(maps, ({ product, name }) => `${product}_${name}`) : [];
  writer.expect(sheets.length + loops.length);
  for (const [key, group] of sheets) {
    await addGroup(writer, group, "sheets", `${key}.png`, async () => sheetOf(await read(group), plan.theme));
  }
  for (const [key, group] of loops) {
    const region = plan.region === undefined ? "" : `_${plan.region.name}`;
    const name = `${key}${region}.${plan.loops}`;
    await addGroup(writer, group, "loops", name, async () => animate(await read(group), plan.loops, plan.theme));
  }
  return writer.finish();
}

/** Products whose quantities stand side by side; of the others one quantity's pictures do. */
const SIDE_BY_SIDE: readonly ProductName[] = ["current", "mean", "spread", "joint"];

function sheetKey({ product, quantity, path }: WrittenMap): string {
  const moment = path.slice(path.search(/_(f\d|\d{10})/) + 1, path.lastIndexOf("."));
  return SIDE_BY_SIDE.includes(product) ? `${product}_${moment}` : `${product}_${quantity ?? "all"}_${moment}`;
}

/** Pictures by key, in their order, where there is more than one. */
function groups(maps: readonly WrittenMap[], keyOf: (map: WrittenMap) => string): [string, WrittenMap[]][] {
  const byKey = new Map<string, WrittenMap[]>();
  for (const map of maps) {
    if (map.product === "stamps") continue;
    const key = keyOf(map);
    byKey.set(key, [...(byKey.get(key) ?? []), map]);
  }
  return [...byKey].filter(([, group]) => group.length > 1);
}

function addGroup(
  writer: MapWriter,
  group: readonly WrittenMap[],
  product: "sheets" | "loops",
  name: string,
  make: () => Promise<Uint8Array>,
): Promise<void> {
  const last = group[group.length - 1];
  const titles = [...new Set(group.map(({ title, times }) => (product === "loops" ? times : title)))];
  const title = product === "loops" ? last.title : `${group.length} maps side by side`;
  const { metric, validTime, leadHours, quantity } = last;
  return writer.addPicture(
    {
      path: `${PRODUCT_FOLDERS[product]}/${name}`,
      product,
      name: name.replace(/\.\w+$/, ""),
      metric,
      validTime,
      ...(leadHours !== undefined && { leadHours }),
      ...(quantity !== undefined && product === "loops" && { quantity }),
    },
    make().then((bytes) => ({
      bytes,
      title,
      times: last.times,
      altText: [product === "loops" ? `Animation: ${title}.` : `${title}.`, ...titles.map((line) => `${line}.`)].join(
        "\n",
      ),
    })),
  );
}

/**
 * Every map of a forecast, one file per quantity, metric and lead:
 *
 *   01_current_state/refc_f000.png            the state all members start from
 *   02_ensemble_mean/refc_f006.png
 *   03_ensemble_spread/refc_f006.png
 *   04_probability_maps/refc_ge40_f006.png
 *   05_sample_members/refc_m03_f006.png
 *
 * For each lead and quantity the members are read once, one at a time: memory does not grow with members, leads or maps.
 * @module
 */
import {
  cellCount,
  type Ensemble,
  type Field,
  type LeadHours,
  type ReportProgress,
  RequestError,
  validTime,
} from "../../core/index.ts";
import { colorTable, type Metric } from "../colors.ts";
import { accumulateExceedance } from "../exceedance.ts";
import { availableQuantities, QUANTITIES, type QuantityName, readQuantity } from "../quantity.ts";
import { accumulateStatistics } from "../statistics.ts";
import { DEFAULT_THRESHOLDS, type Threshold, thresholdSlug } from "../thresholds.ts";
import { type MapLabel, type MapWriter, mapWriter, type WrittenMap } from "./map-writer.ts";
import { fieldTitle, forecastTimes, leadSlug, memberSlug, probabilityTitle } from "./titles.ts";

export interface EnsembleMapsOptions {
  /** Which leads; all of them unless given. */
  readonly leads?: readonly LeadHours[];
  /** Which quantities; all the channels allow unless given. */
  readonly quantities?: readonly QuantityName[];
  /** How many of the first members are drawn each on its own. */
  readonly sampleMembers?: number;
  /** Thresholds of the probability maps; `DEFAULT_THRESHOLDS` for quantities that are not listed. */
  readonly thresholds?: Partial<Readonly<Record<QuantityName, readonly Threshold[]>>>;
  readonly report?: ReportProgress;
}

/**
 * Draws them all below `folder`.
 * @throws RequestError for a lead the forecast does not have or a quantity its channels do not allow.
 */
export async function drawEnsembleMaps(
  ensemble: Ensemble,
  folder: string,
  options: EnsembleMapsOptions = {},
): Promise<WrittenMap[]> {
  const quantities = requireQuantities(
    ensemble,
    options.quantities ??
      availableQuantities(ensemble.channels).filter((name) => QUANTITIES[name].onRequest === undefined),
  );
  const leads = requireLeads(ensemble, options.leads ?? ensemble.leadHours);
  const samples = Math.min(options.sampleMembers ?? 3, ensemble.memberCount);
  const thresholdsOf = (quantity: QuantityName): readonly Threshold[] =>
    options.thresholds?.[quantity] ?? DEFAULT_THRESHOLDS[quantity];
  const withSpread = ensemble.memberCount > 1;

  const perLead = quantities.reduce(
    (sum, quantity) => sum + thresholdsOf(quantity).length + samples + 1 + Number(withSpread),
    0,
  );
  const writer = mapWriter(folder, quantities.length + leads.length * perLead, options.report);
  const plate = plateFor(ensemble, writer);

  for (const quantity of quantities) {
    const field = await readQuantity(quantity, ensemble.grid, (channel) => ensemble.readInitial(channel));
    await plate(
      quantity,
      "value",
      0,
      `01_current_state/${quantity}_f000`,
      fieldTitle(quantity, "value", "current state"),
      field,
    );
  }
  for (const leadHours of leads) {
    for (const quantity of quantities) {
      await drawLead(ensemble, quantity, leadHours, { samples, withSpread, thresholds: thresholdsOf(quantity) }, plate);
    }
  }
  return writer.finish();
}

/** Adds one map of the forecast to what is being written. */
type Plate = (
  quantity: QuantityName,
  metric: Metric,
  leadHours: LeadHours,
  name: string,
  title: string,
  field: Field,
  more?: { readonly notes?: readonly string[]; readonly label?: Partial<MapLabel> },
) => Promise<void>;

function plateFor(ensemble: Ensemble, writer: MapWriter): Plate {
  return (quantity, metric, leadHours, name, title, field, more = {}) =>
    writer.add(
      {
        path: `${name}.png`,
        quantity,
        metric,
        leadHours,
        validTime: validTime(ensemble.initTime, leadHours),
        ...more.label,
      },
      {
        field,
        grid: ensemble.grid,
        table: colorTable(quantity, metric),
        title,
        times: forecastTimes(ensemble.initTime, leadHours),
        notes: [...(more.notes ?? []), `Method: ${ensemble.method}`],
        synthetic: ensemble.synthetic,
      },
    );
}

const SPREAD_NOTE = "Spread: standard deviation over members, divisor M − 1";

async function drawLead(
  ensemble: Ensemble,
  quantity: QuantityName,
  leadHours: LeadHours,
  plan: { readonly samples: number; readonly withSpread: boolean; readonly thresholds: readonly Threshold[] },
  plate: Plate,
): Promise<void> {
  const cells = cellCount(ensemble.grid);
  const M = ensemble.memberCount;
  const at = leadSlug(leadHours);
  const statistics = accumulateStatistics(cells);
  const exceedance = accumulateExceedance(cells, plan.thresholds);
  for (let member = 0; member < M; member++) {
    const field = await readQuantity(quantity, ensemble.grid, (channel) =>
      ensemble.readMember(member, leadHours, channel),
    );
    statistics.add(field);
    exceedance.add(field);
    if (member >= plan.samples) continue;
    const title = fieldTitle(quantity, "value", `member ${memberSlug(member)} (M=${M})`);
    const name = `05_sample_members/${quantity}_${memberSlug(member)}_${at}`;
    await plate(quantity, "value", leadHours, name, title, field, { label: { member } });
  }
  const { mean, spread } = statistics.finish();
  const meanTitle = fieldTitle(quantity, "value", `ensemble mean (M=${M})`);
  await plate(quantity, "value", leadHours, `02_ensemble_mean/${quantity}_${at}`, meanTitle, mean);
  if (plan.withSpread) {
    const title = fieldTitle(quantity, "spread", `ensemble spread (M=${M})`);
    const name = `03_ensemble_spread/${quantity}_${at}`;
    await plate(quantity, "spread", leadHours, name, title, spread, { notes: [SPREAD_NOTE] });
  }
  for (const { threshold, probability } of exceedance.finish()) {
    const name = `04_probability_maps/${thresholdSlug(threshold)}_${at}`;
    await plate(quantity, "probability", leadHours, name, probabilityTitle(threshold, M), probability, {
      notes: [`Probability: members meeting the threshold at the point, out of ${M}; 0 of ${M} is not impossible`],
      label: { threshold: threshold.value },
    });
  }
}

function requireLeads(ensemble: Ensemble, leads: readonly LeadHours[]): readonly LeadHours[] {
  const missing = leads.filter((lead) => !ensemble.leadHours.includes(lead));
  if (missing.length === 0) return leads;
  throw new RequestError({
    place: "maps --leads",
    expected: `leads out of ${ensemble.leadHours.join(",")} h`,
    got: missing.join(","),
    remedy: "ask for leads the forecast has",
  });
}

function requireQuantities(ensemble: Ensemble, names: readonly QuantityName[]): readonly QuantityName[] {
  const available = availableQuantities(ensemble.channels);
  const missing = names.filter((name) => !available.includes(name));
  if (missing.length === 0) return names;
  const needed = missing.flatMap((name) => QUANTITIES[name].channels).filter((c) => !ensemble.channels.includes(c));
  throw new RequestError({
    place: "maps --variables",
    expected: `quantities out of ${available.join(",")}`,
    got: missing.join(","),
    remedy: `use a forecast that has ${[...new Set(needed)].join(",")}`,
  });
}

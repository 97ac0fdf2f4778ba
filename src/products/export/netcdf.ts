/**
 * An ensemble as one CF-1.11 NetCDF-4 file: [realization, time, y, x], one init time, exactly the float32 values of the
 * forecast. Members are written one field at a time, so memory does not grow with members or leads.
 * @module
 */
import {
  type Ensemble,
  formatHour,
  type LeadHours,
  type ReportProgress,
  RequestError,
  VARIABLES,
  type VariableName,
} from "../../core/index.ts";
import { type NetcdfDefinition, writeNetcdf } from "../../netcdf/index.ts";
import { dataVariable, horizontalCoordinates, scalarCoordinates, timeCoordinates } from "./cf.ts";

export interface ExportOptions {
  /** Default: every channel of the ensemble. */
  readonly variables?: readonly VariableName[];
  /** Default: every lead of the ensemble. */
  readonly leadHours?: readonly LeadHours[];
  /** Default false: an existing file is an error. */
  readonly overwrite?: boolean;
  readonly report?: ReportProgress;
}

/**
 * Writes the members of an ensemble to `path`.
 * @throws RequestError for a variable or lead the ensemble lacks, or a path that cannot be written.
 * @example
 *   await exportNetcdf(await openForecast("F.zarr"), "F.nc", { variables: ["refc"], leadHours: [1, 2, 3] });
 */
export async function exportNetcdf(ensemble: Ensemble, path: string, options: ExportOptions = {}): Promise<void> {
  const { overwrite = false, report } = options;
  const variables = chosen(path, "variable", options.variables, ensemble.channels);
  const leads = chosen(path, "lead hour", options.leadHours, ensemble.leadHours);
  const total = ensemble.memberCount * leads.length * variables.length;
  await writeNetcdf(
    path,
    describe(ensemble, variables, leads),
    async (write) => {
      let done = 0;
      for (let member = 0; member < ensemble.memberCount; member++) {
        for (const [at, lead] of leads.entries()) {
          for (const variable of variables) {
            write(variable, [member, at], await ensemble.readMember(member, lead, variable));
            report?.({ label: "export NetCDF", done: ++done, total, unit: "fields" });
          }
        }
      }
    },
    { overwrite },
  );
}

function describe(
  ensemble: Ensemble,
  variables: readonly VariableName[],
  leads: readonly LeadHours[],
): NetcdfDefinition {
  const { grid, initTime, memberCount, synthetic, method } = ensemble;
  const horizontal = horizontalCoordinates(grid);
  const heights = new Set(variables.flatMap((name) => VARIABLES[name].cf.heightMeters ?? []));
  return {
    dimensions: { realization: memberCount, time: leads.length, ...horizontal.dimensions },
    variables: [
      {
        name: "realization",
        dimensions: ["realization"],
        values: Int32Array.from({ length: memberCount }, (_, member) => member),
        attributes: { standard_name: "realization", long_name: "ensemble member", units: "1" },
      },
      ...timeCoordinates(initTime, leads),
      ...horizontal.variables,
      ...scalarCoordinates(heights),
      ...variables.map((name) => dataVariable(name, horizontal)),
    ],
    attributes: {
      Conventions: "CF-1.11",
      title: `${synthetic ? "SYNTHETIC ensemble forecast" : "Ensemble forecast"}, ${memberCount} members, init ${formatHour(initTime)}`,
      source: method,
      history: "updraft export",
      comment: synthetic
        ? "Synthetic: a made-up atmosphere, not the weather of any place or time."
        : "Experimental: not an official forecast.",
    },
  };
}

/** The items asked for, in the ensemble's order; all of them by default. */
function chosen<T extends string | number>(
  path: string,
  what: string,
  asked: readonly T[] | undefined,
  there: readonly T[],
): T[] {
  if (asked === undefined) return [...there];
  const missing = asked.filter((item) => !there.includes(item));
  if (missing.length > 0 || asked.length === 0) {
    throw new RequestError({
      place: `export to ${path}`,
      expected: `a ${what} out of ${there.join(",")}`,
      got: asked.length === 0 ? "none" : missing.join(","),
      remedy: "ask for what the forecast holds",
    });
  }
  return there.filter((item) => asked.includes(item));
}

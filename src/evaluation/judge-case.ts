/**
 * One case: every variable of every system against what happened, one variable in memory at a time.
 * @module
 */
import { type Field, type VariableName, validTime } from "../core/index.ts";
import { addCases, type CaseTallies } from "./case-tallies.ts";
import type { ForecastCase } from "./cases.ts";
import { judgeVariable, type SystemFields } from "./judge-variable.ts";
import type { Protocol } from "./protocol.ts";
import type { ReportedStorms } from "./storm-reports.ts";
import type { System } from "./system.ts";
import type { Truth } from "./truth.ts";
import { samplePoints, variableVectors } from "./vector-samples.ts";

export interface Judgement {
  readonly systems: readonly System[];
  readonly truth: Truth;
  readonly variables: readonly VariableName[];
  readonly protocol: Protocol;
  /** Storm reports; an hour that they cannot tell is judged by all else. */
  readonly reported?: ReportedStorms;
}

/** Tallies by system, in order. */
export async function judgeCase({ initTime, leadHours }: ForecastCase, judgement: Judgement): Promise<CaseTallies[]> {
  const { systems, truth, variables, protocol, reported } = judgement;
  const time = validTime(initTime, leadHours);
  const points = samplePoints(truth.grid);
  const samples = systems.map((): Parameters<typeof variableVectors>[0][number][] => []);
  let sums: CaseTallies[] | undefined;
  for (const variable of variables) {
    const observed = await truth.readField(time, variable);
    const fields = await Promise.all(systems.map((system) => fieldsOf(system, { initTime, leadHours }, variable)));
    const happened = reported?.refusal(time) === undefined ? reported?.happened(time) : undefined;
    const tallies = await judgeVariable(
      {
        variable,
        initTime,
        leadHours,
        grid: truth.grid,
        observed,
        systems: fields,
        ...(happened !== undefined && { reported: happened }),
      },
      protocol,
    );
    sums = sums === undefined ? tallies : sums.map((sum, at) => addCases(sum, tallies[at]));
    const at = (field: Field): number[] => points.map((point) => field[point]);
    for (const [s, { members }] of fields.entries()) {
      if (members.length > 0) samples[s].push({ variable, truth: at(observed), members: members.map(at) });
    }
  }
  if (sums === undefined) throw new RangeError("need at least one variable");
  return sums.map((sum, at) => ({
    ...sum,
    vectors: samples[at].length < 2 ? sum.vectors : { ...sum.vectors, variables: variableVectors(samples[at]) },
  }));
}

async function fieldsOf(
  system: System,
  { initTime, leadHours }: ForecastCase,
  variable: VariableName,
): Promise<SystemFields> {
  const { name } = system;
  if (system.kind === "probability") {
    return { name, members: [], issued: (event) => system.read(initTime, leadHours, event) };
  }
  const named = system.forecasts.find(({ forecast }) => forecast.initTime === initTime);
  if (named === undefined) throw new RangeError(`${name} has no forecast of that time`);
  const { forecast } = named;
  const members = await Promise.all(
    Array.from({ length: forecast.memberCount }, (_, member) => forecast.readMember(member, leadHours, variable)),
  );
  return { name, members };
}

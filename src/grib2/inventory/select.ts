/**
 * Which lines of an inventory are wanted: by a search string, as people write them, or by the numbers of a variable.
 *
 * A search string is a regular expression on ":VARIABLE:LEVEL:TIME[:extra]", the form Herbie made common. Numbers are
 * turned into the words NCEP's inventories use for them. Never by message number: those change from cycle to cycle.
 * @module
 */
import { RequestError } from "../../core/index.ts";
import type { Inventory, InventoryEntry } from "../inventory.ts";
import { type FieldSelector, spansInterval } from "../match.ts";
import { describeLevel } from "../tables/levels.ts";
import { aliasesOf } from "../tables/names.ts";
import { parameterName } from "../tables/parameters.ts";
import { levelTypeSynonyms, NCEP, parameterSynonyms } from "../tables/same-quantity.ts";
import { parseForecastTime } from "./time.ts";

/**
 * Lines that a regular expression finds, in order; none is no error here. A line is found by whatever its variable has been called: a search
 * for CLMR finds CLWMR, one for TMP the days on which inventories say "var discipline=0 master_table=2 parmcat=0 parm=0".
 * @throws RequestError when a string is no regular expression.
 * @example selectEntries(inventory, ":(TMP|DPT):2 m above ground:")
 */
export function selectEntries(inventory: Inventory, search: string | RegExp): InventoryEntry[] {
  const pattern = typeof search === "string" ? compile(search) : search;
  return inventory.entries.filter((entry) =>
    aliasesOf(entry.variable).some((variable) => searchText({ ...entry, variable }).search(pattern) >= 0),
  );
}

/** ":REFC:entire atmosphere:6 hour fcst", with ":prob >40:prob fcst 0/10" and the like behind it. */
export function searchText({ variable, level, time, extra }: InventoryEntry): string {
  return `:${variable}:${level}:${time}${extra === "" ? "" : `:${extra}`}`;
}

function compile(search: string): RegExp {
  try {
    return new RegExp(search);
  } catch (cause) {
    const got = JSON.stringify(search);
    const expected = "a regular expression like :TMP:2 m above ground:";
    throw new RequestError({ place: "search string", expected, got, remedy: (cause as Error).message }, { cause });
  }
}

/**
 * Lines whose words are those of a variable of NCEP, in order: what `matches` will say of their fields. Two are found where an
 * inventory has it twice, as HRRR's first versions have precipitation.
 * @example selectVariable(inventory, VARIABLES.t2m.grib)
 */
export function selectVariable(inventory: Inventory, selector: FieldSelector): InventoryEntry[] {
  const isQuantity = quantityNamed(selector);
  return inventory.entries.filter((entry) => {
    if (!isQuantity(entry) || !PLAIN_OR_MEMBER.test(entry.extra)) return false;
    const time = parseForecastTime(entry.time);
    return time !== undefined && spansInterval(time, selector);
  });
}

/**
 * Whether a line's words are those of NCEP for the selector's parameter at its level, whatever was made of it and over whatever time:
 * what `matchesQuantity` will say of its field. REFC is found at "entire atmosphere" and at "entire atmosphere (considered as a single
 * layer)".
 */
export function quantityNamed(selector: FieldSelector): (entry: InventoryEntry) => boolean {
  const parameters = parameterSynonyms(selector);
  const names = new Set(
    parameters.flatMap((each) => aliasesOf(parameterName({ ...each, center: NCEP, localTable: 1 }))),
  );
  // Writers without a name for it write the numbers, with whatever version of the local table the message has.
  const numbers = parameters.map(
    ({ discipline, category, number }) =>
      new RegExp(
        `^var discipline=${discipline} (center=${NCEP} local_table=\\d+ |master_table=\\d+ )?parmcat=${category} parm=${number}$`,
      ),
  );
  const levels = new Set(levelTypeSynonyms(selector.levelType).map((type) => levelWords(selector, type)));
  return ({ variable, level }) =>
    levels.has(level) && (names.has(variable) || numbers.some((pattern) => pattern.test(variable)));
}

function levelWords({ levelValue, secondLevelValue }: FieldSelector, type: number): string {
  const surface = (value: number | undefined): { type: number; value?: number } =>
    value === undefined ? { type } : { type, value };
  const second = secondLevelValue === undefined ? undefined : surface(secondLevelValue);
  return describeLevel({ ...surface(levelValue), ...(second !== undefined && { second }) }, NCEP);
}

const PLAIN_OR_MEMBER = /^$|^(MM-)?ENS=[^:]*$/;

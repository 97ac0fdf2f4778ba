/** `updraft fetch`: NOAA's files, or the messages of them that are wanted. @module */
import { Command } from "commander";
import {
  formatHour,
  type InitTime,
  parseTime,
  RequestError,
  type UtcSeconds,
  VARIABLE_NAMES,
  type ValidTime,
} from "../../core/index.ts";
import {
  anyOf,
  ENSEMBLE_NAMES,
  ENSEMBLE_PRODUCTS,
  type EnsembleRequest,
  fixedNames,
  GFS_NAMES,
  gfsTargets,
  HRRR_FILE_KINDS,
  HRRR_NAMES,
  HRRR_SOURCES,
  type HrrrFileKind,
  hrefTargets,
  hrrrFixedTargets,
  hrrrTargets,
  latestHrrr,
  mrmsTasks,
  parseEnsembleNames,
  parseEvents,
  parseHrrrSources,
  parseLeads,
  parseNames,
  parseProducts,
  parseReportKinds,
  parseRrfsMembers,
  parseStep,
  REPORT_KINDS,
  RRFS_MEMBERS,
  refsTargets,
  reportsTasks,
  rrfsTargets,
  subsetTask,
  timesBetween,
} from "../../sources/index.ts";
import { type FetchFlags, runFetch, withFetchOptions } from "../fetch-run.ts";
import { numberBetween } from "../options.ts";

export function fetchCommand(): Command {
  const root = new Command("fetch").description("fetch what NOAA publishes, checked message by message, resumable");
  for (const make of [hrrrCommand, rrfsCommand, mrmsCommand, refsCommand, hrefCommand, reportsCommand, gfsCommand]) {
    root.addCommand(make().exitOverride());
  }
  return root;
}

interface HrrrFlags extends FetchFlags {
  readonly latest: boolean;
  readonly every: string;
  readonly leads: string;
  readonly kind: string;
  readonly variables?: string;
  readonly search: string[];
  readonly sources: string;
}

function hrrrCommand(): Command {
  return withFetchOptions(new Command("hrrr"), 4)
    .description("fetch HRRR fields for ranges of init times and leads")
    .option("--from <time>", "first init time, like 2024-05-01T00Z")
    .option("--latest", "the newest cycle that has the longest lead, instead of --from", false)
    .option("--every <step>", "between init times", "1h")
    .option("--leads <hours>", "leads, like 0 or 0-18 or 1,2,6; those a cycle does not have are passed over", "0")
    .option("--kind <kind>", `files: ${HRRR_FILE_KINDS.join(", ")} (surface, pressure levels, native levels)`, "sfc")
    .option("--variables <names>", `out of ${HRRR_NAMES.join(",")} (default: ${VARIABLE_NAMES.join(",")})`)
    .option("--search <regex...>", "also what these find in :VARIABLE:LEVEL:TIME of the inventory", [])
    .option("--sources <names>", "where to look, the preferred one first", HRRR_SOURCES.join(","))
    .option(
      "--wait <minutes>",
      "ask again every 15 s, so long, for what is not there yet",
      numberBetween("--wait", 0, 1440),
    )
    .addHelpText(
      "after",
      "\nOnly the wanted messages are fetched, by byte ranges, the inventory and the bytes always from one source. Each message is" +
        "\nchecked before it is kept. A missing hour is recorded in manifest.jsonl and is no failure. Killed, the same command goes on." +
        "\norog and land never change and are fetched once, into static/." +
        "\n\nExample:\n  updraft fetch hrrr --from 2024-05-01T00Z --to 2024-05-14T23Z --out hrrr" +
        "\n  updraft fetch hrrr --latest --leads 0-18 --variables refc,mxuphl,apcp1h,orog,land --out hrrr --dry-run",
    )
    .action(async (flags: HrrrFlags) => {
      const searches = flags.search;
      const names =
        flags.variables === undefined
          ? searches.length > 0
            ? []
            : VARIABLE_NAMES
          : parseNames(flags.variables, "--variables", HRRR_NAMES);
      const common = {
        leads: parseLeads(flags.leads, "--leads"),
        fileKind: hrrrFileKind(flags.kind),
        sources: parseHrrrSources(flags.sources, "--sources"),
        names,
        searches,
      };
      if (flags.latest === (flags.from !== undefined)) {
        throw new RequestError({
          place: "fetch hrrr",
          expected: "either --from or --latest",
          got: flags.latest ? "both" : "neither",
        });
      }
      const times = flags.latest ? [] : (range(flags, flags.every) as InitTime[]);
      await runFetch("fetch HRRR", flags, async (way, shelf) => {
        const request = { ...common, initTimes: flags.latest ? [await latestHrrr(common, way)] : times };
        const fixed = fixedNames(request).length > 0 ? [anyOf(hrrrFixedTargets(request, way).slice(0, 24), shelf)] : [];
        const changing = names.length > fixedNames(request).length || searches.length > 0;
        const targets = changing ? hrrrTargets(request, way) : [];
        return [...fixed, ...targets.map((target) => subsetTask(target, shelf))];
      });
    });
}

interface RrfsFlags extends FetchFlags {
  readonly from: string;
  readonly every: string;
  readonly leads: string;
  readonly members: string;
  readonly variables: string;
  readonly search: string[];
}

function rrfsCommand(): Command {
  return withFetchOptions(new Command("rrfs"), 4)
    .description("fetch RRFS and the members of its ensemble, on HRRR's grid (since autumn 2026)")
    .requiredOption("--from <time>", "first init time (00, 06, 12, 18 UTC)")
    .option("--every <step>", "between init times", "6h")
    .option("--leads <hours>", "leads, to 60 h, of the control to 84 h", "0-24")
    .option("--members <list>", `out of ${RRFS_MEMBERS.join(",")}`, RRFS_MEMBERS.join(","))
    .option("--variables <names>", `out of ${HRRR_NAMES.join(",")}`, VARIABLE_NAMES.join(","))
    .option("--search <regex...>", "also what these find in :VARIABLE:LEVEL:TIME of the inventory", [])
    .addHelpText(
      "after",
      "\nExample:\n  updraft fetch rrfs --from 2026-11-01T12Z --leads 1-24 --variables refc,mxuphl --out rrfs",
    )
    .action((flags: RrfsFlags) => {
      const request = {
        initTimes: range(flags, flags.every) as InitTime[],
        leads: parseLeads(flags.leads, "--leads"),
        members: parseRrfsMembers(flags.members, "--members"),
        names: parseNames(flags.variables, "--variables", HRRR_NAMES),
        searches: flags.search,
      };
      return runFetch("fetch RRFS", flags, (way, shelf) =>
        rrfsTargets(request, way).map((target) => subsetTask(target, shelf)),
      );
    });
}

interface EnsembleFlags extends FetchFlags {
  readonly from: string;
  readonly every: string;
  readonly leads: string;
  readonly products: string;
  readonly variables?: string;
  readonly events?: string;
  readonly search: string[];
  readonly folder?: string;
}

function withEnsembleOptions(command: Command, leads: string): Command {
  return withFetchOptions(command, 4)
    .requiredOption("--from <time>", "first init time (00, 06, 12, 18 UTC)")
    .option("--every <step>", "between init times", "6h")
    .option("--leads <hours>", "leads from 1 h on", leads)
    .option("--products <names>", `out of ${ENSEMBLE_PRODUCTS.join(",")}`, "prob")
    .option(
      "--variables <names>",
      `out of ${ENSEMBLE_NAMES.join(",")} (default: refc unless events or searches are named)`,
    )
    .option("--events <list>", "probabilities of these only, like refc>=40,mlcape>=1000")
    .option("--search <regex...>", "also what these find in :VARIABLE:LEVEL:TIME:extra of the inventory", [])
    .option(
      "--wait <minutes>",
      "ask again every 15 s, so long, for what is not there yet",
      numberBetween("--wait", 0, 1440),
    );
}

function ensembleRequest({
  from,
  to,
  every,
  leads,
  products,
  variables,
  events,
  search,
}: EnsembleFlags): EnsembleRequest {
  const nothingNamed = variables === undefined && events === undefined && search.length === 0;
  return {
    initTimes: range({ from, ...(to !== undefined && { to }) }, every) as InitTime[],
    leads: parseLeads(leads, "--leads"),
    products: parseProducts(products, "--products"),
    names: nothingNamed ? ["refc"] : variables === undefined ? [] : parseEnsembleNames(variables, "--variables"),
    events: events === undefined ? [] : parseEvents(events, "--events"),
    searches: search,
  };
}

function refsCommand(): Command {
  return withEnsembleOptions(new Command("refs"), "1-24")
    .description("fetch REFS ensemble products, on HRRR's grid (since autumn 2026)")
    .addHelpText(
      "after",
      "\nEach product is asked for what it holds: reflectivity and updraft helicity are in prob, pmmn and sprd, not in mean." +
        "\n\nExample:\n  updraft fetch refs --from 2026-11-01T12Z --leads 1-24 --events 'refc>=40' --out refs",
    )
    .action((flags: EnsembleFlags) =>
      runFetch("fetch REFS", flags, (way, shelf) =>
        refsTargets(ensembleRequest(flags), way).map((target) => subsetTask(target, shelf)),
      ),
    );
}

function hrefCommand(): Command {
  return withEnsembleOptions(new Command("href"), "1-24")
    .description("fetch HREF ensemble products, from NOMADS (two days) or a folder someone kept (until autumn 2026)")
    .option(
      "--folder <path>",
      "archive laid out like NOMADS: href.YYYYMMDD/ensprod/href.tHHz.conus.prob.fFF.grib2 and .idx",
    )
    .addHelpText(
      "after",
      "\nExample:\n  updraft fetch href --from 2024-05-06T12Z --leads 1-24 --events 'refc>=40' --folder kept/href --out href",
    )
    .action((flags: EnsembleFlags) =>
      runFetch("fetch HREF", flags, (way, shelf) =>
        hrefTargets(ensembleRequest(flags), flags.folder, way).map((target) => subsetTask(target, shelf)),
      ),
    );
}

interface MrmsFlags extends FetchFlags {
  readonly from: string;
  readonly every: string;
  readonly tolerance: number;
}

function mrmsCommand(): Command {
  return withFetchOptions(new Command("mrms"), 4)
    .description("fetch the MRMS composite reflectivity nearest to each valid time")
    .requiredOption("--from <time>", "first valid time")
    .option("--every <step>", "between valid times", "1h")
    .option("--tolerance <minutes>", "how far from the wanted time it may lie", numberBetween("--tolerance", 0, 60), 5)
    .addHelpText(
      "after",
      "\nThe time of each mosaic is its own; the manifest says to which wanted times it was the nearest." +
        "\n\nExample:\n  updraft fetch mrms --from 2024-05-06T18Z --to 2024-05-07T06Z --out mrms",
    )
    .action((flags: MrmsFlags) => {
      const validTimes = range(flags, flags.every) as ValidTime[];
      const request = { validTimes, toleranceMinutes: flags.tolerance };
      return runFetch("fetch MRMS", flags, (way, shelf) => mrmsTasks(request, way, shelf));
    });
}

interface ReportsFlags extends FetchFlags {
  readonly from: string;
  readonly kinds: string;
  readonly filtered: boolean;
  readonly refresh: boolean;
}

function reportsCommand(): Command {
  return withFetchOptions(new Command("reports"), 2)
    .description("fetch SPC storm reports: tornadoes, wind, hail")
    .requiredOption("--from <day>", "first convective day (12 UTC to 12 UTC), like 2024-05-06")
    .option("--kinds <names>", "kinds of reports", REPORT_KINDS.join(","))
    .option("--filtered", "without several reports of one event", false)
    .option("--refresh", "fetch again what is there; days of the last two weeks are looked at again anyway", false)
    .addHelpText(
      "after",
      "\nExample:\n  updraft fetch reports --from 2024-05-06 --to 2024-05-09 --filtered --out truth",
    )
    .action((flags: ReportsFlags) => {
      const days = range(flags, "1d");
      const midnight = days.find((day) => day % DAY_SECONDS !== 0);
      if (midnight !== undefined) {
        throw new RequestError({ place: "--from", expected: "a day", got: formatHour(midnight) });
      }
      const { filtered, refresh } = flags;
      const kinds = parseReportKinds(flags.kinds, "--kinds");
      const request = { days, kinds, filtered, refresh };
      return runFetch("fetch reports", flags, (way, shelf) => reportsTasks(request, way, shelf));
    });
}

const DAY_SECONDS = 86_400;

interface GfsFlags extends FetchFlags {
  readonly from: string;
  readonly every: string;
  readonly lag: number;
  readonly variables?: string;
  readonly search: string[];
}

function gfsCommand(): Command {
  return withFetchOptions(new Command("gfs"), 4)
    .description("fetch the large scale from GFS 0.25 degree at target times")
    .requiredOption("--from <time>", "first target time")
    .option("--every <step>", "between target times", "1h")
    .option(
      "--lag <hours>",
      "least age of the cycle at the target time; about 5 in real time",
      numberBetween("--lag", 0, 120),
      0,
    )
    .option("--variables <names>", `out of ${GFS_NAMES.join(",")} (default: all)`)
    .option("--search <regex...>", "also what these find in :VARIABLE:LEVEL:TIME of the inventory", [])
    .option(
      "--wait <minutes>",
      "ask again every 15 s, so long, for what is not there yet",
      numberBetween("--wait", 0, 1440),
    )
    .addHelpText("after", "\nExample:\n  updraft fetch gfs --from 2024-05-06T00Z --to 2024-05-07T00Z --lag 5 --out gfs")
    .action((flags: GfsFlags) => {
      const names = flags.variables === undefined ? GFS_NAMES : parseNames(flags.variables, "--variables", GFS_NAMES);
      const validTimes = range(flags, flags.every) as ValidTime[];
      const request = { validTimes, lagHours: flags.lag, names, searches: flags.search };
      return runFetch("fetch GFS", flags, (way, shelf) =>
        gfsTargets(request, way).map((target) => subsetTask(target, shelf)),
      );
    });
}

function range({ from, to }: { readonly from?: string; readonly to?: string }, every: string): UtcSeconds[] {
  if (from === undefined) throw new RequestError({ place: "--from", expected: "a time", got: "none" });
  const first = parseTime(from, "--from");
  return timesBetween(first, to === undefined ? first : parseTime(to, "--to"), parseStep(every, "--every"));
}

function hrrrFileKind(text: string): HrrrFileKind {
  const kind = HRRR_FILE_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new RequestError({ place: "--kind", expected: HRRR_FILE_KINDS.join(", "), got: JSON.stringify(text) });
}

/**
 * One forecast shared by many processes: shard i of n makes the members m with m mod n = i − 1. They need not know of each other, since a
 * member's bytes depend on its number alone (decision 13) and every state is a file of its own.
 *
 *   3/8       the third of eight
 *   auto      what a scheduler's array says: Slurm's or AWS Batch's
 *   auto/8    the same with the number of tasks given, which Kubernetes' indexed jobs do not tell; where the array tells it, it must be that
 *
 * A task counts from the first of its array in steps of the array's stride. That names the shards only if the array has every task of such a
 * count: of `--array=2,5` nobody can tell whether the second and fifth of six are meant, so it is refused.
 * @module
 */
import { ConfigError } from "../core/index.ts";

export interface Shard {
  /** 1 … count. */
  readonly index: number;
  readonly count: number;
}

/** The members of a shard, ascending. */
export function membersOf({ index, count }: Shard, memberCount: number): number[] {
  return Array.from({ length: memberCount }, (_, member) => member).filter((member) => member % count === index - 1);
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads "i/n", "auto" or "auto/n".
 * @throws ConfigError when it is none of these, i is not in 1 … n, no scheduler has said which task this is, or its array is not the whole of
 *   n tasks
 */
export function parseShard(text: string, place: string, environment: Environment): Shard {
  const [first, last, ...rest] = text.split("/");
  const count = last === undefined ? undefined : Number(last);
  const isAuto =
    first === "auto" && rest.length === 0 && (count === undefined || (Number.isInteger(count) && count > 0));
  if (isAuto) return shardOf(taskOf(environment, place), count, place);
  const index = Number(first);
  const isNumbered = rest.length === 0 && Number.isInteger(index) && Number.isInteger(count) && index >= 1;
  if (isNumbered && count !== undefined && index <= count) return { index, count };
  throw new ConfigError({ place, expected: "i/n with i in 1..n, auto or auto/n", got: JSON.stringify(text) });
}

/** A task of an array of jobs. */
interface ArrayTask {
  /** What it counts by, as one names it in a shell: "$SLURM_ARRAY_TASK_ID". */
  readonly variable: string;
  /** From 1, in the order of the array. */
  readonly index: number;
  /** Tasks of the array; undefined where the scheduler does not tell. */
  readonly count: number | undefined;
}

function shardOf({ variable, index, count: told }: ArrayTask, given: number | undefined, place: string): Shard {
  const count = given ?? told;
  if (count === undefined) {
    throw new ConfigError({
      place,
      expected: "the number of tasks, which the scheduler does not tell",
      got: "auto",
      remedy: "give auto/n",
    });
  }
  if (told !== undefined && told !== count) {
    throw new ConfigError({
      place,
      expected: `an array of ${count} tasks for auto/${count}`,
      got: `one of ${told}`,
      remedy: `submit all ${count}; to make single shards, number tasks from 1 and give --shard $${variable}/${count}`,
    });
  }
  if (index >= 1 && index <= count) return { index, count };
  throw new ConfigError({
    place,
    expected: `a task of ${count}`,
    got: `task ${index}, as $${variable} counts`,
    remedy: "give n as many as there are tasks",
  });
}

/** Which task of an array this process is. Slurm counts from any number in any stride, the others from 0. */
function taskOf(environment: Environment, place: string): ArrayTask {
  const tasks = [slurmTask(environment, place), ...ZERO_BASED.map((names) => zeroBasedTask(environment, names, place))];
  const found = tasks.filter((task) => task !== undefined);
  if (found.length === 1) return found[0];
  throw new ConfigError({
    place,
    expected: "a task of an array of jobs, in Slurm, AWS Batch or Kubernetes",
    got: found.length === 0 ? "none" : found.map(({ variable }) => variable).join(" and "),
    remedy: "give i/n",
  });
}

/** AWS Batch and Kubernetes. */
const ZERO_BASED = [
  { index: "AWS_BATCH_JOB_ARRAY_INDEX", size: "AWS_BATCH_JOB_ARRAY_SIZE" },
  { index: "JOB_COMPLETION_INDEX", size: undefined },
] as const;

function zeroBasedTask(
  environment: Environment,
  { index, size }: (typeof ZERO_BASED)[number],
  place: string,
): ArrayTask | undefined {
  const at = numberIn(environment, index, place);
  const count = size && numberIn(environment, size, place);
  return at === undefined ? undefined : { variable: index, index: at + 1, count };
}

function slurmTask(environment: Environment, place: string): ArrayTask | undefined {
  const read = (name: string): number | undefined => numberIn(environment, `SLURM_ARRAY_TASK_${name}`, place);
  const id = read("ID");
  if (id === undefined) return undefined;
  const variable = "SLURM_ARRAY_TASK_ID";
  const [first, last, stride = 1, count] = [read("MIN"), read("MAX"), read("STEP"), read("COUNT")];
  if (first === undefined || last === undefined || count === undefined) {
    throw new ConfigError({
      place,
      expected: "SLURM_ARRAY_TASK_MIN, _MAX and _COUNT beside _ID",
      got: "not all of them",
      remedy: `give --shard $${variable}/n`,
    });
  }
  const isRegular = (last - first) / stride + 1 === count && (id - first) % stride === 0;
  if (isRegular) return { variable, index: (id - first) / stride + 1, count };
  throw new ConfigError({
    place,
    expected: "an array with every task from its first to its last, in one stride",
    got: `${count} tasks from ${first} to ${last} in strides of ${stride}`,
    remedy: `submit all of them; to make single shards, number tasks from 1 and give --shard $${variable}/n`,
  });
}

/** @throws ConfigError for what is there and no whole number */
function numberIn(environment: Environment, name: string, place: string): number | undefined {
  const value = environment[name];
  if (value === undefined || value === "") return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new ConfigError({ place, expected: `a whole number in ${name}`, got: JSON.stringify(value) });
}

/**
 * One forecast shared by many processes: shard i of n makes the members m with m mod n = i − 1. They need not know of each other, since a
 * member's bytes depend on its number alone (decision 13) and every state is a file of its own.
 *
 *   3/8       the third of eight
 *   auto      what a scheduler's array says: Slurm's or AWS Batch's
 *   auto/8    the same with the number of tasks given, which Kubernetes' indexed jobs do not tell
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
 * @throws ConfigError when it is none of these, i is not in 1 … n, or no scheduler has said which task this is
 */
export function parseShard(text: string, place: string, environment: Environment): Shard {
  const [first, last, ...rest] = text.split("/");
  const count = last === undefined ? undefined : Number(last);
  const shard =
    rest.length > 0 ? undefined : first === "auto" ? taskOf(environment, count) : { index: Number(first), count };
  const { index = Number.NaN, count: of = Number.NaN } = shard ?? {};
  if (Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of) return { index, count: of };
  throw new ConfigError({
    place,
    expected: first === "auto" ? "a task of an array of jobs, with its number of tasks known" : "i/n with i in 1..n",
    got: shard === undefined || first !== "auto" ? JSON.stringify(text) : `task ${index} of ${of}`,
    ...(first === "auto" ? { remedy: "give i/n, or auto/n where the scheduler does not tell n" } : {}),
  });
}

/** Which task of an array this process is. Slurm counts from any number in any stride, the others from 0. */
function taskOf(
  environment: Environment,
  given: number | undefined,
): { index: number; count: number | undefined } | undefined {
  const read = (name: string): number | undefined => {
    const value = environment[name];
    return value === undefined || value === "" ? undefined : Number(value);
  };
  const slurm = read("SLURM_ARRAY_TASK_ID");
  if (slurm !== undefined) {
    const least = read("SLURM_ARRAY_TASK_MIN") ?? 0;
    const stride = read("SLURM_ARRAY_TASK_STEP") ?? 1;
    return { index: (slurm - least) / stride + 1, count: given ?? read("SLURM_ARRAY_TASK_COUNT") };
  }
  const batch = read("AWS_BATCH_JOB_ARRAY_INDEX");
  if (batch !== undefined) return { index: batch + 1, count: given ?? read("AWS_BATCH_JOB_ARRAY_SIZE") };
  const kubernetes = read("JOB_COMPLETION_INDEX");
  return kubernetes === undefined ? undefined : { index: kubernetes + 1, count: given };
}

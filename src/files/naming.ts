/** Which file the system refused: a full disk fails in a write, which knows no name. @module */

/** Does `work`; an error of the system that names no path then names this one. */
export async function naming<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw named(error, path);
  }
}

/** The same error, its path told where it had none. */
export function named(error: unknown, path: string): unknown {
  if (error instanceof Error && "code" in error && !("path" in error)) Object.assign(error, { path });
  return error;
}

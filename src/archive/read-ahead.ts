/**
 * Loading what will be asked for next while the caller works on what it has. The loader is a function of its argument alone, so what is
 * given does not depend on what was loaded early, late or twice.
 * @module
 */

export interface ReadAhead<T> {
  /** What the loader gives for `at`; then begins to load `at + stride`. */
  load(at: number): Promise<T>;
  /** Waits for what is under way, for those who must close what the loader uses. Never throws. */
  settle(): Promise<void>;
}

/**
 * Wraps a loader that is asked for 0, stride, 2 stride … (or starts anywhere, after a resume). Nothing at or beyond `end` is loaded
 * early. At most one early load is held, so memory grows by one result.
 */
export function readAhead<T>(
  load: (at: number) => Promise<T>,
  { stride, end }: { readonly stride: number; readonly end: number },
): ReadAhead<T> {
  let early: { at: number; result: Promise<T> } | undefined;
  return {
    load: async (at) => {
      const result = early?.at === at ? early.result : load(at);
      early = undefined;
      const loaded = await result;
      const next = at + stride;
      if (next < end) {
        early = { at: next, result: load(next) };
        // A failure is told when it is asked for; until then nobody listens.
        early.result.catch(() => undefined);
      }
      return loaded;
    },
    settle: async () => {
      await early?.result.catch(() => undefined);
    },
  };
}

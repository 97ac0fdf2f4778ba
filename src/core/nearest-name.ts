/**
 * The name that somebody meant: of those that exist, the one that the fewest slips of the keyboard lead to. A slip is a letter too many, too
 * few or wrong, or two that changed places; upper and lower case are alike.
 * @module
 */

/**
 * The nearest of the names, `undefined` when none is within a third of its letters (at least one slip).
 * @example nearestName("learningrate", ["learningRate", "batch"]) // "learningRate"
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, slips: slipsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, slips }) => slips <= Math.max(1, Math.floor(name.length / 3)));
  return near.toSorted((a, b) => a.slips - b.slips)[0]?.name;
}

/** Optimal string alignment distance. Names are short; what is given is cut at where it could be near none. */
function slipsBetween(given: string, name: string): number {
  if (given.length > 2 * name.length + 2) return given.length;
  const rows: number[][] = [Array.from({ length: name.length + 1 }, (_, k) => k)];
  for (let i = 1; i <= given.length; i++) {
    const row = [i];
    for (let j = 1; j <= name.length; j++) {
      const same = given[i - 1] === name[j - 1] ? 0 : 1;
      let slips = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + same);
      if (i > 1 && j > 1 && given[i - 1] === name[j - 2] && given[i - 2] === name[j - 1])
        slips = Math.min(slips, rows[i - 2][j - 2] + 1);
      row.push(slips);
    }
    rows.push(row);
  }
  return rows[given.length][name.length];
}

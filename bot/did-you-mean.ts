/** The candidate nearest to what was typed, or undefined when none is near enough to be meant. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  // Two in short words too, so that swapped letters (`--ios`) are found; one or two letters may mean anything.
  const limit = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  let best: { name: string; away: number } | undefined;
  for (const name of candidates) {
    const away = distance(wanted, name.toLowerCase(), limit);
    if (away <= limit && (!best || away < best.away)) best = { name, away };
  }
  return best?.name ?? candidates.find((name) => wanted.length >= 2 && name.toLowerCase().startsWith(wanted));
}

/** Levenshtein distance; answers `limit + 1` as soon as it is known to be larger. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, sign] of [...a].entries()) {
    row = nextRow(row, { sign, index, other: b });
    if (Math.min(...row) > limit) return limit + 1;
  }
  return row.at(-1) ?? 0;
}

function nextRow(row: readonly number[], at: { sign: string; index: number; other: string }): number[] {
  const next = [at.index + 1];
  for (let j = 1; j <= at.other.length; j += 1) {
    const swap = (row[j - 1] ?? 0) + (at.sign === at.other[j - 1] ? 0 : 1);
    next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
  }
  return next;
}

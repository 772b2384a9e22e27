/** One line of the table: what was measured, and whether it is good enough where a target is set. */
export interface Figure {
  name: string;
  value: string;
  target?: string;
  met?: boolean;
}

/** The value below which that share of the samples lies. @param share 0 to 1 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @returns the exit code: 1 when a target was missed */
export function report(figures: readonly Figure[], print: (line: string) => void): number {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, target, met } of figures) {
    const verdict = target === undefined ? '' : `  ${met ? 'ok    ' : 'MISSED'}  target ${target}`;
    print(`${name.padEnd(width)}  ${value.padStart(12)}${verdict}`);
  }
  return figures.some(({ met }) => met === false) ? 1 : 0;
}

import { readdirSync, readFileSync } from 'node:fs';

/** These processes and all below them. */
export function family(roots: readonly number[]): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: parentOf(name) }));
  const found = new Set(roots);
  // A child may come before its parent in this list: look again until nobody is added.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** MB that these processes and all below them hold; what several share is counted once. */
export function memoryMb(roots: readonly number[]): number {
  const kilobytes = family(roots).map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readQuietly(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  return kilobytes.reduce((total, one) => total + one, 0) / 1024;
}

/** The name of a process may hold anything, so the fields begin after its closing bracket: state, parent. */
function parentOf(pid: string): number {
  const text = readQuietly(`/proc/${pid}/stat`);
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended meanwhile.
    return '';
  }
}

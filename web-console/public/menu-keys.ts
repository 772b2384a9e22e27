/** Where a key leads in a menu that is a ring; null when the key means nothing there. */
export function nextIndex(key: string, where: { at: number; of: number }): number | null {
  const { at, of } = where;
  if (key === 'ArrowDown') return (at + 1) % of;
  if (key === 'ArrowUp') return (Math.max(at, 0) - 1 + of) % of;
  if (key === 'Home') return 0;
  return key === 'End' ? of - 1 : null;
}

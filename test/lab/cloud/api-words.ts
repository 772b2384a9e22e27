import { createHash } from 'node:crypto';

/** Path under which the API lives, and with which its links begin. */
export const API_PATH = '/metal/v1';

export type Json = Record<string, unknown>;

/** The same thing has the same id for as long as the lab runs, and in every answer. */
export function stableId(of: string): string {
  const hex = createHash('sha256').update(of).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

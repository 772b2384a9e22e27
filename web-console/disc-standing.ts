import type { InstallRecord } from '../core/contracts/install.ts';

/** Another ISO was asked for, and what becomes of it is not known yet. */
export function awaitsDisc({ discWish: wish, facts }: InstallRecord): boolean {
  if (!wish || wish.verdict === 'refused') return false;
  const { otherDisc } = facts;
  return otherDisc?.n !== wish.n || otherDisc.state === 'fetching';
}

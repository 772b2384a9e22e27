import type { InstallRequest } from '../core/contracts/install.ts';
import type { AskedAction } from './policy/types.ts';

/** What the policy calls that which somebody asks for: what can be put to a vote. */
export function askedAction({ purpose }: Pick<InstallRequest, 'purpose'>): AskedAction {
  return purpose === 'console' ? 'troubleshoot' : 'install';
}

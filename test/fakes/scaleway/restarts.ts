import { bootInto } from '../deferred-work.ts';
import type { ScwAccount, ScwServer } from './account.ts';

/** Boots what the server is set to. One that breaks on the way says so by its status. */
export async function restart(account: ScwAccount, server: ScwServer): Promise<void> {
  const rescue = server.bootType === 'rescue';
  const keys = server.keyIds.flatMap((id) => account.keys.get(id)?.publicKey ?? []);
  server.authorise(rescue ? keys : []);
  const went = await bootInto(server.machine, rescue ? 'rescue' : 'disk');
  server.status = went ? 'ready' : 'error';
}

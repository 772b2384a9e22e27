import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { stateText } from '../operations.ts';
import { sentence } from '../views/message.ts';

/**
 * Does by command what a button does. Who presses a button sees the message change; who types sees nothing, so they
 * are told what became of it. What the action itself had to say is said by then.
 */
export async function press(
  run: () => Promise<void>,
  deps: BotDeps,
  asker: Asker,
  record: InstallRecord,
): Promise<void> {
  await run();
  const now = await deps.store.load(record.id);
  if (now.rev !== record.rev) await asker.tell(sentence(stateText(now)));
}

import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { authorise } from '../judging.ts';
import { change, slackActor, stateText } from '../operations.ts';
import { resolveByHand, retryUndo } from '../stuck.ts';
import { actionIds } from '../views/buttons.ts';
import { sentence } from '../views/message.ts';
import type { Action } from './action.ts';

export const retryAction: Action = {
  id: actionIds.retry,
  run: (deps, asker, record) =>
    settle(deps, asker, { record, decide: (current) => retryUndo(current, slackActor(asker)) }),
};

export const fixedAction: Action = {
  id: actionIds.fixed,
  run: (deps, asker, record) =>
    settle(deps, asker, {
      record,
      decide: (current) => resolveByHand(current, slackActor(asker), deps.clock.now()),
    }),
};

async function settle(
  deps: BotDeps,
  asker: Asker,
  wish: { record: InstallRecord; decide: (current: InstallRecord) => Change | null },
): Promise<void> {
  await authorise(deps, asker, { action: 'retry', record: wish.record });
  const { changed, now } = await change(deps, wish.record.id, wish.decide);
  if (!changed) return asker.tell(sentence(`This was settled already. ${stateText(now)}`));
  // The worker also looks at an ended install: it gives back what that still holds, and only then forgets it.
  await deps.installQueue.wake(now.id);
}

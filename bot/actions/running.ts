import { bootMetal } from '../../core/decisions.ts';
import { sendConsoleLink } from '../console-links.ts';
import { authorise } from '../judging.ts';
import { cancelFor, change, slackActor, stateText } from '../operations.ts';
import { actionIds } from '../views/buttons.ts';
import { sentence } from '../views/message.ts';
import type { Action } from './action.ts';

export const consoleAction: Action = {
  id: actionIds.console,
  run: (deps, asker, record) => sendConsoleLink(deps, asker, { record, right: 'control' }),
};

export const watchAction: Action = {
  id: actionIds.watch,
  run: (deps, asker, record) => sendConsoleLink(deps, asker, { record, right: 'view' }),
};

export const cancelAction: Action = { id: actionIds.cancel, run: cancelFor };

export const bootAction: Action = {
  id: actionIds.boot,
  async run(deps, asker, record) {
    await authorise(deps, asker, { action: 'boot-metal', record });
    const by = slackActor(asker);
    const { changed, now } = await change(deps, record.id, (current) => bootMetal(current, by, deps.clock.now()));
    if (!changed) return asker.tell(sentence(`That is not possible now. ${stateText(now)}`));
    await deps.installQueue.wake(now.id);
  },
};

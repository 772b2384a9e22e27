import { authorise } from '../judging.ts';
import { approvalCard } from '../views/approval-card.ts';
import { actionIds } from '../views/buttons.ts';
import { rootMessage } from '../views/root-message.ts';
import type { Action } from './action.ts';

/** From a list: shows what there is to decide, or how far the install is, to that person alone. */
export const showAction: Action = {
  id: actionIds.show,
  async run(deps, asker, record) {
    await authorise(deps, asker, { action: 'look' });
    await asker.tell(record.phase === 'approval' ? approvalCard(record) : rootMessage(record));
  },
};

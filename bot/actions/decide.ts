import { actionIds } from '../views/buttons.ts';
import { approveFor, denyFor } from '../voting.ts';
import type { Action } from './action.ts';

export const approveAction: Action = {
  id: actionIds.approve,
  run: (deps, asker, record, round) => approveFor(deps, asker, { record, round }),
};

export const denyAction: Action = {
  id: actionIds.deny,
  run: (deps, asker, record, round) => denyFor(deps, asker, { record, round }),
};

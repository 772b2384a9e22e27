import { DENY_REASON_MIN, denyFormId } from '../views/deny-form.ts';
import { denyFor } from '../voting.ts';
import type { Modal } from './modal.ts';

/** The reason why not, and with it the denial. */
export const denyModal: Modal = {
  id: denyFormId,
  async submit(deps, asker, { fields, about }) {
    const { reason = '' } = fields;
    if (reason.length < DENY_REASON_MIN) {
      return { kind: 'errors', errors: { reason: `At least ${DENY_REASON_MIN} characters, please.` } };
    }
    await denyFor(deps, asker, { record: await deps.store.load(about.id), round: about.rev, reason });
    return { kind: 'close' };
  },
};

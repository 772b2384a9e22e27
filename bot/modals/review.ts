import { isNamed, placeInstall, prepareInstall } from '../install-request.ts';
import { reviewDigest, reviewForm, reviewFormId } from '../views/review-form.ts';
import { forgotten } from './install.ts';
import type { Modal } from './modal.ts';

/** The last page. Everything is asked again: the device may be busy by now, or somebody may have frozen it. */
export const reviewModal: Modal = {
  id: reviewFormId,
  async submit(deps, asker, { fields, about }) {
    const draft = await deps.drafts.find(about.id, asker.user);
    if (!draft) return forgotten();
    const there = { ...asker, channel: draft.channel };
    const prepared = await prepareInstall(deps, there, draft.wish);
    const shown = reviewDigest(prepared);
    if (about.rev !== draft.rev || shown !== draft.shown) {
      const rev = draft.rev + 1;
      await deps.drafts.save(about.id, { ...draft, rev, shown });
      return { kind: 'show', view: reviewForm(prepared, { id: about.id, rev }, true) };
    }
    const { confirm } = fields;
    if (!isNamed(prepared, confirm)) {
      return { kind: 'errors', errors: { confirm: `That is not its name. Type ${prepared.device.name} exactly.` } };
    }
    await placeInstall(deps, there, prepared);
    await deps.drafts.drop(about.id);
    return { kind: 'close' };
  },
};

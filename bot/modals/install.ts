import type { types } from '@slack/bolt';
import { XepaError } from '../../core/errors.ts';
import type { IsoRules } from '../catalogue.ts';
import { parseMoment } from '../commands/moment.ts';
import type { Asker, BotDeps } from '../deps.ts';
import type { Draft } from '../drafts.ts';
import { type InstallWish, prepareInstall } from '../install-request.ts';
import { authorise } from '../judging.ts';
import { offersLifeline } from '../lifeline-offer.ts';
import { namedIsos } from '../named-isos.ts';
import { installForm, installFormId } from '../views/install-form.ts';
import { reviewDigest, reviewForm } from '../views/review-form.ts';
import { badInputs, besideTheField } from './field-errors.ts';
import { advancedFaults, answerFaults, type Faults } from './field-faults.ts';
import { advancedOf, hasAdvanced, wishOf } from './install-fields.ts';
import type { About, Modal, OpenForm } from './modal.ts';

/**
 * Opens the form, filled with what was typed already. It names ISOs, answer files and devices, so it is for those who may look.
 * @throws XepaError not-allowed, slack-failed; bad-input where something was typed that no field could hold
 */
export async function openInstallForm(deps: BotDeps, asker: Asker, typed: Partial<InstallWish>): Promise<void> {
  await authorise(deps, asker, { action: 'look' });
  const at = typed.at === undefined ? {} : { at: new Date(parseMoment(typed.at, deps.clock.now())).toISOString() };
  const [fault] = advancedFaults(typed, await isoRules(deps)).values();
  if (fault) throw fault;
  const { user, channel } = asker;
  const wish = { device: '', iso: '', ...typed, ...at };
  const draft: Draft = { user, channel, rev: 1, wish, advanced: hasAdvanced(wish) };
  const id = await deps.drafts.keep(draft);
  await asker.open(await formOf(deps, draft, { id, rev: 1 }));
}

/** Shows the advanced options of the form, or hides them; whatever was filled in stays. */
export async function toggleAdvanced(deps: BotDeps, asker: Asker, form: OpenForm): Promise<void> {
  const draft = await filledIn(deps, asker, form);
  await redraw(deps, { ...draft, advanced: draft.advanced !== true }, form);
}

/** Another device was picked: what it offers beside the others is shown, and what it does not goes. */
export async function followDevice(deps: BotDeps, asker: Asker, form: OpenForm): Promise<void> {
  const draft = await filledIn(deps, asker, form);
  // Only advanced options hang on the device.
  if (draft.advanced === true) await redraw(deps, draft, form);
}

/** The draft, with what stands in the form by now. */
async function filledIn(deps: BotDeps, asker: Asker, { about, fields }: OpenForm): Promise<Draft> {
  const draft = (await deps.drafts.find(about.id, asker.user)) ?? forgotten();
  return { ...draft, wish: wishOf(fields, draft.wish, draft.advanced === true) };
}

async function redraw(deps: BotDeps, draft: Draft, open: OpenForm): Promise<void> {
  const { about, fields } = open;
  await deps.drafts.save(about.id, draft);
  await deps.slackViews.update(open, await formOf(deps, draft, about, fields.channel));
}

async function formOf(deps: BotDeps, draft: Draft, about: About, pickedChannel?: string): Promise<types.ModalView> {
  const { wish, channel } = draft;
  const { device, iso, sha256, disk, answer, reason, at } = wish;
  return installForm({
    ...{ about, channel, pickedChannel },
    isos: await isoNames(deps),
    answers: await answerNames(deps),
    device: device || undefined,
    iso: iso || undefined,
    ...{ sha256, disk, answer, reason },
    beginAt: at === undefined ? undefined : Date.parse(at),
    advanced: advancedOf(wish),
    showsAdvanced: draft.advanced === true,
    canMove: offersLifeline(await deps.inventory.read(), device || undefined),
  });
}

async function isoRules({ rules, shelf }: BotDeps): Promise<IsoRules> {
  return { catalogue: rules.isos, library: await shelf.isos.all(), allow: rules.isoAllow };
}

/** A folder that cannot be read takes no form away from people: naming a file says what is wrong. */
async function answerNames({ answers, log }: BotDeps): Promise<string[]> {
  const list = await answers.list().catch((err: unknown) => {
    log.warn({ err }, 'the folder of answer files cannot be read');
    return [];
  });
  return list.flatMap((answer) => ('fault' in answer ? [] : [answer.name]));
}

async function isoNames(deps: BotDeps): Promise<string[]> {
  const named = namedIsos(deps.rules.isos, await deps.shelf.isos.all());
  return named.filter((iso) => !iso.hidden && !iso.kept?.retired).map(({ name }) => name);
}

/** The first page: what is wrong is said beside its field, what is right leads to the review. */
export const installModal: Modal = {
  id: installFormId,
  async submit(deps, asker, { fields, about }) {
    const draft = await deps.drafts.find(about.id, asker.user);
    if (!draft) return forgotten();
    const shown = draft.advanced === true;
    const wish = wishOf(fields, draft.wish, shown);
    if (wish.iso === '') return { kind: 'errors', errors: { url: 'Pick an ISO above, or type the address of one.' } };
    const channel = fields.channel ?? draft.channel;
    if (!(await deps.canPost(channel))) {
      const beside = fields.channel === undefined ? 'device' : 'channel';
      return { kind: 'errors', errors: { [beside]: 'XEPA is not in that channel. Type /invite @xepa there first.' } };
    }
    const faults: Faults = new Map([
      ...(await answerFaults(wish, deps.answers)),
      ...(shown ? advancedFaults(wish, await isoRules(deps)) : []),
    ]);
    const errors = badInputs(faults);
    if (Object.keys(errors).length > 0) return { kind: 'errors', errors };
    try {
      const prepared = await prepareInstall(deps, { ...asker, channel }, wish);
      const rev = draft.rev + 1;
      await deps.drafts.save(about.id, { ...draft, channel, rev, wish, shown: reviewDigest(prepared) });
      return { kind: 'show', view: reviewForm(prepared, { id: about.id, rev }) };
    } catch (error) {
      return besideTheField(error, fields, faults);
    }
  },
};

export function forgotten(): never {
  throw new XepaError('bad-input', {
    message: 'the draft of a form is gone',
    userMessage:
      'This form stayed open too long and was forgotten; nothing was done. Type the command again for a new one.',
  });
}

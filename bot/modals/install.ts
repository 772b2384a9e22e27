import { XepaError } from '../../core/errors.ts';
import type { Asker, BotDeps } from '../deps.ts';
import type { Draft } from '../drafts.ts';
import { type InstallWish, prepareInstall } from '../install-request.ts';
import { namedIsos } from '../named-isos.ts';
import { installForm, installFormId } from '../views/install-form.ts';
import { reviewDigest, reviewForm } from '../views/review-form.ts';
import type { Fields, FormAnswer, Modal } from './modal.ts';

/** Opens the form, filled with what was typed already. */
export async function openInstallForm(deps: BotDeps, asker: Asker, wish: Partial<InstallWish>): Promise<void> {
  const draft: Draft = { user: asker.user, channel: asker.channel, rev: 1, wish: { device: '', iso: '', ...wish } };
  const id = await deps.drafts.keep(draft);
  await asker.open(
    installForm({
      about: { id, rev: 1 },
      isos: await isoNames(deps),
      answers: await answerNames(deps),
      channel: asker.channel,
      ...wish,
    }),
  );
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
    const wish = { ...unasked(draft.wish), ...wishOf(fields) };
    if (wish.iso === '') return { kind: 'errors', errors: { url: 'Pick an ISO above, or type the address of one.' } };
    const channel = fields.channel ?? draft.channel;
    if (!(await deps.canPost(channel))) {
      const beside = fields.channel === undefined ? 'device' : 'channel';
      return { kind: 'errors', errors: { [beside]: 'XEPA is not in that channel. Type /invite @xepa there first.' } };
    }
    try {
      const prepared = await prepareInstall(deps, { ...asker, channel }, wish);
      const rev = draft.rev + 1;
      await deps.drafts.save(about.id, { ...draft, channel, rev, wish, shown: reviewDigest(prepared) });
      return { kind: 'show', view: reviewForm(prepared, { id: about.id, rev }) };
    } catch (error) {
      return besideTheField(error, fields);
    }
  },
};

export function forgotten(): FormAnswer {
  throw new XepaError('bad-input', {
    message: 'the draft of a form is gone',
    userMessage:
      'This form stayed open too long and was forgotten; nothing was done. Type the command again for a new one.',
  });
}

/** What was typed behind the command and has no field. */
function unasked({ rung, nic, vm, also, kernelArgs, media }: Draft['wish']): Partial<Draft['wish']> {
  return {
    ...(rung === undefined ? {} : { rung }),
    ...(nic === undefined ? {} : { nic }),
    ...(vm === undefined ? {} : { vm }),
    ...(also === undefined ? {} : { also }),
    ...(kernelArgs === undefined ? {} : { kernelArgs }),
    ...(media === undefined ? {} : { media }),
  };
}

function wishOf(fields: Fields): Draft['wish'] {
  const { device = '', iso, url, sha256, disk, answer, answerText, reason, at } = fields;
  return {
    device,
    iso: url ?? iso ?? '',
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(disk === undefined ? {} : { disk }),
    ...(answer === undefined ? {} : { answer }),
    ...(answerText === undefined ? {} : { answerText }),
    ...(reason === undefined ? {} : { reason }),
    ...(at === undefined ? {} : { at }),
  };
}

/** Slack shows an error only beside an input; the one whose text the sentence quotes is meant. */
function besideTheField(error: unknown, fields: Fields): FormAnswer {
  if (!(error instanceof XepaError) || !['bad-input', 'not-allowed', 'device-busy'].includes(error.code)) throw error;
  const quoted = Object.entries(fields).find(([, text]) => error.userMessage.includes(text));
  return { kind: 'errors', errors: { [quoted?.[0] ?? 'device']: plainText(error.userMessage) } };
}

/** Errors beside fields are plain text, in which nobody can be mentioned; at most 2,000 characters. */
function plainText(mrkdwn: string): string {
  const unmentioned = mrkdwn.replace(/<@([UW][A-Z0-9]+)>/g, '$1');
  const decoded = unmentioned.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  return decoded.replace(/[`\u200b]/g, '').slice(0, 500);
}

import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { denyModal } from './deny.ts';
import { installModal } from './install.ts';
import { About, type FormAnswer, fieldsOf, type Modal } from './modal.ts';
import { reviewModal } from './review.ts';

/** Every form. A new one is a file and a line. */
const modals: readonly Modal[] = [installModal, reviewModal, denyModal];

/** Takes a form that was sent. @throws XepaError for the person's eyes */
export async function submitForm(
  deps: BotDeps,
  asker: Asker,
  sent: { callbackId: string; metadata: string; values: Record<string, Record<string, unknown>> },
): Promise<FormAnswer> {
  const modal = modals.find((one) => one.id === sent.callbackId);
  if (!modal) throw badInput('This form is from another version of XEPA. Please open it again.');
  return modal.submit(deps, asker, { fields: fieldsOf(sent.values), about: About.parse(JSON.parse(sent.metadata)) });
}

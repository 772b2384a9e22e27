import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { isTroubleshooting } from '../../core/contracts/install.ts';
import type { InstallDraft } from '../install-request.ts';
import type { About } from '../modals/modal.ts';
import { code, label } from '../text.ts';
import { field, form, textInput } from './form.ts';
import { section, sections } from './message.ts';
import { planLines } from './plan-lines.ts';

export const reviewFormId = 'xepa.review';

/** The last page before an install is asked for: exactly what will happen, and the device's name to be typed where the policy wants it. */
export function reviewForm(draft: InstallDraft, about: About, changed = false): types.ModalView {
  const { device, judgement } = draft;
  const isConsole = isTroubleshooting(draft);
  const typed = asksForName(draft);
  const again = changed ? [section('🔄 *This has changed since you looked.* Please read it again.')] : [];
  const confirm = field(
    {
      name: 'confirm',
      label: 'Type the name of the device',
      hint: isConsole
        ? `What runs on ${label(device.name, 100)} goes down.`
        : `Everything on the disks of ${label(device.name, 100)} may be erased.`,
    },
    textInput({ max: 200 }),
  );
  return form({
    id: reviewFormId,
    title: isConsole ? 'Console on the server' : 'Review the install',
    submit: judgement.kind === 'needs-approval' ? 'Ask for approval' : beginText(isConsole),
    about,
    blocks: [...again, ...sections(planLines(draft)), reasonSection(draft), ...(typed ? [confirm] : [])],
  });
}

function asksForName({ judgement }: InstallDraft): boolean {
  return judgement.kind === 'needs-approval' && judgement.terms.typedHostname;
}

function beginText(isConsole: boolean): string {
  return isConsole ? 'Restart into rescue' : 'Install';
}

function reasonSection({ request }: InstallDraft): types.SectionBlock {
  return section(request.reason === undefined ? '*Reason*  none given' : `*Reason*  ${code(request.reason, 1_000)}`);
}

/** Names what a review showed: when it differs at the end, somebody has to look again. */
export function reviewDigest(draft: InstallDraft): string {
  const name = asksForName(draft) ? ['the name of the device is typed'] : [];
  return createHash('sha256')
    .update([...planLines(draft), ...name].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { plain } from '../text.ts';
import { field, form, textInput } from './form.ts';
import { section } from './message.ts';
import { isoName, who } from './names.ts';

export const denyFormId = 'xepa.deny-form';
/** Shorter is no reason. */
export const DENY_REASON_MIN = 10;

/** Why not? Asked of whoever denies. */
export function denyForm(record: InstallRecord): types.ModalView {
  const what = `${plain(isoName(record.request.iso))} on ${plain(record.device.name)}`;
  return form({
    id: denyFormId,
    title: 'Deny this install',
    submit: 'Deny',
    about: { id: record.id, rev: record.approval?.round ?? 0 },
    blocks: [
      section(`${who(record.request.requestedBy)} asked for ${what}. The answer goes into the thread.`),
      field(
        { name: 'reason', label: 'Why not?', hint: `At least ${DENY_REASON_MIN} characters.` },
        textInput({ multiline: true, min: DENY_REASON_MIN, max: 1_000 }),
      ),
    ],
  });
}

import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { field, form, textInput } from './form.ts';
import { section } from './message.ts';
import { who } from './names.ts';
import { subjectText } from './subject.ts';

export const denyFormId = 'xepa.deny-form';
/** Shorter is no reason. */
export const DENY_REASON_MIN = 10;

/** Why not? Asked of whoever denies. */
export function denyForm(record: InstallRecord): types.ModalView {
  return form({
    id: denyFormId,
    title: record.request.iso ? 'Deny this install' : 'Deny this console',
    submit: 'Deny',
    about: { id: record.id, rev: record.approval?.round ?? 0 },
    blocks: [
      section(`${who(record.request.requestedBy)} asked for ${subjectText(record)}. The answer goes into the thread.`),
      field(
        { name: 'reason', label: 'Why not?', hint: `At least ${DENY_REASON_MIN} characters.` },
        textInput({ multiline: true, min: DENY_REASON_MIN, max: 1_000 }),
      ),
    ],
  });
}

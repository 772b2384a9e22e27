import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';

/** Between install id and round, or the number of a question, in the value of a button. */
export const ROUND_MARK = '#';

/** What is asked once more before a button counts. `text` is mrkdwn in which everything user-made is escaped. */
export interface Confirmation {
  title: string;
  text: string;
  yes: string;
}

/** A button about an install. `value`: the install's id, where nothing else is given. */
export function button(
  record: InstallRecord,
  look: { id: string; text: string; style?: 'primary' | 'danger'; confirm?: Confirmation; value?: string },
): types.Button {
  return {
    type: 'button',
    action_id: look.id,
    value: look.value ?? record.id,
    text: { type: 'plain_text', text: look.text },
    accessibility_label: `${look.text}, install ${record.id}`,
    ...(look.style ? { style: look.style } : {}),
    ...(look.confirm ? { confirm: dialog(look.confirm) } : {}),
  };
}

function dialog(question: Confirmation): types.ConfirmationDialog {
  return {
    title: { type: 'plain_text', text: question.title },
    text: { type: 'mrkdwn', text: question.text, verbatim: true },
    confirm: { type: 'plain_text', text: question.yes },
    deny: { type: 'plain_text', text: 'Back' },
  };
}

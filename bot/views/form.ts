import type { types } from '@slack/bolt';
import { type About, fieldId } from '../modals/modal.ts';
import { label } from '../text.ts';

/** Parts of forms. Slack allows 24 characters in titles and buttons, 75 in an option. */
const OPTION_MAX = 75;

/** @param about all that the view remembers */
export function form(look: {
  id: string;
  title: string;
  submit?: string;
  about: About;
  blocks: types.KnownBlock[];
}): types.ModalView {
  return {
    type: 'modal',
    callback_id: look.id,
    private_metadata: JSON.stringify(look.about),
    title: { type: 'plain_text', text: look.title },
    ...(look.submit === undefined ? {} : { submit: { type: 'plain_text', text: look.submit } }),
    // It closes the form for good: no page of ours lies on top of another one.
    close: { type: 'plain_text', text: look.submit === undefined ? 'Close' : 'Cancel' },
    blocks: look.blocks,
  };
}

interface FieldLook {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** We hear at once of what is picked. */
  heard?: boolean;
}

export function field(look: FieldLook, element: types.InputBlock['element']): types.InputBlock {
  return {
    type: 'input',
    block_id: fieldId(look.name),
    label: { type: 'plain_text', text: look.label },
    element,
    optional: look.optional ?? false,
    ...(look.heard ? { dispatch_action: true } : {}),
    ...(look.hint === undefined ? {} : { hint: { type: 'plain_text', text: look.hint } }),
  };
}

export function textInput(look: {
  initial?: string | undefined;
  placeholder?: string;
  multiline?: boolean;
  min?: number;
  max: number;
}) {
  return {
    type: 'plain_text_input' as const,
    action_id: 'value',
    max_length: look.max,
    ...(look.min === undefined ? {} : { min_length: look.min }),
    ...(look.multiline ? { multiline: true } : {}),
    ...(look.initial === undefined ? {} : { initial_value: look.initial }),
    ...(look.placeholder === undefined ? {} : { placeholder: { type: 'plain_text' as const, text: look.placeholder } }),
  };
}

/** @param value what comes back; an option that does not fit in whole cannot be offered */
export function option(text: string, value: string): types.PlainTextOption[] {
  if (value === '' || value.length > OPTION_MAX) return [];
  return [{ text: { type: 'plain_text', text: label(text, OPTION_MAX) || '—' }, value }];
}

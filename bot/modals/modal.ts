import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Asker, BotDeps } from '../deps.ts';

/** What stands in a form: each field's text by its name, absent where it was left empty. */
export type Fields = Readonly<Record<string, string>>;

/** How a form goes on: it closes, says what is wrong beside a field, or shows something else. */
export type FormAnswer =
  | { kind: 'close' }
  | { kind: 'errors'; errors: Readonly<Record<string, string>> }
  | { kind: 'show'; view: types.ModalView };

/** A form that is open, as a button in it finds it: nothing has been sent yet. */
export interface OpenForm {
  viewId: string;
  /** Names the state of the form that was acted on. */
  hash: string | undefined;
  about: About;
  fields: Fields;
}

/** A form. */
export interface Modal {
  /** The view's callback_id. */
  id: string;
  /**
   * Must end within Slack's three seconds: it may read and write Redis, and ask Slack who somebody is, but do nothing long.
   * @throws XepaError whose userMessage is shown to the person alone
   */
  submit(deps: BotDeps, asker: Asker, form: { fields: Fields; about: About }): Promise<FormAnswer>;
}

/** What a view carries in its private metadata: never content, which would be old by the time it comes back. */
export const About = z.object({ id: z.string(), rev: z.number() });
export type About = z.infer<typeof About>;

/** Block ids of inputs begin with this; what follows is the field's name. */
const FIELD = 'field.';

export function fieldId(name: string): string {
  return `${FIELD}${name}`;
}

const Value = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_date_time: z.number().nullish(),
  selected_conversation: z.string().nullish(),
});

/** Reads a view's state into fields. Blanks around a text do not count. */
export function fieldsOf(values: Record<string, Record<string, unknown>>): Fields {
  const entries = Object.entries(values).flatMap(([block, elements]) => {
    const text = Object.values(elements).flatMap((element) => textOf(Value.parse(element)) ?? [])[0];
    // A changed block id makes Slack forget what was typed: what stands behind "#" only serves that.
    return text === undefined ? [] : [[block.slice(FIELD.length).split('#', 1)[0] ?? '', text] as const];
  });
  return Object.fromEntries(entries);
}

function textOf(value: z.infer<typeof Value>): string | undefined {
  const { selected_option, selected_options, selected_conversation, selected_date_time } = value;
  const ticked = selected_options?.map((one) => one.value).join(',');
  const picked = selected_option?.value ?? ticked ?? selected_conversation;
  const text = (picked ?? (selected_date_time ? isoTime(selected_date_time) : value.value))?.trim() ?? '';
  return text === '' ? undefined : text;
}

function isoTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
}

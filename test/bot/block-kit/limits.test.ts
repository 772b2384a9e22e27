import { expect, test } from 'vitest';
import { type Limit, limits } from '../../../bot/block-kit/limits.ts';
import { lintMessage, lintView } from '../../../bot/block-kit/lint.ts';
import type { Verdict } from '../../../bot/block-kit/verdict.ts';

/** Something whose limited part has the size `n`, and where that part stands. */
interface Sample {
  verdict(n: number): Verdict;
  at: string;
}

const x = (n: number) => 'x'.repeat(n);
const plain = (text = 'x') => ({ type: 'plain_text', text });
const mrkdwn = (text = 'x') => ({ type: 'mrkdwn', text });
const web = (n: number) => `https://x.example/${x(n - 18)}`;
const some = <T>(n: number, make: (index: number) => T) => Array.from({ length: n }, (_, index) => make(index));
const option = (index = 0) => ({ text: plain(), value: `v${index}` });
const choice = (given: object) => ({ ...option(), ...given });
const group = (index: number) => ({ label: plain(), options: [option(index)] });

// The lint is asked about what TypeScript would refuse, so what is made here has no type.
const message = (...blocks: unknown[]) => lintMessage({ text: 'x', blocks: blocks as never });
const view = (given: object) => lintView({ type: 'modal', title: plain(), blocks: [], ...given } as never);

const inBlock = (make: (n: number) => object, at: string): Sample => ({
  verdict: (n) => message(make(n)),
  at: `/blocks/0${at}`,
});
const inView = (make: (n: number) => object, at: string): Sample => ({ verdict: (n) => view(make(n)), at });
const inAction = (make: (n: number) => object, at: string): Sample =>
  inBlock((n) => ({ type: 'actions', elements: [make(n)] }), `/elements/0${at}`);
const inInput = (make: (n: number) => object, at: string): Sample =>
  inBlock((n) => ({ type: 'input', label: plain(), element: make(n) }), `/element${at}`);
const inButton = (make: (n: number) => object, at: string): Sample =>
  inAction((n) => ({ type: 'button', text: plain(), ...make(n) }), at);
const inConfirm = (make: (n: number) => object, at: string): Sample =>
  inButton((n) => ({ confirm: { text: plain(), ...make(n) } }), `/confirm${at}`);
const select = (make: (n: number) => object, at: string): Sample =>
  inAction((n) => ({ type: 'static_select', ...make(n) }), at);
const multiSelect = (make: (n: number) => object, at: string): Sample =>
  inAction((n) => ({ type: 'multi_static_select', ...make(n) }), at);
const overflow = (make: (n: number) => object, at: string): Sample =>
  inAction((n) => ({ type: 'overflow', ...make(n) }), at);

const samples: Readonly<Record<keyof typeof limits, Sample>> = {
  'Message.text': { verdict: (n) => lintMessage({ text: x(n), blocks: [] }), at: '/text' },
  'Message.blocks': { verdict: (n) => message(...some(n, () => ({ type: 'divider' }))), at: '/blocks' },
  'BaseView.blocks': inView((n) => ({ blocks: some(n, () => ({ type: 'divider' })) }), '/blocks'),
  'BaseView.callback_id': inView((n) => ({ callback_id: x(n) }), '/callback_id'),
  'BaseView.external_id': inView((n) => ({ external_id: x(n) }), '/external_id'),
  'BaseView.private_metadata': inView((n) => ({ private_metadata: x(n) }), '/private_metadata'),
  'ModalView.title': inView((n) => ({ title: plain(x(n)) }), '/title/text'),
  'ModalView.submit': inView((n) => ({ submit: plain(x(n)) }), '/submit/text'),
  'ModalView.close': inView((n) => ({ close: plain(x(n)) }), '/close/text'),
  'Block.block_id': inBlock((n) => ({ type: 'divider', block_id: x(n) }), '/block_id'),
  'ActionsBlock.elements': inBlock(
    (n) => ({ type: 'actions', elements: some(n, () => ({ type: 'button', text: plain() })) }),
    '/elements',
  ),
  'ContextBlock.elements': inBlock((n) => ({ type: 'context', elements: some(n, () => mrkdwn()) }), '/elements'),
  'HeaderBlock.text': inBlock((n) => ({ type: 'header', text: plain(x(n)) }), '/text/text'),
  'ImageBlock.alt_text': inBlock((n) => ({ type: 'image', image_url: web(20), alt_text: x(n) }), '/alt_text'),
  'ImageBlock.title': inBlock(
    (n) => ({ type: 'image', image_url: web(20), alt_text: 'x', title: plain(x(n)) }),
    '/title/text',
  ),
  'InputBlock.label': inBlock(
    (n) => ({ type: 'input', label: plain(x(n)), element: { type: 'datepicker' } }),
    '/label/text',
  ),
  'InputBlock.hint': inBlock(
    (n) => ({ type: 'input', label: plain(), hint: plain(x(n)), element: { type: 'datepicker' } }),
    '/hint/text',
  ),
  'SectionBlock.text': inBlock((n) => ({ type: 'section', text: mrkdwn(x(n)) }), '/text/text'),
  'SectionBlock.fields': inBlock((n) => ({ type: 'section', fields: some(n, () => mrkdwn()) }), '/fields'),
  'SectionBlock.fields[]': inBlock((n) => ({ type: 'section', fields: [mrkdwn(x(n))] }), '/fields/0/text'),
  'Action.action_id': inButton((n) => ({ action_id: x(n) }), '/action_id'),
  'Placeholdable.placeholder': inInput(
    (n) => ({ type: 'plain_text_input', placeholder: plain(x(n)) }),
    '/placeholder/text',
  ),
  'MaxItemsSelectable.max_selected_items': inInput(
    (n) => ({ type: 'multi_users_select', max_selected_items: n }),
    '/max_selected_items',
  ),
  'Button.text': inButton((n) => ({ text: plain(x(n)) }), '/text/text'),
  'Button.value': inButton((n) => ({ value: x(n) }), '/value'),
  'Button.url': inButton((n) => ({ url: web(n) }), '/url'),
  'Button.accessibility_label': inButton((n) => ({ accessibility_label: x(n) }), '/accessibility_label'),
  'Checkboxes.options': inAction((n) => ({ type: 'checkboxes', options: some(n, option) }), '/options'),
  'RadioButtons.options': inAction((n) => ({ type: 'radio_buttons', options: some(n, option) }), '/options'),
  'Overflow.options': overflow((n) => ({ options: some(n, option) }), '/options'),
  'StaticSelect.options': select((n) => ({ options: some(n, option) }), '/options'),
  'StaticSelect.option_groups': select((n) => ({ option_groups: some(n, group) }), '/option_groups'),
  'MultiStaticSelect.options': multiSelect((n) => ({ options: some(n, option) }), '/options'),
  'MultiStaticSelect.option_groups': multiSelect((n) => ({ option_groups: some(n, group) }), '/option_groups'),
  'DateTimepicker.initial_date_time': inInput(
    (n) => ({ type: 'datetimepicker', initial_date_time: n }),
    '/initial_date_time',
  ),
  'ExternalSelect.min_query_length': inInput(
    (n) => ({ type: 'external_select', min_query_length: n }),
    '/min_query_length',
  ),
  'PlainTextInput.min_length': inInput((n) => ({ type: 'plain_text_input', min_length: n }), '/min_length'),
  'PlainTextInput.max_length': inInput((n) => ({ type: 'plain_text_input', max_length: n }), '/max_length'),
  'ImageElement.alt_text': inBlock(
    (n) => ({ type: 'context', elements: [{ type: 'image', image_url: web(20), alt_text: x(n) }] }),
    '/elements/0/alt_text',
  ),
  'UrlImageObject.image_url': inBlock((n) => ({ type: 'image', image_url: web(n), alt_text: 'x' }), '/image_url'),
  'RichTextList.indent': inBlock(
    (n) => ({ type: 'rich_text', elements: [{ ...richTextList, indent: n }] }),
    '/elements/0/indent',
  ),
  'PlainTextElement.text': inBlock((n) => ({ type: 'context', elements: [plain(x(n))] }), '/elements/0/text'),
  'MrkdwnElement.text': inBlock((n) => ({ type: 'context', elements: [mrkdwn(x(n))] }), '/elements/0/text'),
  'Confirm.title': inConfirm((n) => ({ title: plain(x(n)) }), '/title/text'),
  'Confirm.text': inConfirm((n) => ({ text: mrkdwn(x(n)) }), '/text/text'),
  'Confirm.confirm': inConfirm((n) => ({ confirm: plain(x(n)) }), '/confirm/text'),
  'Confirm.deny': inConfirm((n) => ({ deny: plain(x(n)) }), '/deny/text'),
  'OptionDescriptor.value': select((n) => ({ options: [choice({ value: x(n) })] }), '/options/0/value'),
  'OptionDescriptor.url': overflow((n) => ({ options: [choice({ url: web(n) })] }), '/options/0/url'),
  'OptionDescriptor.description': select(
    (n) => ({ options: [choice({ description: plain(x(n)) })] }),
    '/options/0/description/text',
  ),
  'MrkdwnOption.text': inAction(
    (n) => ({ type: 'checkboxes', options: [choice({ text: mrkdwn(x(n)) })] }),
    '/options/0/text/text',
  ),
  'PlainTextOption.text': select((n) => ({ options: [choice({ text: plain(x(n)) })] }), '/options/0/text/text'),
  'OptionGroup.label': select(
    (n) => ({ option_groups: [{ label: plain(x(n)), options: [option()] }] }),
    '/option_groups/0/label/text',
  ),
  'OptionGroup.options': select(
    (n) => ({ option_groups: [{ label: plain(), options: some(n, option) }] }),
    '/option_groups/0/options',
  ),
};

const richTextList = {
  type: 'rich_text_list',
  style: 'bullet',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }],
};

const pointers = (verdict: Verdict) => (verdict.ok ? [] : verdict.errors.map(({ pointer }) => pointer));

/** Each end of each limit: the last size that is taken and the first that is refused. */
const edges = Object.entries<Limit>(limits).flatMap(([name, { min, max }]) => [
  ...(max === undefined ? [] : [{ name, taken: max, refused: max + 1 }]),
  ...(min === undefined || min === 0 ? [] : [{ name, taken: min, refused: min - 1 }]),
]);

test.each(edges)('$name: $taken is taken, $refused is refused', ({ name, taken, refused }) => {
  const { verdict, at } = samples[name as keyof typeof limits];
  expect(verdict(taken)).toEqual({ ok: true });
  expect(pointers(verdict(refused))).toEqual([at]);
});

test('a number below zero is refused where none makes sense', () => {
  for (const name of ['RichTextList.indent', 'ExternalSelect.min_query_length', 'PlainTextInput.min_length'] as const) {
    expect(samples[name].verdict(0)).toEqual({ ok: true });
    expect(pointers(samples[name].verdict(-1))).toEqual([samples[name].at]);
  }
});

import { describe, expect, test } from 'vitest';
import { lintMessage, lintView } from '../../../bot/block-kit/lint.ts';
import { toldProblems, type Verdict } from '../../../bot/block-kit/verdict.ts';

const plain = (text = 'x') => ({ type: 'plain_text', text });
const mrkdwn = (text = 'x') => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const option = (value: string) => ({ text: plain(), value });
const input = (element: object) => ({ type: 'input', label: plain(), element });
const actions = (...elements: object[]) => ({ type: 'actions', elements });

// The lint is asked about what TypeScript would refuse, so what is made here has no type.
const message = (...blocks: unknown[]) => lintMessage({ text: 'Something.', blocks: blocks as never });
const modal = (given: object) => lintView({ type: 'modal', title: plain(), blocks: [], ...given } as never);
const told = (verdict: Verdict) => (verdict.ok ? '' : toldProblems(verdict.errors));

test('answers as blocks.validate does', () => {
  expect(message(section('x'))).toEqual({ ok: true });
  expect(message(section(''))).toEqual({
    ok: false,
    error: 'invalid_blocks',
    errors: [
      {
        code: 'failed_constraint',
        pointer: '/blocks/0/text/text',
        message: 'is 0 characters, at least 1',
        constraint: { type: 'min_length', expected: 1, got: 0 },
      },
    ],
  });
});

test('takes every kind of block and element that XEPA uses', () => {
  const options = [option('a'), option('b')];
  const menu = { placeholder: plain(), confirm: { text: mrkdwn(), style: 'danger' } };
  const choices = [
    { type: 'static_select', ...menu, options, initial_option: option('a') },
    { type: 'external_select', ...menu, min_query_length: 0 },
    { type: 'users_select', ...menu, initial_user: 'U01ALICE' },
    { type: 'conversations_select', ...menu, filter: { include: ['public', 'private'], exclude_bot_users: true } },
    { type: 'multi_static_select', ...menu, option_groups: [{ label: plain(), options }], initial_options: options },
    { type: 'multi_external_select', ...menu, max_selected_items: 2 },
    { type: 'multi_users_select', ...menu, initial_users: ['U01ALICE'] },
    { type: 'checkboxes', options, initial_options: [option('b')] },
    { type: 'radio_buttons', options, initial_option: option('b') },
    { type: 'datepicker', ...menu, initial_date: '2026-11-27' },
    { type: 'timepicker', ...menu, initial_time: '23:59', timezone: 'Europe/Berlin' },
  ];
  const datetimepicker = { type: 'datetimepicker', initial_date_time: 1_800_000_000 };
  const button = { type: 'button', text: plain(), style: 'primary', value: 'x', url: 'https://x.example/' };
  const overflow = { type: 'overflow', options: [{ ...option('a'), url: 'http://127.0.0.1:1/' }] };
  const image = { type: 'image', slack_file: { id: 'F1' }, alt_text: 'a screen' };
  const typedText = { type: 'plain_text_input', multiline: true, initial_value: '<!channel>', max_length: 3000 };
  const dispatched = { ...typedText, dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } };
  const leaves = [
    { type: 'text', text: 'x', style: { bold: true } },
    { type: 'link', url: 'https://x.example/', text: 'x' },
    { type: 'emoji', name: 'wave' },
    { type: 'user', user_id: 'U01ALICE' },
    { type: 'date', timestamp: 1_800_000_000, format: '{time}', fallback: '14:05 UTC' },
  ];
  const paragraph = { type: 'rich_text_section', elements: leaves };
  const blocks = [
    { type: 'header', text: { ...plain(), emoji: true }, block_id: 'top' },
    { type: 'section', text: mrkdwn(), fields: [plain(), mrkdwn()], accessory: image },
    ...[...choices, button, overflow].map((accessory) => ({ type: 'section', text: plain(), accessory })),
    { type: 'context', elements: [{ ...mrkdwn(), verbatim: true }, plain(), image] },
    actions(...choices, datetimepicker, button, overflow),
    { type: 'divider' },
    { type: 'image', image_url: 'https://x.example/a.png', alt_text: 'x', title: plain() },
    ...[...choices, datetimepicker, typedText, dispatched].map(input),
    {
      type: 'rich_text',
      elements: [
        paragraph,
        { type: 'rich_text_list', style: 'ordered', indent: 1, border: 0, elements: [paragraph] },
        { type: 'rich_text_quote', elements: leaves },
        { type: 'rich_text_preformatted', elements: leaves, border: 1 },
      ],
    },
  ];
  expect(told(message(...blocks))).toBe('');
  expect(told(modal({ blocks, submit: plain('Install'), close: plain('Back'), notify_on_close: true }))).toBe('');
  expect(told(lintView({ type: 'home', blocks: blocks as never, callback_id: 'home' }))).toBe('');
});

test.each<[string, unknown, string]>([
  ['a block that XEPA does not make', { type: 'video' }, '/blocks/0/type: unsupported type or value: video'],
  ['a block of no type', {}, '/blocks/0/type: unsupported type or value: undefined'],
  ['a block that is none', null, '/blocks/0: must be object, is null'],
  [
    'a type that every object has a field of',
    { type: 'toString' },
    '/blocks/0/type: unsupported type or value: toString',
  ],
  ['mrkdwn in a header', { type: 'header', text: mrkdwn() }, '/blocks/0/text/type: unsupported type or value: mrkdwn'],
  ['a bare string as text', { type: 'section', text: 'x' }, '/blocks/0/text: must be object, is string'],
  [
    'a number as text',
    { type: 'section', text: { type: 'mrkdwn', text: 7 } },
    '/blocks/0/text/text: must be string, is number',
  ],
  [
    'a field of another kind of text',
    { type: 'section', text: { ...plain(), verbatim: true } },
    '/blocks/0/text: has the field verbatim, which Slack does not know here',
  ],
  [
    'an option with a type',
    actions({ type: 'radio_buttons', options: [{ ...option('a'), type: 'option' }] }),
    '/blocks/0/elements/0/options/0: has the field type, which Slack does not know here',
  ],
  ['an empty section', { type: 'section' }, '/blocks/0: needs at least one of text and fields'],
  ['an empty row of buttons', actions(), '/blocks/0/elements: is 0 items, at least 1'],
  ['elements that are no list', { type: 'actions', elements: {} }, '/blocks/0/elements: must be array, is object'],
  [
    'a text input among buttons',
    actions({ type: 'plain_text_input' }),
    '/blocks/0/elements/0/type: unsupported type or value: plain_text_input',
  ],
  [
    'a button to fill in',
    input({ type: 'button', text: plain() }),
    '/blocks/0/element/type: unsupported type or value: button',
  ],
  [
    'a picture without words',
    { type: 'image', image_url: 'https://x.example/' },
    '/blocks/0: lacks the field alt_text',
  ],
  [
    'a picture from two places',
    { type: 'image', image_url: 'https://x.example/', slack_file: { id: 'F1' }, alt_text: 'x' },
    '/blocks/0: needs exactly one of image_url and slack_file',
  ],
  [
    'a button that leads to no web address',
    actions({ type: 'button', text: plain(), url: 'javascript:x' }),
    '/blocks/0/elements/0/url: must be an http or https address',
  ],
  [
    'a button of no known colour',
    actions({ type: 'button', text: plain(), style: 'red' }),
    '/blocks/0/elements/0/style: unsupported type or value: red',
  ],
  [
    'a menu with options and groups',
    actions({
      type: 'static_select',
      options: [option('a')],
      option_groups: [{ label: plain(), options: [option('b')] }],
    }),
    '/blocks/0/elements/0: needs exactly one of options and option_groups',
  ],
  [
    'a choice that is none of the options',
    actions({ type: 'static_select', options: [option('a')], initial_option: option('b') }),
    '/blocks/0/elements/0/initial_option: is none of the options',
  ],
  [
    'choices that are none of the options',
    actions({ type: 'checkboxes', options: [option('a')], initial_options: [option('a'), option('b')] }),
    '/blocks/0/elements/0/initial_options/1: is none of the options',
  ],
  [
    'two options of one value',
    actions({
      type: 'multi_static_select',
      option_groups: [
        { label: plain(), options: [option('a')] },
        { label: plain(), options: [option('a')] },
      ],
    }),
    '/blocks/0/elements/0/option_groups/1/options/0/value: is used twice',
  ],
  [
    'an option without a value',
    actions({ type: 'overflow', options: [{ text: plain() }] }),
    '/blocks/0/elements/0/options/0: lacks the field value',
  ],
  [
    'an address in a menu',
    actions({ type: 'static_select', options: [{ ...option('a'), url: 'https://x.example/' }] }),
    '/blocks/0/elements/0/options/0: has the field url, which Slack does not know here',
  ],
  [
    'a day in another order',
    input({ type: 'datepicker', initial_date: '27.11.2026' }),
    '/blocks/0/element/initial_date: must be a day as YYYY-MM-DD',
  ],
  [
    'a time of no clock',
    input({ type: 'timepicker', initial_time: '24:00' }),
    '/blocks/0/element/initial_time: must be a time as HH:mm',
  ],
  [
    'half a number',
    input({ type: 'plain_text_input', min_length: 1.5 }),
    '/blocks/0/element/min_length: must be integer, is number',
  ],
  [
    'a flag in words',
    input({ type: 'plain_text_input', multiline: 'yes' }),
    '/blocks/0/element/multiline: must be boolean, is string',
  ],
  [
    'a ping in rich text',
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'here' }] }] },
    '/blocks/0/elements/0/elements/0/type: unsupported type or value: broadcast',
  ],
])('refuses %s', (_what, block, expected) => {
  expect(told(message(block))).toBe(expected);
});

test('finds all mistakes at once', () => {
  const verdict = lintMessage({ text: '', blocks: [section(''), { type: 'video' }] as never });
  expect(verdict.ok ? [] : verdict.errors.map(({ pointer }) => pointer)).toEqual([
    '/text',
    '/blocks/0/text/text',
    '/blocks/1/type',
  ]);
});

describe('ids', () => {
  const button = (action_id: string) => ({ type: 'button', text: plain(), action_id });

  test('of blocks are unique in a message', () => {
    const divider = { type: 'divider', block_id: 'a' };
    expect(told(message(divider, { type: 'divider' }, { type: 'divider' }, divider))).toBe(
      '/blocks/3/block_id: is used twice',
    );
  });

  test('of actions are unique in a block, and only there', () => {
    expect(told(message(actions(button('a'), button('a'))))).toBe('/blocks/0/elements/1/action_id: is used twice');
    expect(told(message(actions(button('a')), actions(button('a'))))).toBe('');
  });
});

describe('a view', () => {
  const asks = input({ type: 'plain_text_input', focus_on_load: true });

  test('with inputs needs a submit button if it is a modal', () => {
    expect(told(modal({ blocks: [asks] }))).toBe(': lacks the field submit, which a modal with inputs needs');
    expect(told(modal({ blocks: [asks], submit: plain('Deny') }))).toBe('');
    expect(told(lintView({ type: 'home', blocks: [asks] as never }))).toBe('');
  });

  test('has one element in focus', () => {
    const wrong = modal({ blocks: [asks, asks], submit: plain() });
    expect(told(wrong)).toBe('/blocks/1/element/focus_on_load: is used twice');
  });

  test('of another type, without a title, or with what is no field of it is refused', () => {
    const home = lintView({ type: 'workflow_step', blocks: [] } as never);
    expect(told(home)).toBe('/type: unsupported type or value: workflow_step');
    expect(told(modal({ title: undefined }))).toBe(': lacks the field title');
    expect(told(lintView({ type: 'home', title: plain(), blocks: [] } as never))).toContain('the field title');
    expect(told(modal({ blocks: undefined }))).toBe(': lacks the field blocks');
  });
});

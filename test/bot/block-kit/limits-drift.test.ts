import { describe, expect, test } from 'vitest';
import { type Limit, limits } from '../../../bot/block-kit/limits.ts';
import { commentsOf, limitsOf, type Stated, statedLimits, unreadFigures } from '../../support/slack-limits.ts';

/** What Slack limits and XEPA never sends: each interface with the reason. The lint refuses them all by their type. */
const notOurs: Readonly<Record<string, string>> = {
  CardBlock: 'a newer block that not all clients show',
  CarouselBlock: 'made of cards',
  ContainerBlock: 'a newer block that not all clients show',
  ContextActionsBlock: 'for answers of assistants',
  DataTableBlock: 'a newer block that not all clients show',
  MarkdownBlock: 'another markup with other escaping than all our texts have',
  TableBlock: 'our lists are short enough for lines of text',
  VideoBlock: 'we have no videos',
  FeedbackButtons: 'only in context actions',
  IconButton: 'only in context actions',
  WorkflowButton: 'starts a workflow of Slack; XEPA has none',
  FileInput: 'needs the scope files:read, which XEPA does not ask for',
  RichTextInput: 'reasons are plain text, so that they can be shown anywhere',
  RawNumberElement: 'only in tables',
  RawTextElement: 'only in tables',
};

/** Properties whose comments hold figures that limit nothing, and what these are. */
const noLimits: Readonly<Record<string, string>> = {
  'Button.text': 'where a client may shorten it',
  'DataTableBlock.row_header_column_index': 'an index',
  'DateTimepicker.initial_date_time': 'the number of digits; a row of ours without a comparison',
  'ExternalSelect.min_query_length': 'a default',
  'MultiExternalSelect.min_query_length': 'a default',
  NumberInput: 'examples',
  'RichTextBorderable.border': 'the two values of its type',
  'RichTextDate.format': 'examples',
  'RichTextList.style': 'counts from one',
  'SectionBlock.fields': 'two columns',
  'Timepicker.initial_time': 'examples of a format',
  'WorkflowButton.text': 'where a client may shorten it',
};

const rows = Object.entries<Limit>(limits);
const stated = statedLimits();

/** Our row says what the comment says; beyond that it may only say that a text or list must not be empty. */
function agrees(row: Limit, { min, max }: Stated): boolean {
  return row.max === max && (min === undefined ? (row.min ?? 0) <= 1 : row.min === min);
}

describe('the limits that @slack/types states', () => {
  test('are found: as many as its comments hold', () => {
    expect(stated.length).toBeGreaterThanOrEqual(71);
    expect(new Set(stated.map(({ name }) => name)).size).toBe(stated.length);
  });

  test('are all in our table with the same figures, or left out for a reason', () => {
    const table = new Map(rows);
    const wrong = stated
      .filter(({ name }) => !Object.hasOwn(notOurs, name.split('.')[0] ?? ''))
      .filter((one) => !agrees(table.get(one.name) ?? {}, one));
    expect(wrong).toEqual([]);
  });

  test('stand behind every row that does not name another source', () => {
    const names = new Set(stated.map(({ name }) => name));
    const unfounded = rows.filter(([name, row]) => (row.from === undefined) !== names.has(name));
    expect(unfounded).toEqual([]);
  });

  test('are left out only where there are some', () => {
    const interfaces = new Set(stated.map(({ name }) => name.split('.')[0]));
    expect(Object.keys(notOurs).filter((name) => !interfaces.has(name))).toEqual([]);
    expect(rows.filter(([name]) => Object.hasOwn(notOurs, name.split('.')[0] ?? ''))).toEqual([]);
  });

  test('are all that its comments say in figures: no wording is overlooked', () => {
    const found = new Set(unreadFigures().map((one) => one.split(': ')[0] ?? ''));
    expect([...found].sort()).toEqual(Object.keys(noLimits).sort());
  });
});

describe('the reader of the comments', () => {
  test.each<[string, Omit<Stated, 'name'>[]]>([
    ['Maximum length for this field is 2000 characters.', [{ max: 2000 }]],
    ['The minimum length is 1 and maximum length is 3000 characters.', [{ min: 1, max: 3000 }]],
    ['Minimum 1, maximum 10 cards.', [{ min: 1, max: 10 }]],
    ['An array of up to 5 options.', [{ max: 5 }]],
    ['Must be less than 50 characters.', [{ max: 49 }]],
    ['Limit 12,000 characters max.', [{ max: 12_000 }]],
    ['Must be between 1 and 100. Defaults to 8 when not specified.', [{ min: 1, max: 100 }]],
    ['It is 5 wide.', []],
  ])('reads "%s"', (text, expected) => {
    expect(limitsOf('X.y', text).stated).toEqual(expected.map((one) => ({ name: 'X.y', ...one })));
  });

  test('tells the limit of a list from the limit of its items', () => {
    const text = 'Maximum number of items is 10. Maximum length for the text in each item is 2000 characters.';
    expect(limitsOf('X.y', text).stated).toEqual([
      { name: 'X.y', max: 10 },
      { name: 'X.y[]', max: 2000 },
    ]);
  });

  test('says which figures it did not understand', () => {
    expect(limitsOf('X.y', 'No more than 7 of them. Defaults to 5.').unread).toEqual(['7']);
  });

  test('gives a comment to its property, also within an object', () => {
    const source = [
      'export interface Outer extends Base {',
      '    /**',
      '     * @description One {@link https://x.example/1 of 2} things. Maximum length of 3 characters.',
      '     * @see {@link https://x.example/4 five}',
      '     */',
      '    a?: string;',
      '    inner: {',
      '        /** @description Max of 6. */',
      '        b: string;',
      '    };',
      '}',
    ].join('\n');
    expect(commentsOf(source)).toEqual([
      { name: 'Outer.a', text: 'One of 2 things. Maximum length of 3 characters.' },
      { name: 'Outer.inner.b', text: 'Max of 6.' },
    ]);
  });
});

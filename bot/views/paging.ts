import type { types } from '@slack/bolt';
import type { Page } from '../page.ts';
import { cut } from '../text.ts';
import { section } from './message.ts';

/** What the buttons of one list are called on the wire. */
interface PageIds {
  earlier: string;
  later: string;
}

/** "Earlier" and "Later" as far as there is something; their value is "2 query". */
export function pageButtons(ids: PageIds, { page, pages }: Page<unknown>, query = ''): types.ActionsBlock[] {
  const button = (id: string, text: string, to: number): types.Button => ({
    type: 'button',
    action_id: id,
    value: `${to} ${cut(query, 200)}`.trim(),
    text: { type: 'plain_text', text },
    accessibility_label: `${text}, page ${to} of ${pages}`,
  });
  const elements = [
    ...(page > 1 ? [button(ids.earlier, '◀ Earlier', page - 1)] : []),
    ...(page < pages ? [button(ids.later, 'Later ▶', page + 1)] : []),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'xepa.pages', elements }];
}

/** "page 2 of 3", or nothing where there is one. */
export function pageText({ page, pages }: Page<unknown>): string {
  return pages > 1 ? `, page ${page} of ${pages}` : '';
}

/** Lines in sections of so many, so that none is longer than Slack takes. */
export function lineSections(lines: readonly string[], each: number): types.SectionBlock[] {
  const starts = Array.from({ length: Math.ceil(lines.length / each) }, (_, index) => index * each);
  return starts.map((start) => section(lines.slice(start, start + each).join('\n')));
}

import type { InstallRecord } from '../../core/contracts/install.ts';
import { awaitsClearance } from '../../core/decisions.ts';
import type { Page } from '../list-filter.ts';
import { code } from '../text.ts';
import { headline } from './headline.ts';
import { context, type Message, section, sentence } from './message.ts';
import { who } from './names.ts';
import { stepNumber } from './steps.ts';
import { subjectText } from './subject.ts';
import { duration } from './units.ts';

/** A page of installs, a line each. */
export function installList(page: Page<InstallRecord>, now: number): Message {
  const { items } = page;
  if (items.length === 0) return sentence('There is no such install. `/xepa help install` says how to ask for one.');
  const lines = items.map((record) => installLine(record, now));
  return {
    text: `${pageText(page)}${items.length} installs, newest first.`,
    blocks: [
      section(lines.join('\n')),
      context(`${pageHint(page)}\`/xepa status &lt;install&gt;\` shows one of them in full.`),
    ],
  };
}

/** "🔵 Installing, step 7 of 15 · `xe-7f3kq2` debian-13 on web-07 · @alice, 5 min ago" */
export function installLine(record: InstallRecord, now: number): string {
  const { emoji, word } = headline(record);
  const step = record.phase === 'forward' && !awaitsClearance(record) ? `, ${stepNumber(record)}` : '';
  const what = subjectText(record, { iso: 30, device: 40 });
  const age = duration(now - record.createdAt);
  return `${emoji} ${word}${step}  ·  ${code(record.id, 20)}  ${what}  ·  ${who(record.request.requestedBy)}, ${age} ago`;
}

/** "Page 2 of 3: ", or nothing where one page is all. */
export function pageText({ page, pages }: Pick<Page<unknown>, 'page' | 'pages'>): string {
  return pages === 1 ? '' : `Page ${page} of ${pages}: `;
}

/** How to see the next page, where there is one. */
export function pageHint({ page, pages }: Pick<Page<unknown>, 'page' | 'pages'>): string {
  return page < pages ? `Page ${page} of ${pages}; ${code(`--page ${page + 1}`)} shows older ones.  ·  ` : '';
}

import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Page } from '../list-filter.ts';
import { code, quoteText } from '../text.ts';
import { installLine, pageHint, pageText } from './install-list.ts';
import { context, type Message, sections, sentence } from './message.ts';

/** What waits for approval, with the reason and until when. */
export function approvalList(page: Page<InstallRecord>, now: number): Message {
  const { items } = page;
  if (items.length === 0) return sentence('Nothing waits for approval.');
  return {
    text: `${pageText(page)}${items.length} ${items.length === 1 ? 'install waits' : 'installs wait'} for approval.`,
    blocks: [
      ...sections(items.map((record) => approvalLine(record, now))),
      context(`${pageHint(page)}${code('/xepa status <install>')} shows one in full; then approve or deny it there.`),
    ],
  };
}

/** The line of an install with why it needs approval and until when it can have it. */
export function approvalLine(record: InstallRecord, now: number): string {
  const { approval } = record;
  const until = new Date(approval?.expiresAt ?? 0).toISOString().slice(11, 16);
  return `${installLine(record, now)}\n        until ${until} UTC; ${quoteText(approval?.because ?? '', 200)}`;
}

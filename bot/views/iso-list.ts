import type { LibraryIso } from '../iso-library.ts';
import type { Page } from '../page.ts';
import { code, cut, plain } from '../text.ts';
import { context, type Message, section, sentence } from './message.ts';
import { byText, urlText } from './names.ts';
import { lineSections, pageButtons, pageText } from './paging.ts';
import { dateText } from './until.ts';

export const isoPageIds = { earlier: 'xepa.isos.earlier', later: 'xepa.isos.later' } as const;

/** An ISO that people may name. `kept` is null for a configured one. */
export interface NamedIso {
  name: string;
  url: string;
  sha256: string | null;
  /** Other addresses of the same file. */
  mirrors?: readonly string[] | undefined;
  kept: LibraryIso | null;
  /** Of the library, but the settings have the same name, and theirs counts. */
  hidden: boolean;
}

/** The ISOs that have a name, a line each. */
export function isoList(rows: Page<NamedIso>): Message {
  if (rows.total === 0) {
    return sentence('No ISO has a name yet. `/xepa help iso` tells how to add one; `--iso` also takes a full URL.');
  }
  const title = `ISOs ${rows.first}–${rows.first + rows.items.length - 1} of ${rows.total}${pageText(rows)}.`;
  return {
    text: title,
    blocks: [
      ...lineSections(rows.items.map(line), 5),
      context(`${title} \`/xepa iso show &lt;name&gt;\` shows one in full.`),
      ...pageButtons(isoPageIds, rows),
    ],
  };
}

/** One ISO in full. */
export function isoCard(iso: NamedIso): Message {
  const added = iso.kept ? [`*Added*  ${byText(iso.kept.added.by)} on ${dateText(iso.kept.added.at)}`] : [];
  const lines = [
    `*ISO*  ${code(iso.name, 100)}`,
    `*State*  ${stateText(iso)}`,
    `*From*  ${urlText(iso.url, 1000)}`,
    ...(iso.mirrors ?? []).map((url) => `*Or from*  ${urlText(url, 300)}`),
    `*SHA-256*  ${iso.sha256 === null ? 'none given: what is fetched is not checked' : code(iso.sha256)}`,
    ...added,
  ];
  return { text: `${code(iso.name, 100)}: ${stateText(iso)}.`, blocks: [section(lines.join('\n'))] };
}

function line(iso: NamedIso): string {
  const digest = iso.sha256 === null ? 'no checksum' : `sha256 ${code(cut(iso.sha256, 13))}`;
  return `${code(iso.name, 60)}  ${stateText(iso)}\n      ${digest}  ·  ${plain(new URL(iso.url).host, 80)}`;
}

function stateText({ kept, hidden }: NamedIso): string {
  if (!kept) return '⚙️ from the settings';
  if (kept.retired) return `⚪ retired ${byText(kept.retired.by)} on ${dateText(kept.retired.at)}`;
  return hidden ? '⚪ hidden: the settings have one of the same name' : '🟢 in the library';
}

import type { types } from '@slack/bolt';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { awaitsClearance } from '../../core/decisions.ts';
import type { Freeze } from '../policy/types.ts';
import { code, plain } from '../text.ts';
import { approvalButtons, homeButton } from './buttons.ts';
import { eraseWarning } from './erases.ts';
import { headline } from './headline.ts';
import { context, header, section, sections } from './message.ts';
import { byText, who, whyText } from './names.ts';
import { needsLine } from './needs.ts';
import { stepNumber } from './steps.ts';
import { subjectName, subjectText } from './subject.ts';
import { duration } from './units.ts';
import { when } from './when.ts';

/** What App Home shows to one person. */
export type HomeContent =
  /** Who may not look at anything here. */
  | { kind: 'outsider'; reason: string }
  | {
      kind: 'member';
      now: number;
      /** Approval requests that this person may decide. */
      needsMe: readonly InstallRecord[];
      /** Emergencies that somebody else went through with, and nobody has looked at yet. */
      toReview: readonly InstallRecord[];
      running: readonly InstallRecord[];
      waiting: readonly InstallRecord[];
      /** Devices that they own, with who has locked them. */
      owned: readonly { name: string; lock: { by: string; reason: string; until: number | null } | null }[];
      freezes: readonly Freeze[];
      finished: readonly InstallRecord[];
      mayInstall: boolean;
    };

type Member = Extract<HomeContent, { kind: 'member' }>;

/** So many of each kind: a Home holds a hundred blocks. */
const MOST = 10;

export function homeView(content: HomeContent): types.HomeView {
  const blocks = content.kind === 'outsider' ? [section(`🚫 ${plain(content.reason)}`)] : memberBlocks(content);
  return { type: 'home', blocks };
}

function memberBlocks(content: Member): types.KnownBlock[] {
  return [
    ...freezeBlocks(content.freezes),
    ...part('What needs you', content.needsMe, 'Nothing waits for you.', decideBlocks),
    ...(content.toReview.length > 0 ? part('To be reviewed', content.toReview, '', reviewBlocks) : []),
    ...part('Your installs', [...content.running, ...content.waiting], 'None runs.', (record) => [
      section(line(record, content.now)),
    ]),
    ...(content.owned.length > 0 ? [header('Your devices'), section(ownedText(content))] : []),
    ...part('Finished', content.finished, 'Nothing has finished yet.', (record) => [
      context(line(record, content.now)),
    ]),
    {
      type: 'actions',
      elements: [
        ...(content.mayInstall ? [homeButton('install', 'New install', 'primary')] : []),
        homeButton('refresh', 'Refresh'),
      ],
    },
  ];
}

function part(
  title: string,
  records: readonly InstallRecord[],
  none: string,
  show: (record: InstallRecord) => types.KnownBlock[],
): types.KnownBlock[] {
  const shown = records.slice(0, MOST).flatMap(show);
  const more = records.length > MOST ? [context(`and ${records.length - MOST} more: \`/xepa list\``)] : [];
  return [header(title), ...(records.length === 0 ? [section(`_${none}_`)] : shown), ...more];
}

function decideBlocks(record: InstallRecord): types.KnownBlock[] {
  const { approval, request } = record;
  if (!approval) return [];
  const lines = [
    `🟡 ${who(request.requestedBy)} wants ${code(subjectName(request), 80)} on ${code(record.device.name, 80)}, until ${when(approval.expiresAt)}`,
    ...(request.reason ? [`Why: ${plain(request.reason, 300)}`] : []),
    eraseWarning(record),
    needsLine(approval, request.requestedBy.id),
  ];
  return [...sections(lines), { ...approvalButtons(record), block_id: `home.${record.id}` }];
}

function reviewBlocks(record: InstallRecord): types.KnownBlock[] {
  const { breakGlass } = record.approval ?? {};
  if (!breakGlass) return [];
  const text = `🚨 ${who(breakGlass.by)} went ahead without votes on ${code(record.device.name, 80)} (${code(record.id, 20)}): ${plain(breakGlass.reason, 500)}. Look at it by ${when(breakGlass.reviewBy)}: \`/xepa review ${record.id} --note "…"\``;
  return [section(text)];
}

function freezeBlocks(freezes: readonly Freeze[]): types.KnownBlock[] {
  return freezes.slice(0, 5).map((freeze) => {
    const { tag, until, by } = freeze;
    const what = tag === null ? 'Everything is frozen' : `Devices with the tag ${code(tag, 60)} are frozen`;
    const end = until === null ? '' : ` until ${when(until)}`;
    return section(`🧊 *${what}*${end}, ${byText(by)}${whyText(freeze, 300)}`);
  });
}

function ownedText({ owned }: Member): string {
  const lines = owned.slice(0, MOST).map(({ name, lock }) => {
    const locked = lock ? `🔒 locked ${byText(lock.by)}${whyText(lock, 150)}` : 'free to use';
    return `• ${code(name, 100)}  ${locked}`;
  });
  return lines.join('\n');
}

function line(record: InstallRecord, now: number): string {
  const { emoji, word } = headline(record);
  const step = record.phase === 'forward' && !awaitsClearance(record) ? `, ${stepNumber(record)}` : '';
  const what = subjectText(record, { iso: 40, device: 60 });
  return `${emoji} ${word}${step}  ·  ${code(record.id, 20)}  ${what}  ·  ${duration(now - record.updatedAt)} ago`;
}

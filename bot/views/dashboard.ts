import type { types } from '@slack/bolt';
import { consoleIsOpen, type InstallRecord } from '../../core/contracts/install.ts';
import { openQuestion } from '../../core/questions.ts';
import { code } from '../text.ts';
import { approvalLine } from './approval-list.ts';
import { installButtons, showButton } from './buttons.ts';
import { installLine } from './install-list.ts';
import { context, type Message, section } from './message.ts';
import { questionButtons } from './question-buttons.ts';

/** Everything together stays below Slack's 50 blocks. */
const WITH_BUTTONS = 4;
const WITHOUT_BUTTONS = 8;
const ENDED = 3;

/** What there is to know at a glance. `more` open installs were not read. */
export interface Overview {
  open: readonly InstallRecord[];
  ended: readonly InstallRecord[];
  more: number;
}

/** What is stuck, what waits for an answer or for approval, which screens are ready, what runs; each with what can be done about it. */
export function dashboard({ open, ended, more }: Overview, now: number): Message {
  const stuck = open.filter((record) => record.phase === 'stuck');
  const waiting = open.filter((record) => record.phase === 'approval');
  const ready = open.filter(consoleIsOpen);
  const asked = open.filter((record) => openQuestion(record) !== null);
  const rest = open.filter((record) => ![...stuck, ...waiting, ...asked, ...ready].includes(record));
  const line = (record: InstallRecord) => installLine(record, now);
  const counts = `${rest.length + ready.length + asked.length} running, ${waiting.length} waiting for approval, ${stuck.length} stuck`;
  return {
    text: `XEPA: ${counts}.`,
    blocks: [
      section(`*${counts}*${more > 0 ? `  ·  ${more} more open installs were not read` : ''}`),
      ...withButtons({ title: '🆘 Needs a person', records: stuck, line, buttons: stuckButtons }),
      ...withButtons({ title: '👀 Waits for an answer', records: asked, line, buttons: questionButtons }),
      ...withButtons({
        title: '🟡 Waits for approval',
        records: waiting,
        line: (record) => approvalLine(record, now),
        buttons: (record) => [showButton(record)],
      }),
      ...withButtons({ title: '🖥️ Screen is ready', records: ready, line, buttons: readyButtons }),
      ...list('🔵 Runs', rest, WITHOUT_BUTTONS, line),
      ...list('Ended lately', ended, ENDED, line),
      context(`${code('/xepa status <install>')} shows one in full, ${code('/xepa list')} shows more.`),
    ],
  };
}

function withButtons(part: {
  title: string;
  records: readonly InstallRecord[];
  line: (record: InstallRecord) => string;
  buttons: (record: InstallRecord) => types.ActionsBlock['elements'];
}): types.KnownBlock[] {
  const { title, records, line, buttons } = part;
  const shown = records.slice(0, WITH_BUTTONS).flatMap((record): types.KnownBlock[] => {
    const elements = buttons(record);
    // Slack wants each block of a message to have a name of its own.
    const row: types.ActionsBlock = { type: 'actions', block_id: `xepa.buttons.${record.id}`, elements };
    return [section(line(record)), ...(elements.length > 0 ? [row] : [])];
  });
  return shown.length === 0 ? [] : [section(heading(title, records.length, WITH_BUTTONS)), ...shown];
}

function list(
  title: string,
  records: readonly InstallRecord[],
  most: number,
  line: (record: InstallRecord) => string,
): types.KnownBlock[] {
  if (records.length === 0) return [];
  return [section([heading(title, records.length, most), ...records.slice(0, most).map(line)].join('\n'))];
}

function heading(title: string, count: number, most: number): string {
  return `*${title}*${count > most ? ` (${count}, the newest ${most} are shown)` : ''}`;
}

function stuckButtons(record: InstallRecord): types.ActionsBlock['elements'] {
  return [...elementsOf(record), showButton(record)];
}

const readyButtons = elementsOf;

function elementsOf(record: InstallRecord): types.ActionsBlock['elements'] {
  return installButtons(record).flatMap((row) => row.elements);
}

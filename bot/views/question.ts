import { type InstallRecord, isTroubleshooting } from '../../core/contracts/install.ts';
import type { Question } from '../../core/contracts/question.ts';
import { openQuestion } from '../../core/questions.ts';
import { plain, quoteText } from '../text.ts';
import { preformatted } from './logs.ts';
import { context, type Message, section, sections } from './message.ts';
import { who } from './names.ts';
import { questionButtons } from './question-buttons.ts';
import { duration } from './units.ts';
import { when } from './when.ts';

/** What the worker asks, with all that it found, for the thread. Said once for each question. */
export function questionReply(record: InstallRecord, question: Question): Message {
  const text = `${signOf(question)} ${who(record.request.requestedBy)}, ${headOf(record, question)}`;
  const findings = question.findings.slice(0, 12).map((finding) => `• ${quoteText(finding, 400)}`);
  const elements = questionButtons(record);
  return {
    text,
    blocks: [
      section(`${text}\n${quoteText(question.why, 500)}`),
      ...(findings.length > 0 ? sections(['*What was seen*', ...findings]) : []),
      ...question.logs.slice(0, 3).flatMap(({ path, tail }) => preformatted(quoteText(path, 80), tail).map(section)),
      ...(elements.length === 0 ? [] : [{ type: 'actions' as const, block_id: 'xepa.question', elements }]),
      context(`${hintOf(question)}\n⏳ ${waitText(question)} Without an answer ${untilText(record, question)}.`),
    ],
  };
}

/** The current step's lines while people are asked; null while nothing is. */
export function questionText(record: InstallRecord): string | null {
  const question = openQuestion(record);
  if (!question) return null;
  return `${signOf(question)} *Say how to go on*\n${quoteText(question.why, 500)} The thread has what was seen.\n_⏳ ${waitText(question)} Without an answer ${untilText(record, question)}._`;
}

function signOf({ kind }: Question): string {
  return { 'nothing-bootable': '🧐', silent: '👀', 'in-rescue': '🛟' }[kind];
}

function headOf(record: InstallRecord, { kind }: Question): string {
  const device = plain(record.device.name);
  if (kind === 'nothing-bootable') return `${device} is still in rescue, and would start nothing from its disk.`;
  if (kind === 'silent') return `${device} has not answered yet.`;
  return `${device} is back in rescue.`;
}

function hintOf({ kind }: Question): string {
  if (kind === 'silent') return 'Many systems open no port before their first login; then press *It is up*.';
  if (kind === 'in-rescue')
    return '*Console again* starts what is on the disk in a VM, with its screen in your browser: to mend a boot loader, or to look. The last picture of the screen, where one was taken, stands further up in this thread.';
  return 'A disk can be started in ways that XEPA does not know, from a network for example.';
}

/** What it waits for, how long, and what it does meanwhile. */
function waitText({ kind, askedAt, until }: Question): string {
  const wait = `XEPA waits ${duration(until - askedAt)} for somebody to press a button`;
  return kind === 'silent'
    ? `${wait}. It goes on looking meanwhile, and ends by itself as soon as the server answers.`
    : `${wait}; the server stays in its rescue system until then.`;
}

function untilText(record: InstallRecord, { kind, until }: Question): string {
  const time = when(until);
  const what = isTroubleshooting(record) ? 'it' : 'the install';
  if (kind === 'nothing-bootable') return `by ${time} it is booted all the same`;
  if (kind === 'in-rescue') return `by ${time} it is started from its disk again, and ${what} ends`;
  return `by ${time} ${what} ends as done, but not seen running, and the server is left as it is`;
}

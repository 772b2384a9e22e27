import { startsFromDisk } from '../../core/console-round.ts';
import { consoleIsOpen, type InstallRecord, journalOf } from '../../core/contracts/install.ts';
import type { Keyboard } from '../../core/contracts/keyboard.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { awaitsClearance } from '../../core/decisions.ts';
import { mention, plain, quoteText } from '../text.ts';
import { actReplies } from './console-acts.ts';
import { decisionText } from './decision.ts';
import { eraseWarning } from './erases.ts';
import { finishedReply } from './finished.ts';
import { ladderLines, rungNames } from './ladder.ts';
import { letInReplies } from './let-in.ts';
import { context, fullStop, type Message, section, sections, sentence } from './message.ts';
import { who } from './names.ts';
import { failureText, gaveUpText, undoneText } from './outcome.ts';
import { questionReply } from './question.ts';
import { requestText } from './subject.ts';
import { uploadReplies } from './uploaded-disc.ts';
import { secureBootNote, vmLine } from './vm-lines.ts';
import { when } from './when.ts';
import { writeSections } from './writes.ts';

/** Something a person must be able to read later: said in the thread once, never edited. */
export interface Milestone {
  key:
    | 'decided'
    | `planned${string}`
    | `console-ready${string}`
    | `consoles-revoked-${number}`
    | `keyboard-${number}`
    | `console-act-${number}`
    | `disc-${number}`
    | `question-${number}`
    | `let-in-${number}`
    | 'stuck'
    | 'ended';
  message: Message;
}

/** Everything that is worth saying about the record as it is now. Whether it was said already is not known here. */
export function milestonesOf(record: InstallRecord): Milestone[] {
  const ready = consoleIsOpen(record);
  return [
    ...(decided(record) ? [{ key: 'decided' as const, message: decidedReply(record) }] : []),
    ...letInReplies(record),
    ...(record.facts.plan && tellsPlan(record.facts.plan) && isPlanned(record)
      ? [{ key: `planned${roundMark(record)}` as const, message: plannedReply(record, record.facts.plan) }]
      : []),
    ...(ready ? [{ key: `console-ready${roundMark(record)}` as const, message: consoleReply(record) }] : []),
    ...handOver(record),
    ...revocation(record),
    ...actReplies(record),
    ...uploadReplies(record),
    ...questions(record),
    ...(record.phase === 'stuck' ? [{ key: 'stuck' as const, message: stuckReply(record) }] : []),
    ...(record.phase === 'done' ? [{ key: 'ended' as const, message: finishedReply(record) }] : []),
    ...(record.phase === 'undone' ? [{ key: 'ended' as const, message: undoneReply(record) }] : []),
  ];
}

/** While the console is being opened again, the plan is still that of the time before. */
function isPlanned(record: InstallRecord): boolean {
  return record.facts.again === undefined || journalOf(record, 'plan')?.state === 'done';
}

/** Plans of before there was a ladder are not told. */
function tellsPlan({ ladder }: Plan): boolean {
  return ladder.length > 0;
}

/** Plan and screen are news again each time that the console is opened again. */
function roundMark({ facts }: InstallRecord): string {
  return facts.again ? `-${facts.again.n}` : '';
}

function decided(record: InstallRecord): boolean {
  return record.approval !== undefined && record.approval.state !== 'pending';
}

function decidedReply(record: InstallRecord): Message {
  const state = record.approval?.state ?? 'pending';
  const sign = { approved: '✅', expired: '⌛', denied: '🚫', withdrawn: '🚫', pending: '🚫' }[state];
  const request = `${who(record.request.requestedBy)}, your ${requestText(record)}`;
  // A request that nobody answered was done nothing to; it ran out.
  const verb = state === 'expired' ? 'has' : 'was';
  return sentence(`${sign} ${request} ${verb} ${decisionText(record)}. ${afterDecision(record)}`);
}

function afterDecision(record: InstallRecord): string {
  const { approval, journal } = record;
  if (approval?.state === 'approved') return begins(record);
  return journal.length === 0 ? 'The server was not touched.' : 'What was changed is put back.';
}

function begins(record: InstallRecord): string {
  if (!awaitsClearance(record)) return record.request.iso ? 'The install begins.' : 'It begins.';
  return `It begins ${when(record.request.startAt ?? 0)}, if the policy still allows it then.`;
}

/** The plan as a review: what goes in and how, what is erased, what it risks. Said before anything is written. */
function plannedReply(record: InstallRecord, plan: Plan): Message {
  const rungs = plan.ladder.map(
    ({ part, rung }) => `${part === 'disk' ? 'the disk' : 'the network'} by ${rungNames[rung]}`,
  );
  const text = `🧭 The plan for ${plain(record.device.name)}: ${rungs.join(', ')}.`;
  const warnings = warningLines(plan.warnings);
  const vm = vmLine(plan);
  return {
    text,
    blocks: [
      section(text),
      ...sections([...ladderLines(plan.ladder), ...(vm === null ? [] : [vm])]),
      section(eraseWarning(record)),
      ...writeSections(plan.writes),
      ...(warnings.length > 0 ? sections(['*Good to know*', ...warnings]) : []),
    ],
  };
}

function warningLines(warnings: readonly string[]): string[] {
  return warnings.slice(0, 5).map((warning) => `• ${quoteText(warning, 300)}`);
}

function consoleReply(record: InstallRecord): Message {
  const person = who(record.request.requestedBy);
  const whose = startsFromDisk(record) ? 'the screen' : "the installer's screen";
  const text = `🖥️ ${person}, ${whose} on ${plain(record.device.name)} is ready. Press *Get console link* in the message above.`;
  const { plan } = record.facts;
  // What the plan risks stands in its own message, above.
  const risks = plan && !tellsPlan(plan) ? warningLines(plan.warnings) : [];
  const warnings = [...risks, ...secureBootNote(record.facts)];
  return {
    text,
    blocks: [section(text), ...(warnings.length > 0 ? [section(`*Good to know*\n${warnings.join('\n')}`)] : [])],
  };
}

/** Each time is news of its own, for whoever had the keyboard above all. */
function handOver(record: InstallRecord): Milestone[] {
  const handed = record.console?.keyboard?.handed;
  return handed ? [{ key: `keyboard-${handed.at}`, message: sentence(`⌨️ ${handedText(handed)}`) }] : [];
}

function handedText({ from, to, how }: NonNullable<Keyboard['handed']>): string {
  const [giver, taker] = [mention(from), mention(to)];
  if (how === 'given') return `${giver} gave the keyboard to ${taker}.`;
  const why = how === 'idle' ? 'had not used it for a while' : 'did not refuse within ten seconds';
  return `${taker} took the keyboard from ${giver}, who ${why}.`;
}

/** Each time is news of its own. */
function revocation(record: InstallRecord): Milestone[] {
  const revoked = record.console?.revoked;
  if (!revoked) return [];
  const text = `🔒 ${who(revoked.by)} closed all consoles of this ${record.request.iso ? 'install' : 'server'}. It goes on; *Get console link* gives a new one.`;
  return [{ key: `consoles-revoked-${revoked.at}`, message: sentence(text) }];
}

/** Each question is news of its own. */
function questions(record: InstallRecord): Milestone[] {
  const { question } = record.facts;
  return question ? [{ key: `question-${question.n}`, message: questionReply(record, question) }] : [];
}

function stuckReply(record: InstallRecord): Message {
  const device = plain(record.device.name);
  const text = `🆘 ${who(record.request.requestedBy)}, XEPA could not put ${device} back by itself. The server stays reserved until this is settled.`;
  const failure = failureText(record);
  const todo = [
    '*What to do*',
    '1. Look at the server in the provider’s panel, and remove what stands in the way.',
    '2. Press *Retry* above: XEPA tries the rest again.',
    '3. If you put the server right yourself, press *I fixed it by hand*.',
  ].join('\n');
  const blocks = [section(text), ...(failure ? [section(`❌ ${failure}`)] : [])];
  return { text, blocks: [...blocks, section(`*Not undone*\n${gaveUpText(record) || '• unknown'}`), section(todo)] };
}

function undoneReply(record: InstallRecord): Message {
  const cancelled = record.cancel ? `cancelled by ${who(record.cancel.by)}` : 'ended';
  const why = failureText(record) ?? `The ${requestText(record)} was ${cancelled}.`;
  const refused = record.clearance?.refused !== undefined;
  const unfailed = refused ? '🚫' : '⚪';
  const sign = record.failure ? '❌' : unfailed;
  const text = fullStop(`${sign} ${who(record.request.requestedBy)}: ${why}`);
  const again = refused ? [context(`\`/xepa retry ${record.id}\` asks for it anew.`)] : [];
  return { text, blocks: [section(text), section(undoneText(record)), ...again] };
}

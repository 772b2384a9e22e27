import { bytes } from '../../core/bytes.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import { AnswerKind, Question } from '../../core/contracts/question.ts';
import { StepName } from '../../core/contracts/step-name.ts';
import { mention, quoteText } from '../text.ts';
import { actWords } from './console-acts.ts';
import { answerText } from './question-buttons.ts';
import { stepWords } from './step-titles.ts';

/** Says what happened, going on after who did it; ready for mrkdwn. */
type Words = (detail: AuditEvent['detail']) => string;

const words: Readonly<Record<string, Words>> = {
  requested: (detail) => `asked for the ${text(detail.purpose ?? 'install')}${because(detail.reason)}`,
  refused: ({ what, reason }) => `was refused “${text(what)}”: ${text(reason)}`,
  voted: ({ stepUp }) => `voted for it${stepUp === 'awaited' ? ', the passkey is awaited' : ''}`,
  approved: () => 'approved it',
  'votes-voided': ({ why }) => `voided the votes: ${list(why)}`,
  'vote-confirmed': () => 'confirmed the vote with a passkey',
  'vote-counted': () => 'voted for it: the vote counts',
  'break-glass': ({ reason }) => `goes ahead without votes: ${text(reason)}`,
  'break-glass-took-effect': () => 'went ahead without votes',
  'break-glass-reviewed': ({ note }) => `reviewed the emergency: ${text(note)}`,
  denied: (detail) => `denied it${because(detail.reason)}`,
  'approval-expired': () => 'let the approval expire: nobody decided in time',
  'start-allowed': () => 'asked the policy when its time had come, and lets it begin',
  'start-refused': ({ why }) => `did not let it begin when its time had come: ${list(why)}`,
  'cancel-requested': () => 'cancelled it',
  'boot-metal-decided': () => 'decided to boot the metal',
  'question-answered': ({ question, answer }) => `answered “${answerWords(question, answer)}”`,
  'console-again': ({ round, by }) => `opens the console again for ${person(by)}, round ${Number(round) + 1}`,
  'console-again-failed': ({ step, message }) =>
    `could not open the console again, in “${stepText(step)}”: ${text(message)}`,
  'console-link-issued': () => 'got a console link',
  'console-session-opened': () => 'opened the console',
  'console-session-closed': () => 'signed out of the console',
  'console-opened': ({ right }) => (right === 'view' ? 'came to watch the console' : 'opened the console'),
  'console-closed': () => 'left the console',
  'keyboard-taken': ({ how, from }) => `took the keyboard${takenHow(how, from)}`,
  'keyboard-given': ({ to }) => `gave the keyboard to ${person(to)}`,
  'keyboard-asked': ({ from }) => `asked ${person(from)} for the keyboard`,
  'keyboard-claimed': ({ from }) => `wants to take the keyboard from ${person(from)}, who may refuse`,
  'keyboard-claim-dropped': () => 'left before the keyboard was theirs',
  'keyboard-kept': ({ from }) => `kept the keyboard: ${people(from)} asked for it`,
  'keyboard-released': () => 'let go of the keyboard',
  'keyboard-lost': () => 'lost the keyboard: their screen is gone',
  'console-revoked': () => 'closed all consoles',
  'recording-started': ({ recording }) => `began to be recorded (${text(recording)})`,
  'recording-failed': ({ recording }) =>
    `could not be recorded any further (${text(recording)}): the screen was closed`,
  'recording-link-issued': ({ recording }) => `got a link to recording ${text(recording)}`,
  'recording-played': ({ recording }) => `played recording ${text(recording)}`,
  'recording-deleted': ({ recording, why }) => `deleted recording ${text(recording)}: ${text(why)}`,
  'picture-asked': () => 'asked for a picture of the screen',
  'logs-asked': () => 'asked for the logs',
  'device-locked': ({ device, reason }) => `locked ${text(device)}: ${text(reason)}`,
  'device-unlocked': ({ device }) => `unlocked ${text(device)}`,
  'device-tagged': ({ device }) => `changed the tags of ${text(device)}`,
  'iso-added': ({ name }) => `added the ISO ${text(name)}`,
  'iso-retired': ({ name }) => `retired the ISO ${text(name)}`,
  'iso-verified': ({ name }) => `looked whether the ISO ${text(name)} is there`,
  frozen: ({ tag, reason }) => `froze ${tag === null ? 'everything' : text(tag)}: ${text(reason)}`,
  thawed: ({ tag }) => `thawed ${tag === null ? 'everything' : text(tag)}`,
  'passkey-link-issued': () => 'asked for a link to link a passkey',
  'passkey-linked': () => 'linked a passkey',
  'passkey-removed': () => 'removed a passkey',
  'console-serial-log': ({ port }) => `downloaded what serial port ${text(port)} has said`,
  'console-power': ({ action }) => `${actWords(String(action))}`,
  'console-media': ({ action, disc, force }) =>
    `${actWords(String(action), disc)}${force === true ? ', by force' : ''}`,
  'console-browser-disc-accepted': ({ name, bytes: all }) =>
    `may serve a disc from their computer: ${text(name)}, ${bytes(Number(all))}`,
  'console-disc-served': ({ name, bytes: all, read }) =>
    `served ${text(name)} from their computer: ${bytes(Number(read))} of ${bytes(Number(all))} were read`,
  'console-disc-accepted': ({ name, url }) => `may have another ISO on the server: ${text(name ?? url)}`,
  'console-upload-sent': ({ name, sha256 }) => `has sent all of ${text(name)}, SHA-256 ${text(sha256)}`,
  'console-typed': (detail) => typedWords(detail),
  'undo-retried': ({ steps }) => `had the undo tried again: ${list(steps)}`,
  'resolved-by-hand': ({ steps }) => `put it right by hand: ${list(steps)}`,
  'step-started': ({ step }) => `began: ${stepText(step)}`,
  'step-done': ({ step }) => `finished: ${stepText(step)}`,
  'step-waiting': ({ step, why }) => `waits in “${stepText(step)}”: ${text(why)}`,
  'step-failed': ({ step, message }) => `failed in “${stepText(step)}”, and tries again: ${text(message)}`,
  'install-failed': ({ step, message }) => `gave up in “${stepText(step)}”: ${text(message)}`,
  'undo-started': ({ because: why }) => `began to undo: ${text(why)}`,
  'undo-step-started': ({ step }) => `undoes: ${stepText(step)}`,
  'undo-step-done': ({ step }) => `has undone: ${stepText(step)}`,
  'undo-step-failed': ({ step, message }) => `could not undo “${stepText(step)}”, and tries again: ${text(message)}`,
  'undo-gave-up': ({ step, message }) => `gave up undoing “${stepText(step)}”: ${text(message)}`,
  'install-undone': () => 'has undone everything',
  'facts-saved': ({ facts, disc }) => `noted: ${list(facts)}${discWords(disc)}`,
  'secrets-forgotten': () => 'deleted the secrets of the install',
};

/** What happened, in words; a type that we have no words for is told as it is. Ready for mrkdwn. */
export function eventWords({ type, detail }: Pick<AuditEvent, 'type' | 'detail'>): string {
  const say = Object.hasOwn(words, type) ? words[type] : undefined;
  return say ? say(detail) : quoteText(type.replaceAll('-', ' '), 100);
}

/** Of this size even the longest list fits into Slack's blocks. */
const MOST = 300;

function text(value: unknown): string {
  return quoteText(typeof value === 'string' && value !== '' ? value : '—', MOST);
}

function person(id: unknown): string {
  return typeof id === 'string' ? mention(id) : 'somebody';
}

function people(ids: unknown): string {
  return Array.isArray(ids) && ids.length > 0 ? ids.slice(0, 6).map(person).join(', ') : 'somebody';
}

function takenHow(how: unknown, from: unknown): string {
  if (how === 'idle') return ` from ${person(from)}, who had not used it for a while`;
  return how === 'unanswered' ? ` from ${person(from)}, who did not refuse` : '';
}

function because(reason: unknown): string {
  return typeof reason === 'string' && reason !== '' ? `: “${text(reason)}”` : '';
}

function list(values: unknown): string {
  return Array.isArray(values) && values.length > 0 ? quoteText(values.map(String).join(', '), MOST) : '—';
}

function discWords(disc: unknown): string {
  if (!(disc instanceof Object) || !('name' in disc && 'state' in disc)) return '';
  const sum = 'sha256' in disc ? `, SHA-256 ${text(disc.sha256)}` : '';
  return ` (${text(disc.name)}: ${text(disc.state)}${sum})`;
}

function typedWords({ sysRq, secret, characters, layout }: AuditEvent['detail']): string {
  if (sysRq !== undefined) return `sent SysRq-${text(sysRq).toUpperCase()} to the server`;
  const what = secret === true ? 'a password' : `${Number(characters)} characters`;
  return `had ${what} typed on a keyboard ${text(layout)}`;
}

function answerWords(question: unknown, answer: unknown): string {
  const [asked, said] = [Question.shape.kind.safeParse(question), AnswerKind.safeParse(answer)];
  return asked.success && said.success ? answerText(asked.data, said.data) : text(answer);
}

function stepText(step: unknown): string {
  const known = StepName.safeParse(step);
  return known.success ? stepWords[known.data].short : text(step);
}

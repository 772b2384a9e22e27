import type { TrailEvent } from '../../core/audit-export.ts';
import type { Proof } from '../audit-trail.ts';
import { code, plain, quoteText } from '../text.ts';
import { eventWords } from './audit-words.ts';
import { context, type Message, section, sections, sentence } from './message.ts';
import { who } from './names.ts';

/** What was found, the oldest first, and what was asked for. */
export interface Found {
  events: readonly TrailEvent[];
  /** Entries that are no events of ours. */
  unreadable: number;
  /** "install `xe-7f3kq2`", "all installs of the last 7d"; ready for mrkdwn. */
  of: string;
}

const NEWEST = 25;

/** The newest events, the newest first: when, who, what. */
export function auditList({ events, unreadable, of }: Found): Message {
  const broken =
    unreadable === 0
      ? []
      : [section(`❌ ${unreadable} entries are not as they were written: try ${code('--verify')}.`)];
  if (events.length === 0) {
    const { text, blocks } = sentence(`The audit trail of ${of} has no such event.`);
    return { text, blocks: [...blocks, ...broken] };
  }
  const shown = events.slice(-NEWEST).toReversed();
  const title = `The newest ${shown.length} of ${events.length} events in the audit trail of ${of}.`;
  return {
    text: title,
    blocks: [
      section(title),
      ...broken,
      ...sections(shown.map(eventLine)),
      context(`Times are UTC. ${code('--export csv')} sends you all of them, ${code('--verify')} proves them.`),
    ],
  };
}

/** Whether the trails are whole, in one sentence that names the first break. */
export function auditProof(proof: Proof, of: string): Message {
  const [first] = proof.broken;
  const trails = proof.trails === 1 ? 'The audit trail' : `${proof.trails} audit trails`;
  if (!first) {
    const are = proof.trails === 1 ? 'is' : 'are';
    return sentence(`✅ ${trails} of ${of} ${are} whole: ${proof.events} events, none changed and none missing.`);
  }
  const many = proof.trails === 1 ? '' : ` ${proof.broken.length} of ${proof.trails} trails are broken.`;
  const which = first.id === null ? 'The general audit trail' : `The audit trail of install ${code(first.id)}`;
  return sentence(`❌ ${which} is broken: ${quoteText(first.fault, 300)}.${many}`);
}

function eventLine({ install, event }: TrailEvent): string {
  const time = new Date(event.at).toISOString().slice(0, 19).replace('T', ' ');
  const place = install ? `${code(install.id, 20)} ${plain(install.device.name, 40)}` : 'no install';
  return `${time}  ·  ${place}  ·  ${who(event.actor)} ${eventWords(event)}`;
}

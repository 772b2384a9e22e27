import type { Custody, PersonHere } from '../custody-contract.ts';

/** Whose view it is. */
export interface Me {
  user: string;
  right: PersonHere['right'];
}

/** What a button of the note does. */
export type NoteAct = 'ask' | 'take' | 'keep' | { give: string };

/** Something about the keyboard that wants an answer, or that one should know. */
export interface Note {
  text: string;
  /** Milliseconds until it happens by itself. */
  inMs?: number;
  actions: readonly { label: string; act: NoteAct; primary?: boolean }[];
}

/** Where the keyboard is, seen by whoever looks. */
export type Hold = 'mine' | 'other' | 'free';

export function holdOf(custody: Custody, me: Me): Hold {
  if (custody.holder === null) return 'free';
  return custody.holder === me.user && me.right === 'control' ? 'mine' : 'other';
}

/** A name as people know it; else the id that Slack has. */
export function nameIn(custody: Custody, user: string): string {
  return custody.people.find((one) => one.user === user)?.name ?? user;
}

/** Where the keyboard is, in a few words: the label of the button that opens the list. */
export function holdWords(custody: Custody, me: Me): string {
  const hold = holdOf(custody, me);
  if (hold === 'mine') return 'You have the keyboard';
  if (hold === 'free') return me.right === 'view' ? 'Nobody has the keyboard' : 'The keyboard is free';
  return `${nameIn(custody, custody.holder ?? '')} has the keyboard`;
}

/** The same where there is little room, for those who see it. */
export function holdShort(custody: Custody, me: Me): string {
  const hold = holdOf(custody, me);
  if (hold === 'free') return 'Free';
  return hold === 'mine' ? 'You' : nameIn(custody, custody.holder ?? '');
}

/** What somebody does at the console. */
export function partWords(person: PersonHere, custody: Custody): string {
  if (person.user === custody.holder) return custody.idle ? 'Has the keyboard, idle' : 'Has the keyboard';
  if (person.right === 'view') return 'Watches';
  if (person.user === custody.claim?.user) return 'Is taking the keyboard';
  return custody.asks.includes(person.user) ? 'Asks for the keyboard' : 'May take part';
}

/** What somebody may be told of the keyboard now, or null. */
export function noteFor(custody: Custody, me: Me): Note | null {
  const { claim, asks } = custody;
  const hold = holdOf(custody, me);
  if (hold === 'mine' && claim) return claimNote(nameIn(custody, claim.user), claim);
  const [asking] = asks;
  if (hold === 'mine' && asking !== undefined) return askNote(custody, asking);
  if (hold === 'other' && claim?.user === me.user) {
    const text = `You get the keyboard, unless ${nameIn(custody, custody.holder ?? '')} keeps it.`;
    return { text, inMs: claim.inMs, actions: [] };
  }
  return null;
}

function claimNote(name: string, claim: NonNullable<Custody['claim']>): Note {
  return {
    text: `${name} is taking the keyboard, unless you keep it.`,
    inMs: claim.inMs,
    actions: [
      { label: 'Keep it', act: 'keep', primary: true },
      { label: 'Hand over', act: { give: claim.user } },
    ],
  };
}

function askNote(custody: Custody, asking: string): Note {
  return {
    text: `${nameIn(custody, asking)} asks for the keyboard.`,
    actions: [
      { label: 'Hand over', act: { give: asking }, primary: true },
      { label: 'Not now', act: 'keep' },
    ],
  };
}

/** For somebody who types while another person has the keyboard. */
export function heldNote(custody: Custody, me: Me): Note {
  const text = `${nameIn(custody, custody.holder ?? '')} has the keyboard, so your keys and clicks go nowhere.`;
  if (me.right === 'view') return { text: 'You are watching only, so your keys and clicks go nowhere.', actions: [] };
  const ask = { label: 'Ask for it', act: 'ask' as const };
  const take = { label: 'Take over', act: 'take' as const, primary: true };
  return { text, actions: custody.asks.includes(me.user) ? [take] : [ask, take] };
}

/** What a change of hands means to me; null when it is none, or of no concern. */
export function changeNote(before: Custody | null, after: Custody, me: Me): Note | null {
  if (!before || before.holder === after.holder) return refusedNote(before, after, me);
  const [was, is] = [holdOf(before, me), holdOf(after, me)];
  if (is === 'mine') return { text: 'You have the keyboard now.', actions: [] };
  if (is === 'free') {
    const text = me.right === 'view' ? 'The keyboard is free.' : 'The keyboard is free: a key or a click takes it.';
    return was === 'other' ? { text, actions: [] } : null;
  }
  return { text: `${nameIn(after, after.holder ?? '')} has the keyboard now.`, actions: [] };
}

function refusedNote(before: Custody | null, after: Custody, me: Me): Note | null {
  const asked = before?.claim?.user === me.user || before?.asks.includes(me.user) === true;
  const asks = after.claim?.user === me.user || after.asks.includes(me.user);
  if (!asked || asks || after.holder === null) return null;
  return { text: `${nameIn(after, after.holder)} keeps the keyboard for now.`, actions: [] };
}

/** Up to two letters that stand for a person. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter((word) => word !== '');
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase();
}

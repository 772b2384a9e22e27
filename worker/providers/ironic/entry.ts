import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import { nameOf, State } from './fitness.ts';
import type { IronicNode } from './schema.ts';

/** "Before this request": the state of the node, since when, and how often XEPA had it started into rescue. */
interface Before {
  state: string;
  since: string;
  resets: number;
}

/** What an entry into rescue has to do next. */
export type NextMove = 'nothing' | 'ask' | 'abort' | 'wait';

export function writeMarker(
  { provision_state: state, provision_updated_at: since }: IronicNode,
  resets: number,
): string {
  return `${resets} ${since ?? ''} ${state}`;
}

export function readMarker(marker: string): Before {
  const [resets = '', since = '', ...words] = marker.split(' ');
  return { state: words.join(' '), since, resets: Number(resets) };
}

/** For a request of which nobody saw that Ironic took it. A state that is another one than before was asked for. */
export function nextMove(
  { provision_state: state, provision_updated_at: since }: IronicNode,
  before: Before,
): NextMove {
  const same = state === before.state && (since ?? '') === before.since;
  if (state === State.unrescuing) return 'wait';
  // The rescue system of the entry before did not report, and is waited for no more.
  if (same && state === State.rescuing) return 'wait';
  if (same && state === State.rescueWait) return 'abort';
  const gaveUp = state === State.rescueFailed && isWaiting(before.state);
  const heard = isWaiting(state) || state === State.rescue || state === State.rescueFailed;
  return heard && !same && !gaveUp ? 'nothing' : 'ask';
}

/** Ironic is at work: it may be over in a minute. */
export function atWork(node: IronicNode): XepaError {
  const { uuid, provision_state: state } = node;
  return new XepaError('provider-unavailable', {
    message: `node ${uuid} is in the state ${state}`,
    userMessage: `${about.title} is at work on ${nameOf(node)} (${state}); XEPA waits until that is over.`,
    retry: 'backoff',
  });
}

function isWaiting(state: string): boolean {
  return state === State.rescuing || state === State.rescueWait;
}

import { signOut } from './api.ts';
import type { Attendant } from './attendant.ts';
import { confirmed } from './confirm.ts';

/** Asks, then ends what this browser holds. Answers with what could not be done, or null. */
export async function askToSignOut(attendant: Attendant): Promise<string | null> {
  const sure = await confirmed({
    title: 'Sign out of this browser?',
    text: 'All consoles that this browser has open close, in every tab, and it plays no recordings any more. The virtual machines run on.',
    yes: 'Sign out',
    no: 'Stay',
  });
  if (!sure) {
    attendant.screen?.focus();
    return null;
  }
  const answer = await signOut();
  if (answer.kind === 'ok') attendant.signedOut();
  return answer.kind === 'ok' ? null : 'XEPA did not answer, so you are still signed in. Try again.';
}

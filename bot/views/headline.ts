import { consoleIsOpen, type InstallRecord } from '../../core/contracts/install.ts';
import { awaitsClearance, isCancelled } from '../../core/decisions.ts';
import { openQuestion } from '../../core/questions.ts';

/** The state of an install at one glance: a sign and a word, never the sign alone. */
export interface Headline {
  emoji: string;
  /** "Installing", "Failed, undone": for lists. */
  word: string;
}

export function headline(record: InstallRecord): Headline {
  switch (record.phase) {
    case 'approval':
      return { emoji: '🟡', word: 'Waiting for approval' };
    case 'forward':
      return forward(record);
    case 'undo':
      return { emoji: '🟠', word: record.cancel ? 'Cancelling' : 'Failed, undoing' };
    case 'stuck':
      return { emoji: '🆘', word: 'Needs a person' };
    case 'done':
      return ended(record);
    case 'undone':
      if (record.clearance?.refused) return { emoji: '🚫', word: 'Not begun' };
      return record.cancel && !record.failure
        ? { emoji: '⚪', word: 'Cancelled' }
        : { emoji: '❌', word: 'Failed, undone' };
    case 'denied':
      return record.approval?.state === 'expired' ? { emoji: '⌛', word: 'Expired' } : { emoji: '🚫', word: 'Denied' };
  }
}

function ended({ facts: { verify } }: InstallRecord): Headline {
  if (verify?.inRescue) return { emoji: '🛟', word: 'Installed, left in rescue' };
  return verify?.up === false
    ? { emoji: '⚠️', word: 'Installed, not seen running' }
    : { emoji: '✅', word: 'Installed' };
}

function forward(record: InstallRecord): Headline {
  if (isCancelled(record)) return { emoji: '🟠', word: 'Cancelling' };
  if (awaitsClearance(record)) return { emoji: '🕒', word: 'Begins later' };
  if (consoleIsOpen(record)) return { emoji: '🖥️', word: 'Console ready' };
  if (openQuestion(record)) return { emoji: '👀', word: 'Waiting for an answer' };
  return { emoji: '🔵', word: 'Installing' };
}

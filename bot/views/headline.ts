import { startsFromDisk } from '../../core/console-round.ts';
import { consoleIsOpen, type InstallRecord, isTroubleshooting } from '../../core/contracts/install.ts';
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

function ended(record: InstallRecord): Headline {
  const { verify } = record.facts;
  if (verify?.inRescue)
    return { emoji: '🛟', word: isTroubleshooting(record) ? 'Left in rescue' : 'Installed, left in rescue' };
  const [seen, unseen] = isTroubleshooting(record)
    ? ['Back on its disk', 'Back, not seen running']
    : ['Installed', 'Installed, not seen running'];
  return verify?.up === false ? { emoji: '⚠️', word: unseen } : { emoji: '✅', word: seen };
}

function forward(record: InstallRecord): Headline {
  if (isCancelled(record)) return { emoji: '🟠', word: 'Cancelling' };
  if (awaitsClearance(record)) return { emoji: '🕒', word: 'Begins later' };
  if (consoleIsOpen(record)) return { emoji: '🖥️', word: 'Console ready' };
  if (openQuestion(record)) return { emoji: '👀', word: 'Waiting for an answer' };
  return { emoji: '🔵', word: startsFromDisk(record) ? workWord(record) : 'Installing' };
}

function workWord({ facts }: InstallRecord): string {
  return facts.attend ? 'Going back to its disk' : 'Getting the console ready';
}

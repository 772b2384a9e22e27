import { isPastCancelling } from '../../core/console-round.ts';
import { type InstallRecord, isFinal } from '../../core/contracts/install.ts';
import { isCancelled } from '../../core/decisions.ts';
import { openQuestion } from '../../core/questions.ts';
import { code } from '../text.ts';

/** What to do instead, for somebody who wants the metal booted while the console is not open. */
export function releaseAdvice(record: InstallRecord): string {
  if (isFinal(record)) return 'There is nothing to release: the server is not held any more.';
  if (record.phase === 'stuck') return 'Press *Retry* or *I fixed it by hand* at its message.';
  if (record.phase === 'undo' || isCancelled(record)) return 'The server is being put back; wait for that.';
  if (openQuestion(record)) return 'XEPA asks how to go on: press a button at its message.';
  if (record.decision || record.facts.attend || isPastCancelling(record)) return 'The metal is being booted already.';
  return `${record.request.iso ? 'The installer' : 'The VM'} does not run yet. To stop here, type ${code(`/xepa cancel ${record.id}`)}.`;
}

/** What to do instead, for somebody who wants an install tried again that did not fail. */
export function retryAdvice(record: InstallRecord): string {
  if (record.phase === 'denied')
    return `Somebody decided against it; ask anew with \`/xepa ${record.request.iso ? 'install' : 'console'}\` if that has changed.`;
  if (record.phase === 'done') {
    return record.request.iso
      ? 'It did not fail; to install once more, type `/xepa install`.'
      : 'It did not fail; for another console, type `/xepa console`.';
  }
  return `It has not ended; to stop it, type ${code(`/xepa cancel ${record.id}`)}.`;
}

import type { InstallRecord } from '../core/contracts/install.ts';
import type { Desired, WriterDeps, Written } from './desired.ts';
import { editMessage } from './message-edits.ts';
import { postMessage } from './message-posts.ts';
import { CLAIM_MS } from './sent-messages.ts';

/** Brings one message to what it should say: posts it, edits it, or lets it be. */
export interface MessageWriter {
  /** @throws what Slack or Redis answered; the caller tries again */
  write(record: InstallRecord, desired: Desired): Promise<Written>;
}

/** Who finds the message being written comes back this much later. */
const BUSY_MS = 500;

export function createMessageWriter(deps: WriterDeps): MessageWriter {
  return {
    async write(record, desired) {
      const claim = await deps.sent.claim(record.id, desired.key);
      if (claim.kind === 'busy') {
        // Another bot posts it, or a post had no clear outcome: when its claim has grown old, it is ours.
        deps.later(record.id, CLAIM_MS);
        return { place: null, settled: false };
      }
      if (claim.kind === 'mine') return postMessage(deps, record, { desired, ...claim });
      const settled = await deps.lock.run(record.id, desired.key, () => editMessage(deps, record, desired));
      if (settled === null) deps.later(record.id, BUSY_MS);
      return { place: claim.sent, settled: settled ?? false };
    },
  };
}

import { type InstallRecord, isFinal } from '../../core/contracts/install.ts';
import { openInstalls } from '../../core/open-installs.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { mention } from '../text.ts';
import { approvalCard } from '../views/approval-card.ts';
import { dashboard } from '../views/dashboard.ts';
import { rootMessage } from '../views/root-message.ts';
import { sharedMessage } from '../views/shared-message.ts';
import type { Command } from './spec.ts';

/** So many of the newest installs are searched for ended ones. */
const NEWEST = 20;

export const statusCommand: Command = {
  spec: {
    verb: 'status',
    action: 'look',
    summary: 'Shows you how far an install is, or what runs, waits and is stuck.',
    target: { name: 'install|device', required: false },
    options: { share: { value: null, about: 'shows that install to everybody in this channel' } },
    examples: ['/xepa status', '/xepa status web-07', '/xepa status web-07 --share'],
  },
  async run(deps, asker, { target, flags }) {
    await authorise(deps, asker, { action: 'look' });
    if (target === undefined) {
      if (flags.has('share'))
        throw badInput('Which install is to be shown? Type `/xepa status &lt;install&gt; --share`.');
      return asker.tell(await overview(deps));
    }
    const record = await findInstall(deps, target);
    if (flags.has('share')) return share(deps, asker, record);
    // Who types this may want to decide: the card has the buttons for that.
    await asker.tell(record.phase === 'approval' ? approvalCard(record) : rootMessage(record));
  },
};

async function overview(deps: BotDeps) {
  const { records: open, more } = await openInstalls(deps.store);
  const ended = (await deps.store.listRecent(NEWEST)).filter(isFinal);
  return dashboard({ open, ended, more }, deps.clock.now());
}

async function share(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<void> {
  if (!(await deps.canPost(asker.channel))) {
    throw badInput('XEPA is not in this channel, so it cannot show anything here. Type `/invite @xepa` first.');
  }
  const message = sharedMessage(record, { by: mention(asker.user), at: deps.clock.now() });
  await deps.sender.post({ channel: asker.channel }, message);
}

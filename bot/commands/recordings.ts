import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { sendRecordingLink } from '../recording-links.ts';
import { recordingList } from '../views/recordings.ts';
import type { Command } from './spec.ts';

export const recordingsCommand: Command = {
  spec: {
    verb: 'recordings',
    action: 'recordings',
    summary: 'Lists the recordings of the consoles of an install, and gives you a link to play one.',
    target: { name: 'install|device', required: true },
    options: { play: { value: 'ID', about: 'a link for you alone to that recording, which opens once' } },
    examples: ['/xepa recordings web-07', '/xepa recordings xe-7f3kq2 --play r0123456789ab'],
  },
  async run(deps, asker, { target = '', options }) {
    const record = await findInstall(deps, target);
    if (options.play !== undefined) return sendRecordingLink(deps, asker, { record, recording: options.play });
    await authorise(deps, asker, { action: 'recordings', record });
    const entries = await deps.recordings.list(record.id);
    await asker.tell(recordingList(record, { entries, now: deps.clock.now() }));
  },
};

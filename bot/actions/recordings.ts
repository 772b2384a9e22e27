import { sendRecordingLink } from '../recording-links.ts';
import { PLAY_ID } from '../views/buttons.ts';
import type { GeneralAction } from './action.ts';

/** From the list of recordings: a link to that one. */
export const playAction: GeneralAction = {
  id: PLAY_ID,
  async run(deps, asker, value) {
    const [installId = '', recording = ''] = value.split(' ');
    await sendRecordingLink(deps, asker, { record: await deps.store.load(installId), recording });
  },
};

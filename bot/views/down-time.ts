import type { Device } from '../../core/contracts/device.ts';
import { plain } from '../text.ts';

/** What it costs to look at a server's disk: ready for mrkdwn. */
export function downTimeText(device: Pick<Device, 'name'>): string {
  return `🔻 ${plain(device.name)} is restarted into its rescue system: *what runs on it is down* until this ends and the metal has booted again.`;
}

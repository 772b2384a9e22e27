import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';
import { plain } from '../text.ts';
import { isoName, isoText } from './names.ts';

/** What somebody wants on a server, as a title says it: the ISO's name, or "console". Not escaped. */
export function subjectName({ iso }: Pick<InstallRequest, 'iso'>): string {
  return iso ? isoName(iso) : 'console';
}

/** "debian-13 on web-07", or "console on web-07"; ready for mrkdwn. @param max characters of each */
export function subjectText(about: Pick<InstallRecord, 'request' | 'device'>, max = { iso: 200, device: 200 }): string {
  return `${plain(subjectName(about.request), max.iso)} on ${plain(about.device.name, max.device)}`;
}

/** "install of web-07", or "console on web-07"; ready for mrkdwn. */
export function requestText({ request, device }: Pick<InstallRecord, 'request' | 'device'>): string {
  return request.iso ? `install of ${plain(device.name)}` : `console on ${plain(device.name)}`;
}

/** The ISO with its digest, or what is started without one; ready for mrkdwn. */
export function mediumText({ iso, snapshot }: Pick<InstallRequest, 'iso' | 'snapshot'>): string {
  if (iso) return isoText(iso);
  return `the system on its disk, on a screen${snapshot ? '; nothing that it writes is kept' : ''}`;
}

/** "Install `xe-7f3kq2`", or "Console `xe-7f3kq2`": by it people name it in commands. */
export function idText({ id, request }: Pick<InstallRecord, 'id' | 'request'>): string {
  return `${request.iso ? 'Install' : 'Console'} \`${id}\``;
}

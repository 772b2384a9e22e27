import type { Actor } from '../../core/contracts/actor.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord, IsoRequest } from '../../core/contracts/install.ts';
import { code, cut, mention, plain } from '../text.ts';

/** The ISO's name as typed or taken from its URL; not escaped. */
export function isoName(iso: IsoRequest): string {
  return iso.name ?? new URL(iso.url).hostname;
}

/** "`web-07` · lab/srv-7", ready for mrkdwn. */
export function deviceText(record: InstallRecord): string {
  return `${code(record.device.name, 100)} · ${plain(deviceKey(record.device), 150)}`;
}

/** Who it was, ready for mrkdwn: a mention for Slack people, words for processes of ours. */
export function who(actor: Actor): string {
  return actor.via === 'system' ? 'XEPA' : mention(actor.id);
}

/** "debian-13, sha256 9c1e4b…", ready for mrkdwn. */
export function isoText(iso: IsoRequest): string {
  const digest = iso.sha256 ? ` · sha256 ${code(cut(iso.sha256, 13))}` : ' · no checksum given';
  return `${code(isoName(iso), 120)}${digest}`;
}

/** An address without its query, which may be a key to the file: a signed link stands in messages that all can read. */
export function urlText(url: string, max: number): string {
  const { origin, pathname, search } = new URL(url);
  return code(`${origin}${pathname}${search === '' ? '' : '?…'}`, max);
}

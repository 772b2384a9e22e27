import type { Actor } from '../../core/contracts/actor.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import type { InstallRecord, IsoRequest } from '../../core/contracts/install.ts';
import { elsewhere } from '../other-workspaces.ts';
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

/** "by @alice", or of somebody of another workspace only that: "in another workspace". Ready for mrkdwn. */
export function byText(id: string): string {
  return id === elsewhere ? 'in another workspace' : `by ${mention(id)}`;
}

/** ": disk swap", or nothing where another workspace keeps its words to itself. Ready for mrkdwn. */
export function whyText({ by, reason }: { by: string; reason: string }, max: number): string {
  return by === elsewhere ? '' : `: ${plain(reason, max)}`;
}

/** Whose a device is, ready for mrkdwn. @param owner a Slack user id */
export function ownerText(owner: string): string {
  return owner === elsewhere ? 'somebody in another workspace' : mention(owner);
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

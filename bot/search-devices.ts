import { type Device, deviceKey } from '../core/contracts/device.ts';
import type { DeviceNote } from './device-notes.ts';

/** What a search looks at beside the devices. */
interface Beside {
  /** Notes by `deviceKey`: whose a device is stands there. */
  notes: ReadonlyMap<string, Pick<DeviceNote, 'owner'>>;
  /** Who searches: the Slack user that `owner:me` means. */
  me: string;
}

type Test = (device: Device) => boolean;

/**
 * The devices that every word of the query fits, those first whose names begin with it, else by name. A word is a part of a
 * name, an address, a tag or `provider/id`; `tag:prod` and `#prod` a whole tag; `owner:me`, `owner:none`, `owner:@bob` whose it is.
 */
export function searchDevices(devices: readonly Device[], query: string, beside: Beside): Device[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const tests = words.map((word) => testOf(word, beside));
  const start = words[0] ?? '';
  const rank = ({ name }: Device) => (name.toLowerCase().startsWith(start) ? 0 : 1);
  return devices
    .filter((device) => tests.every((fits) => fits(device)))
    .toSorted((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name) || byName.compare(a.provider, b.provider));
}

const byName = new Intl.Collator('en', { numeric: true });

/** @param word in lower case */
function testOf(word: string, beside: Beside): Test {
  const tag = /^(?:tag:|#)(.+)$/.exec(word)?.[1];
  if (tag !== undefined) return ({ tags }) => tags.some((one) => one.toLowerCase() === tag);
  const owner = /^owner:(.+)$/.exec(word)?.[1];
  if (owner !== undefined) return ownedBy(owner, beside);
  return (device) =>
    [device.name, device.address ?? '', deviceKey(device), ...device.tags].some((text) =>
      text.toLowerCase().includes(word),
    );
}

/** Slack delivers a mention as `<@U01ABC|name>`. Words that are nobody's find nothing. */
function ownedBy(owner: string, { notes, me }: Beside): Test {
  const ownerOf = (device: Device) => notes.get(deviceKey(device))?.owner?.user ?? null;
  if (owner === 'none') return (device) => ownerOf(device) === null;
  const wanted = owner === 'me' ? me.toLowerCase() : (/^<@([a-z0-9]+)(?:\|[^>]*)?>$/.exec(owner)?.[1] ?? owner);
  return (device) => ownerOf(device)?.toLowerCase() === wanted;
}

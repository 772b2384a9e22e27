import { createHash } from 'node:crypto';
import { canonical } from './audit-chain.ts';
import type { Binding } from './contracts/approval.ts';
import { type InstallRequest, type IsoRequest, isTroubleshooting } from './contracts/install.ts';

/** SHA-256 over what is approved: any change of it is another digest. The order of disks says nothing. */
export function bindingDigest(binding: Binding): string {
  return createHash('sha256')
    .update(canonical(inOrder(binding)))
    .digest('hex');
}

/**
 * What differs between what was approved and what was found, a sentence each; none: the approval holds.
 * What was not known when it was approved is no difference, unless known disks were demanded: then the disks must have
 * been known, and a serial number or the disk's rung must not turn up later. That there is no answer file was known.
 */
export function differences(approved: Binding, found: Binding, demand: { knownDisks: boolean }): string[] {
  const [before, after] = [inOrder(approved), inOrder(found)];
  const parts: [what: string, before: Part, after: Part][] = [
    ['The device', before.device, after.device],
    ['The serial number of the machine', before.serial, after.serial],
    ['The list of disks', before.disks, after.disks],
    [diskWay, rungOf(before, 'disk'), rungOf(after, 'disk')],
    ['The way of the network port into the virtual machine', rungOf(before, 'nic'), rungOf(after, 'nic')],
    ['The address of the ISO', before.iso?.url ?? null, after.iso?.url ?? null],
    ['The SHA-256 of the ISO', before.iso?.sha256 ?? null, after.iso?.sha256 ?? null],
    ['Whether the disk is only read', isRead(before), isRead(after)],
  ];
  const changed = parts.flatMap(([what, was, is]) => (was === null ? [] : changeOf(what, was, is)));
  const given = [
    ...changeOf('The SHA-256 of the answer file', before.answer, after.answer, 'none'),
    ...changeOf('The list of further discs', discsOf(before), discsOf(after), 'empty'),
    ...changeOf(
      'What is added to the kernel command line',
      before.kernelArgs ?? null,
      after.kernelArgs ?? null,
      'nothing',
    ),
  ];
  return [...changed, ...given, ...(demand.knownDisks ? lateNews(before, after) : [])];
}

const diskWay = 'The way of the disk into the virtual machine';

type Part = string | readonly string[] | null;

/**
 * What an approval is bound to of the request itself.
 * @param answer SHA-256 of the answer file as it is now
 */
export function boundRequest(
  request: Pick<InstallRequest, 'purpose' | 'iso' | 'snapshot' | 'also' | 'kernelArgs'>,
  answer: string | null,
): Pick<Binding, 'iso' | 'console' | 'answer' | 'also' | 'kernelArgs'> {
  const { iso, snapshot = false, also, kernelArgs } = request;
  const disc = ({ url, sha256 }: IsoRequest) => ({ url, sha256: sha256?.toLowerCase() ?? null });
  return {
    iso: iso ? disc(iso) : null,
    ...(isTroubleshooting({ request }) ? { console: { snapshot } } : {}),
    answer,
    ...(also === undefined ? {} : { also: also.map(disc) }),
    ...(kernelArgs === undefined ? {} : { kernelArgs }),
  };
}

function discsOf({ also = [] }: Binding): string[] {
  return also.map(({ url, sha256 }) => (sha256 === null ? url : `${url} (${sha256})`));
}

/** What had to be known when it was approved, and was not. */
function lateNews(before: Binding, after: Binding): string[] {
  const disks = before.disks === null ? ['The disks were not known when it was approved.'] : [];
  const serial = before.serial === null ? changeOf('The serial number of the machine', null, after.serial) : [];
  const rung = rungOf(before, 'disk') === null ? changeOf(diskWay, null, rungOf(after, 'disk')) : [];
  return [...disks, ...serial, ...rung];
}

function isRead({ console: system }: Binding): Part {
  if (!system) return null;
  return system.snapshot ? 'yes' : 'no';
}

function rungOf({ rungs }: Binding, part: 'disk' | 'nic'): string | null {
  return rungs?.[part] ?? null;
}

function changeOf(what: string, was: Part, is: Part, unknown = 'not known'): string[] {
  if (canonical(was) === canonical(is)) return [];
  return [`${what} was ${shown(was, unknown)} when it was approved, and is ${shown(is, unknown)} now.`];
}

function shown(part: Part, unknown: string): string {
  if (typeof part === 'string') return part;
  return part === null ? unknown : part.join(', ') || 'empty';
}

function inOrder(binding: Binding): Binding {
  return { ...binding, disks: binding.disks?.toSorted() ?? null };
}

import type { InstallRecord } from '../core/contracts/install.ts';
import { nodeName } from './browser-disc/node-name.ts';
import type { DiscId, Drive, MachineView, PowerState } from './machine-contract.ts';
import { isoTitle } from './page-state.ts';

/** What the page is told of the VM: names, and no path of the server. */
export function machineView(record: InstallRecord, seen: { power: PowerState; drive: Drive | null }): MachineView {
  const { power, drive } = seen;
  const discs = discsOf(record).map(({ path, ...disc }) => ({ ...disc, inDrive: path === drive?.file }));
  const disc = discs.find(({ inDrive }) => inDrive)?.name ?? (drive?.file == null ? null : 'another disc');
  return { power, drive: drive && { trayOpen: drive.trayOpen, held: drive.held, disc }, discs };
}

/** How a disc is called, to people. */
export function discName(record: InstallRecord, id: DiscId): string {
  return discsOf(record).find((disc) => disc.id === id)?.name ?? 'a disc';
}

/** Path of a disc that lies on the server, or the name of one in a browser; null when it is not there. */
export function discFile(record: InstallRecord, id: DiscId): string | null {
  return discsOf(record).find((disc) => disc.id === id)?.path ?? null;
}

interface Disc {
  id: DiscId;
  name: string;
  path: string;
}

function discsOf(record: InstallRecord): Disc[] {
  const { browserDisc: disc } = record;
  const served = disc?.verdict === 'accepted' && disc.over !== true;
  const browser = served ? [{ id: 'browser' as const, name: disc.name, path: nodeName(disc.n) }] : [];
  return [...discsOnServer(record), ...browser];
}

function discsOnServer({ request, facts, discWish }: InstallRecord): Disc[] {
  const { media, otherDisc } = facts;
  const { iso } = request;
  const own =
    media && iso ? [{ id: 'own' as const, name: isoTitle(iso), path: media.stream?.drive ?? media.path }] : [];
  // Once another one was asked for, the worker takes it away; a wish that was refused takes away nothing.
  const stays = discWish?.n === otherDisc?.n || discWish?.verdict === 'refused';
  if (otherDisc?.state !== 'ready' || !stays) return own;
  return [...own, { id: 'other', name: otherDisc.name, path: otherDisc.path }];
}

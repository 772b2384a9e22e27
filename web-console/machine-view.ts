import type { InstallRecord } from '../core/contracts/install.ts';
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

/** Path of a disc that lies on the server; null when it does not. */
export function discFile(record: InstallRecord, id: DiscId): string | null {
  return discsOf(record).find((disc) => disc.id === id)?.path ?? null;
}

function discsOf({ request, facts, discWish }: InstallRecord): { id: DiscId; name: string; path: string }[] {
  const { media, otherDisc } = facts;
  const own = media ? [{ id: 'own' as const, name: isoTitle(request.iso), path: media.path }] : [];
  // Once another one was asked for, the worker takes it away; a wish that was refused takes away nothing.
  const stays = discWish?.n === otherDisc?.n || discWish?.verdict === 'refused';
  if (otherDisc?.state !== 'ready' || !stays) return own;
  return [...own, { id: 'other', name: otherDisc.name, path: otherDisc.path }];
}

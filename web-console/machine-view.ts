import type { InstallRecord } from '../core/contracts/install.ts';
import type { DiscId, Drive, MachineView, PowerState } from './machine-contract.ts';
import { isoName } from './page-state.ts';

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

function discsOf(record: InstallRecord): { id: DiscId; name: string; path: string }[] {
  const path = record.facts.media?.path;
  return path === undefined ? [] : [{ id: 'own', name: isoName(record), path }];
}

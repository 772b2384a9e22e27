import type { DiscId, MachineLook, MachineView, PowerAction } from '../machine-contract.ts';
import type { Answer } from './answer.ts';
import { ask } from './api.ts';

export type MediaBody = { action: 'eject'; force?: boolean } | { action: 'insert'; disc: DiscId; force?: boolean };

export function lookAtMachine(install: string): Promise<Answer<MachineLook>> {
  return ask(`${at(install)}/machine`);
}

/** @param device its name, where the server wants to see that it was typed */
export function switchPower(install: string, action: PowerAction, device?: string): Promise<Answer<MachineView>> {
  return ask(`${at(install)}/power`, { action, device });
}

export function moveDisc(install: string, body: MediaBody): Promise<Answer<MachineView>> {
  return ask(`${at(install)}/media`, body);
}

/** Names that may be typed. */
export function listIsos(install: string): Promise<Answer<{ names: string[] }>> {
  return ask(`${at(install)}/isos`);
}

export function wantDisc(install: string, typed: { iso: string; sha256?: string }): Promise<Answer<unknown>> {
  return ask(`${at(install)}/disc`, typed);
}

function at(install: string): string {
  return `/api/console/${encodeURIComponent(install)}`;
}

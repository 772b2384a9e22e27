import { deviceKey } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';

export const listStates = ['running', 'waiting', 'done', 'failed'] as const;
export type ListState = (typeof listStates)[number];

/** What somebody wants to see; null where anything will do. */
export interface ListFilter {
  /** Slack user id of the requester. */
  by: string | null;
  state: ListState | null;
  /** A name, or `provider/id`. */
  device: string | null;
}

/** A part of a list. Pages count from 1; an empty list has one page. */
export interface Page<T> {
  items: T[];
  page: number;
  pages: number;
}

/** `waiting`: for a person. `failed`: ended without an installed system, whatever the reason. */
export function stateOf(record: InstallRecord): ListState {
  switch (record.phase) {
    case 'approval':
    case 'stuck':
      return 'waiting';
    case 'forward':
    case 'undo':
      return 'running';
    case 'done':
      return 'done';
    case 'undone':
    case 'denied':
      return 'failed';
  }
}

export function matches(record: InstallRecord, filter: ListFilter): boolean {
  if (filter.by !== null && record.request.requestedBy.id !== filter.by) return false;
  if (filter.state !== null && stateOf(record) !== filter.state) return false;
  return filter.device === null || isOfDevice(record, filter.device);
}

/** The device is called that, or is `provider/id`; upper and lower case do not matter. */
export function isOfDevice(record: InstallRecord, typed: string): boolean {
  const wanted = typed.toLowerCase();
  return [record.device.name, deviceKey(record.device)].some((name) => name.toLowerCase() === wanted);
}

/** The page that was asked for, or the last one when there are not as many. */
export function pageOf<T>(items: readonly T[], wanted: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const page = Math.min(Math.max(1, wanted), pages);
  return { items: items.slice((page - 1) * size, page * size), page, pages };
}

import type { AuditEvent } from './contracts/audit-event.ts';
import { deviceKey } from './contracts/device.ts';
import type { InstallRecord } from './contracts/install.ts';

export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** An event with the install that it belongs to; null: it is of the general trail. */
export interface TrailEvent {
  install: Pick<InstallRecord, 'id' | 'device'> | null;
  event: AuditEvent;
}

const columns = ['time', 'install', 'device', 'seq', 'type', 'via', 'actor', 'detail', 'rev', 'prev', 'hash'];

/** A file of events, in the order in which they come. */
export function exportTrail(events: readonly TrailEvent[], format: ExportFormat): string {
  const lines = format === 'csv' ? [columns, ...events.map(row)].map(csvLine) : events.map(jsonLine);
  const end = format === 'csv' ? '\r\n' : '\n';
  return lines.map((line) => `${line}${end}`).join('');
}

/** Everything that the hash covers, so that whoever has the file can prove the chain with it. */
function jsonLine({ install, event }: TrailEvent): string {
  const of = install && { install: install.id, device: deviceKey(install.device), name: install.device.name };
  return JSON.stringify({ ...(of ?? { install: null }), event });
}

function row({ install, event }: TrailEvent): string[] {
  const { seq, at, type, actor, detail, rev, prev, hash } = event;
  const time = new Date(at).toISOString();
  const who = [actor.via, actor.id];
  return [
    time,
    install?.id ?? '',
    install?.device.name ?? '',
    String(seq),
    type,
    ...who,
    JSON.stringify(detail),
    String(rev),
    prev,
    hash,
  ];
}

/** RFC 4180, every field in quotes. */
function csvLine(fields: readonly string[]): string {
  return fields.map((field) => `"${harmless(field).replaceAll('"', '""')}"`).join(',');
}

/** A spreadsheet takes a field that begins with one of these for a formula, and runs it. */
function harmless(field: string): string {
  return /^[=+\-@\t\r\n]/.test(field) ? `'${field}` : field;
}

import type { AnswerFile } from '../contracts/answer.ts';

/** What an answer file may leave to XEPA, each with what takes its place. */
export const placeholders = {
  'xepa.hostname': "the device's name",
  'xepa.mac': 'MAC of the network port that the installer gets',
  'xepa.address': "the server's own address",
  'xepa.gateway': 'its default gateway',
  'xepa.disk.serial': 'serial of the disk to install on',
  'xepa.disk.by_id': 'path of that disk below /dev/disk/by-id, as the installer sees it',
  'xepa.password_hash': 'the hash of `XEPA_ANSWER_PASSWORD_HASH`',
} as const;
export type Placeholder = keyof typeof placeholders;

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Placeholders of ours that stand in the files, known or not; templates of other tools are none. */
export function placeholdersIn(files: readonly AnswerFile[]): string[] {
  const names = files.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name = '']) => name));
  return [...new Set(names.filter((name) => name.startsWith('xepa.')))];
}

export function isPlaceholder(name: string): name is Placeholder {
  return Object.hasOwn(placeholders, name);
}

/** @returns the text with each placeholder of ours replaced; one that `valueFor` has no value for stays as it is */
export function replacePlaceholders(text: string, valueFor: (name: string) => string | undefined): string {
  return text.replace(pattern, (whole, name: string) => (name.startsWith('xepa.') ? (valueFor(name) ?? whole) : whole));
}

import type { PackagesState } from './packages.ts';

const LONGEST = 80;

/** What is waited for, in words that complete "Waiting for …". */
export function packagesPhrase({ phase, holder, log }: PackagesState): string {
  if (phase === 'lock') return `the rescue system's package manager, which ${holder || 'another program'} uses`;
  if (phase === 'settle') return "the rescue system's package manager to finish what it had begun before";
  if (phase === 'lists') return "the rescue system's lists of packages";
  if (phase === 'size') return 'the size of what the rescue system lacks';
  const doing = lastWords(log);
  return `what the rescue system lacks to be installed${doing === '' ? '' : ` (${doing})`}`;
}

/** The last line that says something, as `Setting up libfdt1:amd64 (1.6.1-4+b1) ...`. */
function lastWords(log: string): string {
  const lines = log.split('\n').map((line) => line.split('\r').at(-1)?.trim() ?? '');
  const line = lines.findLast((text) => /[a-z]{3}/i.test(text)) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a progress bar draws with them
  const plain = line.replace(/\u001b\[[0-9;?]*[a-zA-Z]|[\u0000-\u001f]/g, '').replace(/[ .]+$/, '');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

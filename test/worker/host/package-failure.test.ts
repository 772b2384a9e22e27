import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packageFailure } from '../../../worker/host/package-failure.ts';
import type { PackagesState } from '../../../worker/host/packages.ts';

const failed: PackagesState = {
  ...{ action: 'look', running: false, exit: 3, phase: 'lists', holder: '', found: [], unknown: [], log: '' },
  ...{ size: null, room: { disk: null, memory: null } },
};
const said = (file: string) => readFileSync(new URL(`../../fixtures/packages/${file}.txt`, import.meta.url), 'utf8');

/** What the package managers themselves said when each of these was brought about. */
it.each([
  ['apt-dns', 'cannot find its mirror by name', 'backoff'],
  ['dnf-dns', 'cannot find its mirror by name', 'backoff'],
  ['zypper-dns', 'cannot find its mirror by name', 'backoff'],
  ['pacman-dns', 'cannot find its mirror by name', 'backoff'],
  ['apt-gone', 'does not have this release any more', 'no'],
  ['dnf-gone', 'does not have this release any more', 'no'],
  ['zypper-gone', 'does not have this release any more', 'no'],
  ['pacman-gone', 'does not have this release any more', 'no'],
  ['apt-refused', 'does not reach its mirror', 'backoff'],
  ['dnf-refused', 'does not reach its mirror', 'backoff'],
  ['apt-key', 'does not trust the signatures', 'no'],
  ['apt-lock', 'Another program uses the package manager', 'backoff'],
  ['pacman-lock', 'Another program uses the package manager', 'backoff'],
  ['apt-room', 'has no room left', 'no'],
] as const)('%s: %s', (file, means, retry) => {
  const error = packageFailure({ ...failed, log: said(file) });
  expect(error).toMatchObject({ retry, userMessage: expect.stringContaining(means) });
});

it.each([
  ['WARNING: Ignoring https://dl-cdn.alpinelinux.org/alpine/v3.20/main: DNS lookup error', 'by name'],
  ['ERROR: Unable to lock database: temporary error (try again later)', 'Another program'],
  ['WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/main: temporary error (try again later)', 'reach'],
  ['ERROR: qemu-system-x86_64-9.0.2-r1: No space left on device', 'no room left'],
  ['WARNING: Ignoring https://mirror.example.com/v3.20/main: UNTRUSTED signature', 'signatures'],
  [
    "E: Release file for http://x/dists/y/InRelease is not valid yet (invalid for another 3h). Updates won't be",
    'clock',
  ],
])('%s', (log, means) => {
  expect(packageFailure({ ...failed, log }).userMessage).toContain(means);
});

it('names what the repositories lack, also beside warnings that do not matter', () => {
  const error = packageFailure({ ...failed, exit: 4, unknown: ['qemu', 'ovmf'], log: 'Reading package lists...' });
  expect(error.userMessage).toMatch(/do not have qemu, ovmf\. .*XEPA_RESCUE_MIRRORS/);
  expect(error.retry).toBe('no');
});

it('tries again what was ended in the middle, and what nobody can read', () => {
  expect(packageFailure({ ...failed, exit: null })).toMatchObject({
    retry: 'backoff',
    userMessage: expect.stringContaining('ended in the middle'),
  });
  expect(packageFailure({ ...failed, exit: 1, log: 'Segmentation fault' }).userMessage).toContain('It said: Segm');
});

it('shows no password of a mirror', () => {
  const log = 'Err:1 http://joe:secret@mirror.example.com/debian trixie InRelease\n  Could not connect';
  expect(packageFailure({ ...failed, log }).userMessage).not.toContain('secret');
});

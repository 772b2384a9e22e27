import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fingerprint } from '../../core/ssh/host-key.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-keys-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it.each([
  ['ed25519', '256'],
  ['ecdsa', '384'],
  ['rsa', '2048'],
])('shows an %s key by the fingerprint that ssh-keygen shows', async (type, bits) => {
  const file = join(dir, type);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-f', file]);
  const [, shown] = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' }).split(' ');
  const [, blob = ''] = (await readFile(`${file}.pub`, 'utf8')).split(' ');
  expect(fingerprint(blob)).toBe(shown);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isPublished, md5Fingerprint } from '../../../worker/providers/published-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'xepa-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = join(folder, 'key');
execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
const line = readFileSync(`${file}.pub`, 'utf8');
const [, blob = ''] = line.split(' ');
const shown = (digest: string) =>
  execFileSync('ssh-keygen', ['-l', '-E', digest, '-f', file], { encoding: 'utf8' }).split(' ')[1] ?? '';

describe('a published host key', () => {
  it.each([
    ['as ssh-keygen shows it', shown('sha256')],
    ['without the name of the digest', shown('sha256').replace('SHA256:', '')],
    ['with the padding of base64', `${shown('sha256')}=`],
    ['as MD5', shown('md5')],
    ['as MD5 without its name', shown('md5').replace('MD5:', '')],
    ['as MD5 in capitals', shown('md5').replace('MD5:', '').toUpperCase()],
  ])('is known %s', (_how, fingerprint) => {
    expect(isPublished(blob, ['SHA256:another', fingerprint])).toBe(true);
  });

  it.each([
    ['nothing is', []],
    ['another one is', ['SHA256:AAAA', '00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff']],
    ['only the beginning fits', [shown('sha256').slice(0, -1)]],
    ['its base64 has other capitals', [shown('sha256').toLowerCase().replace('sha256', 'SHA256')]],
    ['an empty text is', ['', 'SHA256:', 'MD5:']],
  ])('is not known where %s published', (_what, published) => {
    expect(isPublished(blob, published)).toBe(false);
  });
});

it('has the MD5 of a key as ssh-keygen has it', () => {
  expect(`MD5:${md5Fingerprint(line)}`).toBe(shown('md5'));
});

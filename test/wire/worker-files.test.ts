import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWorkerConfig } from '../../worker/config.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-config-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('XEPA_SSH_DEVICES', () => {
  const read = async (content: unknown) => {
    const file = join(dir, 'devices.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readWorkerConfig({ XEPA_SECRET: 's'.repeat(32), XEPA_SSH_DEVICES: file }).sshDevices;
  };
  const device = () => ({
    name: 'box-1',
    host: '10.0.0.7',
    privateKeyFile: join(dir, 'key'),
    hostKey: 'ssh-ed25519 AAAA root@box',
  });

  it('names machines and the files of their keys', async () => {
    await writeFile(join(dir, 'key'), 'the key');
    expect(await read({ devices: [device()] })).toEqual([
      { ...device(), port: 22, user: 'root', tags: [], reboot: ['reboot'], commandSeconds: 120, privateKey: 'the key' },
    ]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a key file that is not there', () => ({ devices: [device()] }), /cannot read .*key/],
    ['no JSON', () => '{', /is not JSON/],
    ['a misspelt field', () => ({ devices: [{ ...device(), tag: [] }] }), /not understood.*tag/s],
    ['no host key', () => ({ devices: [{ ...device(), hostKey: '' }] }), /must look like "ssh-ed25519/],
    ['a name that breaks a message', () => ({ devices: [{ ...device(), name: '<!channel>' }] }), /letters, digits/],
    [
      'a command without a path',
      () => ({ devices: [{ ...device(), toDisk: ['ipmitool'] }] }),
      /whole path of a program/,
    ],
    ['a way into rescue alone', () => ({ devices: [{ ...device(), toRescue: ['/bin/a'] }] }), /required together with/],
    ['patience for ever', () => ({ devices: [{ ...device(), commandSeconds: 86_400 }] }), /commandSeconds/],
    ['no command to reboot', () => ({ devices: [{ ...device(), reboot: [] }] }), /reboot/],
  ])('refuses %s with the file and the place', async (_what, content, sentence) => {
    await expect(read(content())).rejects.toThrow(sentence);
    await expect(read(content())).rejects.toMatchObject({ code: 'bad-config' });
  });
});

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
      { ...device(), port: 22, user: 'root', tags: [], reboot: ['reboot'], privateKey: 'the key' },
    ]);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a key file that is not there', () => ({ devices: [device()] }), /cannot read .*key/],
    ['no JSON', () => '{', /is not JSON/],
    ['a misspelt field', () => ({ devices: [{ ...device(), tag: [] }] }), /not understood.*tag/s],
    ['no host key', () => ({ devices: [{ ...device(), hostKey: '' }] }), /must look like "ssh-ed25519/],
    ['a name that breaks a message', () => ({ devices: [{ ...device(), name: '<!channel>' }] }), /letters, digits/],
    ['no command to reboot', () => ({ devices: [{ ...device(), reboot: [] }] }), /reboot/],
  ])('refuses %s with the file and the place', async (_what, content, sentence) => {
    await expect(read(content())).rejects.toThrow(sentence);
    await expect(read(content())).rejects.toMatchObject({ code: 'bad-config' });
  });
});

describe('XEPA_PROVIDER_ACCOUNTS', () => {
  const read = async (content: unknown, source: Record<string, string> = {}) => {
    const file = join(dir, 'accounts.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readWorkerConfig({ XEPA_SECRET: 's'.repeat(32), XEPA_PROVIDER_ACCOUNTS: file, ...source }).accounts;
  };
  const account = (settings: object) => ({ accounts: [{ name: 'berlin', provider: 'leaseweb', settings }] });
  const inVariable = { LEASEWEB_API_KEY: { env: 'BERLIN_KEY' } };

  it('has accounts with their secrets from variables and files, and the settings that are for all', async () => {
    await writeFile(join(dir, 'password'), 'very-private\n');
    const robot = { HETZNER_ROBOT_USER: '#ws+a', HETZNER_ROBOT_PASSWORD: { file: join(dir, 'password') } };
    const content = {
      accounts: [...account(inVariable).accounts, { provider: 'hetzner-robot', tags: ['prod'], settings: robot }],
    };
    const source = { BERLIN_KEY: 'b-key', LEASEWEB_API_KEY: 'of another', XEPA_RESCUE_SSH_PORT: '2222' };
    const [berlin, first] = await read(content, source);
    expect(berlin).toMatchObject({ name: 'berlin', provider: 'leaseweb', tags: [] });
    expect(berlin?.config).toMatchObject({ LEASEWEB_API_KEY: 'b-key', XEPA_RESCUE_SSH_PORT: 2222, accounts: [] });
    expect(first).toMatchObject({ name: null, provider: 'hetzner-robot', tags: ['prod'] });
    expect(first?.config).toMatchObject({ HETZNER_ROBOT_PASSWORD: 'very-private' });
    expect(first?.config.LEASEWEB_API_KEY).toBeUndefined();
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no JSON', () => '{"LEASEWEB_API_KEY": "s3cret"', /accounts.json is not JSON/],
    ['no account', () => ({ accounts: [] }), /not understood/],
    ['a misspelt field', () => ({ accounts: [{ name: 'a', provider: 'leaseweb', setings: {} }] }), /setings/],
    ['a name that is no word', () => ({ accounts: [{ name: 'a:b', provider: 'x', settings: {} }] }), /small letters/],
    ['a secret in the file', () => account({ LEASEWEB_API_KEY: 's3cret' }), /is a secret, which does not stand here/],
    ['a variable that is not set', () => account(inVariable), /account `berlin` of `leaseweb`: .* BERLIN_KEY, which/],
    [
      'a file that is not there',
      () => account({ LEASEWEB_API_KEY: { file: '/nowhere/key' } }),
      /`LEASEWEB_API_KEY` is to come from \/nowhere\/key, which cannot be read/,
    ],
    [
      'a setting that is wrong',
      () => account({ LEASEWEB_URL: 'http://api.example.com' }),
      /account `berlin` of `leaseweb`: .*LEASEWEB_URL: must be https/s,
    ],
  ])('refuses %s, and repeats no secret', async (_what, content, sentence) => {
    const failure = await read(content()).then(
      () => 'none',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(sentence);
    expect(failure).toContain('XEPA_PROVIDER_ACCOUNTS: ');
    expect(failure).not.toContain('s3cret');
  });
});

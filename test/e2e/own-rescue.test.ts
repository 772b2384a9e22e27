import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { readHostKey } from '../../core/ssh/host-key.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import type { LabDevice } from '../lab/lab.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { putInstall } from '../support/put-install.ts';
import { playScene } from '../support/scene.ts';
import type { World } from '../support/world.ts';

let world: World;
let record: InstallRecord;
let sha256: string;
const id = 'xe-owner1';

/** What an operator does by hand: into rescue at the provider, with a key of their own. */
async function bringUpRescue(stage: World, device: LabDevice, publicKey: string): Promise<string> {
  const { apiUrl, token, projectId, sshPort } = stage.lab;
  const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
  const post = (path: string, body: object) =>
    fetch(`${apiUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await post(`/projects/${projectId}/ssh-keys`, { label: 'operator', key: publicKey, instances_ids: [device.id] });
  await post(`/devices/${device.id}/actions`, { type: 'rescue' });
  return eventually('the rescue system', async () => {
    if (device.machine.booted !== 'rescue') return null;
    return readHostKey({ host: device.address, port: sshPort, timeoutMs: 5_000 });
  });
}

async function digestOf(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
}

/** Writes the file that XEPA_SSH_DEVICES names. */
async function describeDevice(stage: World, device: LabDevice): Promise<string> {
  const operator = generateSshKey('operator');
  const privateKeyFile = join(stage.folder, 'operator.key');
  await writeFile(privateKeyFile, operator.privateKey, { mode: 0o600 });
  const hostKey = await bringUpRescue(stage, device, operator.publicKey);
  const { hostname: name, address: host } = device;
  const devices = [{ name, host, port: stage.lab.sshPort, privateKeyFile, hostKey: `ssh-ed25519 ${hostKey}` }];
  const file = join(stage.folder, 'devices.json');
  await writeFile(file, JSON.stringify({ devices }));
  return file;
}

beforeAll(async () => {
  world = await playScene(
    { lab: { devices: [{ hostname: 'own-01', disk: 'ahci' }] }, product: 'none' },
    async (stage) => {
      const [device] = stage.lab.devices;
      if (!device) throw new Error('the lab has a device');
      await stage.start('worker', 'worker-a', { XEPA_SSH_DEVICES: await describeDevice(stage, device) });
      sha256 = await digestOf(stage.lab.hostIsoUrl('mini.iso'));
      const own = { id, device: 'own-01', provider: 'ssh' } as const;
      await putInstall(stage, { ...own, iso: 'mini.iso', sha256, media: 'stream' });
      record = await theEnd({ world: stage }, id);
    },
  );
}, 900_000);
tellOnFailure(() => world);
afterAll(() => world?.stop(), 60_000);

it('installs on a machine whose rescue somebody else brought up, and restarts it by its own reboot', async () => {
  expect(record.failure).toBeUndefined();
  expect(record.phase).toBe('done');
  expect(record.facts.plan?.erases).toMatchObject([{ serial: 'XEPASATA01' }]);
  expect(record.facts.verify).toMatchObject({ up: true });
  const [proof] = (await world.lab.devices[0]?.machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/)) ?? [''];
  expect(proof).toContain('serial=XEPASATA01');
});

it('installed from an ISO that was still arriving, and compared its checksum before it let the server boot', () => {
  const { media, attend } = record.facts;
  expect(attend).toEqual({ ended: 'guest-powered-off' });
  expect(media?.notStreamed).toBeUndefined();
  expect(media).toMatchObject({ sha256, stream: { verified: true } });
});

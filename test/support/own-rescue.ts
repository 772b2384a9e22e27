import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trimmedOutput } from '../../core/ssh/command.ts';
import { readHostKey } from '../../core/ssh/host-key.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { eventually } from '../demo/eventually.ts';
import type { LabDevice } from '../lab/lab.ts';
import { type CutLine, startCutLine } from './cut-line.ts';
import type { World } from './world.ts';

const LOOK_MS = 30_000;

/** A device that its operator brought into rescue by hand, with a key of their own. */
export interface OwnRescue {
  device: LabDevice;
  /** The file that XEPA_SSH_DEVICES names. In it the device is reached by way of `line`. */
  devicesFile: string;
  /** What lies between workers and the device. */
  line: CutLine;
  /** What a command of the operator prints, who is not on that line. */
  look(argv: readonly string[]): Promise<string>;
}

export async function bringUpOwnRescue(world: World): Promise<OwnRescue> {
  const [device] = world.lab.devices;
  if (!device) throw new Error('the lab has a device');
  const { hostname: name, address: host } = device;
  const port = world.lab.sshPort;
  const operator = generateSshKey('operator');
  const hostKey = await enterRescue(world, device, operator.publicKey);
  const line = await startCutLine(port, host);
  const privateKeyFile = join(world.folder, 'operator.key');
  await writeFile(privateKeyFile, operator.privateKey, { mode: 0o600 });
  const devicesFile = join(world.folder, 'devices.json');
  const described = { name, host: '127.0.0.1', port: line.port, privateKeyFile, hostKey: `ssh-ed25519 ${hostKey}` };
  await writeFile(devicesFile, JSON.stringify({ devices: [described] }));
  return {
    ...{ device, devicesFile, line },
    async look(argv) {
      const address = { host, port, user: 'root', sudo: false, hostKey };
      const { shell } = await openSshShell(address, operator.privateKey, AbortSignal.timeout(LOOK_MS));
      try {
        return await shell.exec({ argv, timeoutMs: LOOK_MS, okCodes: [0, 1, 2], parse: trimmedOutput });
      } finally {
        shell.close();
      }
    },
  };
}

/** What an operator does at the provider; answers with the host key of the rescue system. */
async function enterRescue(world: World, device: LabDevice, publicKey: string): Promise<string> {
  const { apiUrl, token, projectId, sshPort } = world.lab;
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

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { theEnd } from '../../demo/play.ts';
import { putInstall } from '../../support/put-install.ts';
import { ask, emptied, type Server, type Times, watch } from './server.ts';

/** PCI addresses of port and disk controller: the expert knows the server. */
const hardware = ['0000:01:00.0', '0000:02:00.0'];
/** What ssh itself ends with. */
const SSH_CUT = 255;
const script = join(import.meta.dirname, 'expert.sh');

/** One install by the script, from the request for rescue to the metal. */
export async function byExpert(server: Server): Promise<Times> {
  const { world, device, keyFile } = server;
  await emptied(server);
  await ask(world, `/devices/${device.id}/actions`, { type: 'rescue' });
  const argv = [device.address, `${world.lab.sshPort}`, keyFile, world.lab.isoUrl('mini.iso'), ...hardware];
  let child: ChildProcess | undefined;
  try {
    return await new Promise((resolve, reject) => {
      child = spawn(script, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      toldBy(child).then((trouble) => trouble && reject(new Error(trouble)), reject);
      watch(server, '/run/expert/vnc.sock').then(resolve, reject);
    });
  } finally {
    child?.kill();
  }
}

/** @returns why the script gave up; null when its work was done, or its line was cut by the restart */
async function toldBy(child: ChildProcess): Promise<string | null> {
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (part: Buffer) => {
      said += part.toString();
    });
  }
  const [code] = await once(child, 'close');
  return code === 0 || code === null || code === SSH_CUT ? null : `the expert's script ended with ${code}: ${said}`;
}

/** The same by the product's worker. */
export async function byXepa(server: Server, id: string): Promise<{ times: Times; record: InstallRecord }> {
  const { world, device } = server;
  await emptied(server);
  await putInstall(world, { id, device: device.hostname, iso: 'mini.iso' });
  const times = await watch(server, `/run/xepa/${id}/vnc.sock`);
  const record = await theEnd({ world }, id);
  if (record.phase !== 'done') throw new Error(`${record.phase}: ${record.failure?.message}`);
  return { times, record };
}

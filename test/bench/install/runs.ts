import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { theEnd } from '../../demo/play.ts';
import { putInstall } from '../../support/put-install.ts';
import { ask, type Server, type Times, watch } from './server.ts';

/** PCI addresses of port and disk controller: the expert knows the server. */
const hardware = ['0000:01:00.0', '0000:02:00.0'];
const script = join(import.meta.dirname, 'expert.sh');

/** One install by the script, from the request for rescue to the metal. */
export async function byExpert(server: Server): Promise<Times> {
  const { world, device, keyFile } = server;
  let said = '';
  let child: ReturnType<typeof spawn> | undefined;
  await ask(world, `/devices/${device.id}/actions`, { type: 'rescue' });
  const argv = [device.address, `${world.lab.sshPort}`, keyFile, world.lab.isoUrl('mini.iso'), ...hardware];
  try {
    return await watch(server, '/run/expert/vnc.sock', () => {
      child = spawn(script, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      for (const output of [child.stdout, child.stderr]) {
        output?.on('data', (part: Buffer) => {
          said += part.toString();
        });
      }
    });
  } catch (cause) {
    throw new Error(`the expert's script did not get there: ${said}`, { cause });
  } finally {
    child?.kill();
  }
}

/** The same by the product's worker. */
export async function byXepa(server: Server, id: string): Promise<{ times: Times; record: InstallRecord }> {
  const { world, device } = server;
  await putInstall(world, { id, device: device.hostname, iso: 'mini.iso' });
  const times = await watch(server, `/run/xepa/${id}/vnc.sock`, () => undefined);
  const record = await theEnd({ world }, id);
  if (record.phase !== 'done') throw new Error(`${record.phase}: ${record.failure?.message}`);
  return { times, record };
}

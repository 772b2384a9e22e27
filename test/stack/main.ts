/**
 * `npm run test:stack`: what rescue systems build on disks, by the real kernel and its tools, and what XEPA plans, stops and refuses
 * there, in each shell that servers have. Exit code 1 when something was not as it should be.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kernel } from '../lab/images/kernel.ts';
import { acceleration } from '../lab/machine/acceleration.ts';
import { StackGuest } from './guest.ts';
import { stackInitrd } from './image.ts';
import { playStack } from './play.ts';
import { scenes } from './scenes.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean', default: false } } });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
if (values.help)
  console.log('npm run test:stack [-- --only WORD]: scenes with the word in their title. About ten minutes for all.');
else process.exit((await playAll(scenes.filter(({ title }) => title.includes(values.only ?? '')))) ? 0 : 1);

async function playAll(chosen: typeof scenes): Promise<boolean> {
  const linux = await kernel(console.log);
  const initrd = await stackInitrd(linux, console.log);
  const accel = await acceleration(linux.vmlinux, console.log);
  const folder = await mkdtemp(join(tmpdir(), 'xepa-stack-'));
  let good = chosen.length > 0;
  const guest = await StackGuest.boot({ kernel: linux.vmlinux, initrd, accel }, folder);
  try {
    for (const scene of chosen) {
      for (const shell of ['dash', 'busybox'] as const) good = (await playOne(guest, scene, shell)) && good;
    }
  } finally {
    await guest.stop();
    await rm(folder, { recursive: true });
  }
  return good;
}

async function playOne(guest: StackGuest, scene: (typeof scenes)[number], shell: 'dash' | 'busybox'): Promise<boolean> {
  const began = Date.now();
  const failed = await playStack(guest, scene, shell).catch((error: unknown) => error);
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${failed ? 'FAILED' : 'good'}  ${shell}, ${seconds} s: ${scene.title}`);
  if (failed) console.error(failed);
  return !failed;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Stop } from '../../core/contracts/disk-stack.ts';
import { stopStack, unguard } from '../../worker/host/stack.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
const installId = 'xe-stack1';

function stopOf(name: string): Stop {
  return { name, kind: 'md', label: `${name} (raid1)`, disks: ['xepa-none'] };
}

function stopping(...names: string[]) {
  const stops = names.map(stopOf);
  return scene.shell.exec(stopStack({ installId, leaving: ['xepa-none'], others: [], mayStay: [], stops }));
}

/** The very scripts that run on a server, in the shells that servers have; no array of this machine is meant. */
describe.each(['dash', 'busybox'])('on a server whose sh is %s', (sh) => {
  beforeEach(() => symlink(sh === 'busybox' ? '/bin/busybox' : '/bin/dash', join(scene.home, 'sh')));
  afterEach(() => scene.shell.exec(unguard(installId)));

  it('what is stopped already is no trouble, also twice', async () => {
    await stopping('md977', 'dm-977');
    await stopping('md977', 'dm-977');
    await stopping();
  });

  it('nothing is stopped while a process has it open, and that process is named', async () => {
    const file = await open('/dev/full');
    const holder = spawn('sleep', ['60'], { stdio: [file.fd, 'ignore', 'ignore'] });
    onTestFinished(() => void holder.kill());
    await once(holder, 'spawn');
    await file.close();
    const stopped = stopping('md977', 'full');
    await expect(stopped).rejects.toMatchObject({
      code: 'device-unfit',
      userMessage: expect.stringContaining(`full (raid1) by sleep (${holder.pid}). Nothing was stopped.`),
    });
    holder.kill();
    await once(holder, 'exit');
    await stopping('md977', 'full');
  });
});

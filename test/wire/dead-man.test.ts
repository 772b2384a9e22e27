import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { armDeadMan, disarmDeadMan, feedDeadMan } from '../../worker/host/dead-man.ts';
import { useSshScene } from '../support/ssh-scene.ts';

const scene = useSshScene();
const patience = { timeout: 15_000, interval: 100 };
const SHORT = 1;
/** Long enough for what has to be done before. */
const SOON = 4;
const LONG = 3_600;

/** The very script that runs on a server, in the shells that servers have; only hardware is not taken back here. */
describe.each(['dash', 'busybox'])('the timer on a server whose sh is %s', (sh) => {
  let dir: string;
  let vm: ChildProcess;

  beforeEach(async () => {
    await symlink(sh === 'busybox' ? '/bin/busybox' : '/bin/dash', join(scene.home, 'sh'));
    dir = join(scene.home, 'run', 'xe-1');
    await mkdir(dir, { recursive: true });
    const program = join(scene.home, 'qemu-stand-in');
    await writeFile(program, '#!/bin/sh\nwhile sleep 1; do :; done\n', { mode: 0o755 });
    vm = spawn(program, ['-pidfile', join(dir, 'qemu.pid')], { stdio: 'ignore' });
    await once(vm, 'spawn');
    await writeFile(join(dir, 'qemu.pid'), `${vm.pid}\n`);
  });
  afterEach(async () => {
    await scene.shell.exec(disarmDeadMan(dir));
    vm.kill('SIGKILL');
  });

  const arm = (seconds: number) => scene.shell.exec(armDeadMan({ dir, seconds, previous: [], reboot: false }));
  const ended = () => vm.signalCode ?? vm.exitCode;
  const timers = async () => {
    const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const argvs = await Promise.all(all.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return argvs.filter((argv) => argv.startsWith(`sh\0${dir}/dead-man.sh\0`)).length;
  };

  it('ends the VM when nobody is heard from, and says that it did', async () => {
    expect(await arm(SHORT)).toEqual({ armed: true, fired: false });
    await expect.poll(ended, patience).toBe('SIGTERM');
    expect(await scene.shell.exec(feedDeadMan(dir))).toMatchObject({ fired: true });
    await expect.poll(timers, patience).toBe(0);
    expect(await readFile(join(dir, 'dead-man.log'), 'utf8')).toContain('all of it is back');
  });

  it('does so without its folder, its script, its pid file and that of the VM', async () => {
    await arm(SOON);
    await writeFile(join(dir, 'dead-man.sh'), 'exit 0\n');
    await rm(dir, { recursive: true });
    await expect.poll(ended, patience).toBe('SIGTERM');
    await expect.poll(() => readFile(join(dir, 'dead-man-fired'), 'utf8'), patience).toMatch(/^\d+\n$/);
  });

  it.each(['99999999', '1000000000000', 'soon'])('is not put off by a sign of life of "%s"', async (alive) => {
    await arm(SHORT);
    await writeFile(join(dir, 'alive'), alive);
    await expect.poll(ended, patience).toBe('SIGTERM');
  });

  it('is one, however often it is armed, and ends when it is disarmed, also where its pid file is lost', async () => {
    await arm(LONG);
    await writeFile(join(dir, 'dead-man.pid'), '1\n');
    expect(await arm(LONG)).toEqual({ armed: true, fired: false });
    expect(await timers()).toBe(1);
    await scene.shell.exec(disarmDeadMan(dir));
    await expect.poll(timers, patience).toBe(0);
    expect(ended()).toBeNull();
  });
});

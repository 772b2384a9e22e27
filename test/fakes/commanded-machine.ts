import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeSshHostOptions, startFakeSshHost } from './fake-ssh-host.ts';

/**
 * A machine that runs its disk, where it speaks no SSH, until a program restarts it: `to-rescue` and `to-disk`, real ones, each
 * boot with a boot id of its own and an empty memory.
 */
export async function startCommandedMachine(fault?: FakeSshHostOptions['fault']) {
  const home = await mkdtemp(join(tmpdir(), 'xepa-commanded-'));
  const keyFile = join(home, '.ssh', 'authorized_keys');
  const file = (name: string) => join(home, name);
  const runs = () => readFileSync(file('runs'), 'utf8').trim();
  const lines = async (name: string) => (await readFile(name, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const program = async (name: string, script: string) => {
    await writeFile(file(name), `#!/bin/sh\n${script}\n`);
    await chmod(file(name), 0o755);
    return file(name);
  };
  await writeFile(file('runs'), 'disk\n');
  await program('cat', 'case $1 in */boot_id) exec /bin/cat "$HOME/boot-id" ;; *) exec /bin/cat "$@" ;; esac');
  const restart = (into: string) =>
    `set -e; home=$\{0%/*}; rm -rf "$home/.ssh"; echo ${into} >> "$home/restarts"; wc -l < "$home/restarts" > "$home/boot-id"; echo ${into} > "$home/runs"`;
  const host = await startFakeSshHost({
    ...{ run: 'sh', home, binaries: home, isUp: () => runs() === 'rescue' },
    ...(fault ? { fault } : {}),
  });
  return {
    host,
    toRescue: await program('to-rescue', restart('rescue')),
    toDisk: await program('to-disk', restart('disk')),
    /** `rescue` or `disk`. */
    runs,
    restarts: async () => (await lines(file('restarts'))).map((into) => (into === 'rescue' ? into : 'disk')),
    keyLabels: async () => (await lines(keyFile)).map((line) => line.split(' ').at(-1) ?? ''),
    async close() {
      await host.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../core/ssh/command.ts';

/** A server with two ports, and the two networks that they are in, as network namespaces of this machine. Root is needed. */
export interface TwoPaths {
  /** Runs a command on the server as sshd would, and answers with what its parser makes of the output. */
  exec<T>(command: Command<T>): T;
  /** A program on the server. */
  server(...argv: string[]): string;
  /** Whether the server answers at this address; the router drops what comes back by the wrong network. */
  answersAt(address: string): boolean;
  close(): Promise<void>;
}

export const givenMac = '52:54:00:aa:00:01';
export const carriesMac = '52:54:00:aa:00:02';

const SERVER = `
mount -t sysfs sysfs /sys
ip link set lo up
echo ready
exec sleep 3600`;
/** The first network is an address with its gateway and nothing else, as providers have it. A worker is behind the router. */
const ROUTER = `
ip link set lo up
ip addr add 198.51.100.9/32 dev lo
ip link add r0 type veth peer name eth0 address ${givenMac}
ip link add r1 type veth peer name eth1 address ${carriesMac}
ip link set eth0 netns "$1"
ip link set eth1 netns "$1"
ip addr add 192.0.2.0/31 dev r0
ip addr add 203.0.113.1/29 dev r1
ip link set r0 up
ip link set r1 up
for d in all r0 r1; do echo 1 >/proc/sys/net/ipv4/conf/$d/rp_filter; done
echo ready
exec sleep 3600`;
const FIRST_PATH = `
ip link set eth0 up
ip addr add 192.0.2.1/31 dev eth0
ip route add default via 192.0.2.0 dev eth0`;

/** @param shell whose `sh` and, with busybox, whose `ip` the server has */
export async function layTwoPaths(shell: 'dash' | 'busybox'): Promise<TwoPaths> {
  const bin = await mkdtemp(join(tmpdir(), 'xepa-paths-'));
  await symlink(shell === 'busybox' ? '/bin/busybox' : '/bin/dash', join(bin, 'sh'));
  if (shell === 'busybox') await symlink('/bin/busybox', join(bin, 'ip'));
  const server = await namespace(['--net', '--mount'], SERVER);
  const router = await namespace(['--net'], ROUTER, String(server.pid));
  const within = (of: ChildProcess, argv: readonly string[], stdin = '') => {
    const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin` };
    return spawnSync('nsenter', ['-t', String(of.pid), '-n', '-m', ...argv], { env, input: stdin, encoding: 'utf8' });
  };
  const first = within(server, ['sh', '-es'], FIRST_PATH);
  if (first.status !== 0) throw new Error(`the first path: ${first.stderr}`);
  return {
    exec: (command) => {
      const { stdout, stderr, status } = within(server, command.argv, command.stdin?.toString() ?? '');
      if (status !== 0) throw new Error(`exit ${status}: ${stderr}`);
      return command.parse({ stdout, stderr, exitCode: status });
    },
    server: (...argv) => within(server, argv).stdout,
    // Who is neighbour to whom may have to be asked again.
    answersAt: (address) => {
      const asked = () => within(router, ['busybox', 'ping', '-c', '1', '-W', '1', '-I', '198.51.100.9', address]);
      return asked().status === 0 || asked().status === 0;
    },
    async close() {
      for (const child of [server, router]) child.kill('SIGKILL');
      await rm(bin, { recursive: true, force: true });
    },
  };
}

async function namespace(kinds: readonly string[], script: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn('unshare', [...kinds, 'sh', '-ec', script, 'sh', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('a network namespace could not be laid out'))),
  ]);
  return child;
}

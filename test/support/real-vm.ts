import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectQmp, type Qmp } from '../../core/qmp.ts';
import type { Command } from '../../core/ssh/command.ts';
import { killVm } from '../../worker/host/vm.ts';
import { vmPaths } from '../../worker/host/vm-paths.ts';
import { tinyDisk, tinyIso } from './tiny-guest.ts';

/** A folder as the worker has one on a server, with an ISO and a disk, and real QEMUs in it. */
export interface RealVm {
  dir: string;
  isoPath: string;
  diskPath: string;
  /** Runs a command of the worker here, with another shell where that is given. */
  exec<T>(command: Command<T>, shell?: readonly string[]): Promise<T>;
  /** Starts QEMU by its command line. @throws Error with what it said when it does not start */
  start(argv: readonly string[]): void;
  /** A conversation of its own. */
  qmp<T>(ask: (qmp: Qmp) => Promise<T>): Promise<T>;
  /** What the guest has said to its first serial port. */
  said(): string;
  /** The guest's memory, as far as firmware uses it. */
  memory(): Promise<string>;
  stop(): Promise<void>;
}

const MEMORY_BYTES = 64 * 2 ** 20;

/** Short, since a unix socket's path is. */
export function makeRealVm(): RealVm {
  const home = mkdtempSync(join(tmpdir(), 'xvm-'));
  const dir = join(home, 'r');
  mkdirSync(dir, { mode: 0o700 });
  const [isoPath, diskPath] = [join(home, 'e.iso'), join(home, 'disk')];
  writeFileSync(isoPath, tinyIso('E'));
  writeFileSync(diskPath, tinyDisk('D'));
  truncateSync(diskPath, 2 ** 20);
  const paths = vmPaths(dir);
  const exec: RealVm['exec'] = async (command, shell = ['sh']) => {
    const [program = '', ...before] = shell;
    const child = spawn(program, [...before, ...command.argv.slice(1)], { stdio: ['pipe', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stdin.end(command.stdin);
    const [exitCode] = await once(child, 'close');
    return command.parse({ stdout, stderr: '', exitCode });
  };
  const qmp: RealVm['qmp'] = async (ask) => {
    const link = await connectQmp(connect(paths.qmp));
    try {
      return await ask(link);
    } finally {
      link.close();
    }
  };
  return {
    ...{ dir, isoPath, diskPath, exec, qmp },
    start([program = '', ...argv]) {
      const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8', timeout: 20_000 });
      if (status !== 0) throw new Error(`QEMU ended with ${status}: ${stderr}`);
    },
    said: () => readFileSync(paths.serialLogs[0], 'latin1'),
    async memory() {
      const filename = join(home, 'memory');
      await qmp((link) => link.execute('pmemsave', { val: 0, size: MEMORY_BYTES, filename }));
      return readFileSync(filename, 'latin1');
    },
    async stop() {
      await exec(killVm(dir));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

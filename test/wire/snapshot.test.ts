import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Command } from '../../core/ssh/command.ts';
import { qemuArgv } from '../../worker/host/qemu.ts';
import { mountScratch, unmountScratch } from '../../worker/host/scratch.ts';
import { vmPaths } from '../../worker/host/vm-paths.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'xepa-snap-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/**
 * A boot sector that writes another sector of its disk by the firmware (int 13h, AH=3), and then says OK on the first
 * serial port. cli; no segments; a stack; sti; 512 bytes of 55 at 7e00; write sector 6; 'O'; 'K'; hlt for good.
 */
const writer = Buffer.concat([
  Buffer.from('fa31c08ed88ec08ed0bc007cfb', 'hex'),
  Buffer.from('bf007eb90002b055f3aab80103bb007eb90600b600cd13', 'hex'),
  Buffer.from('baf803b04feeb04beef4ebfd', 'hex'),
]);

function diskOf(path: string): string {
  const disk = Buffer.alloc(4 * 1024 * 1024);
  writer.copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  writeFileSync(path, disk);
  return sumOf(path);
}

function sumOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function planOf(block: BlockDisk): Plan {
  return {
    ...{ firmware: 'bios', accel: 'tcg', memoryMb: 64, cpus: 1, passed: [], ladder: [], erases: [], warnings: [] },
    nic: { mode: 'emulated', mac: '52:54:00:aa:00:01', address: null },
    ...{ block, digest: '' },
  };
}

/** Starts the worker's own command line, until the guest has written, and ends it. @returns the disk's digest afterwards */
async function writeInVm(path: string, scratchMb: number | undefined): Promise<string> {
  const block: BlockDisk = {
    ...{ path, serial: 'S1', model: 'TINY', sizeBytes: 4 * 1024 * 1024, controller: '', bus: 'ahci' },
    ...{ logicalSectorBytes: 512, physicalSectorBytes: 512, ...(scratchMb === undefined ? {} : { scratchMb }) },
  };
  const smbios = { manufacturer: '', product: '', version: '', serial: '', uuid: '', sku: '', family: '' };
  const all = qemuArgv({ plan: planOf(block), smbios, isoPath: null, dir, installId: 'x', kvm: false, ovmf: null });
  const [program = '', ...argv] = all.filter((word) => word !== '-daemonize');
  const { scratch, serialLogs } = vmPaths(dir);
  mkdirSync(scratch, { recursive: true });
  // QEMU goes on in the log of the start before.
  rmSync(serialLogs[0], { force: true });
  const vm = spawn(program, argv, { env: { ...process.env, TMPDIR: scratch }, stdio: 'ignore' });
  try {
    const said = () => (existsSync(serialLogs[0]) ? readFileSync(serialLogs[0], 'latin1') : '');
    await vi.waitFor(() => expect(said()).toContain('OK'), { timeout: 30_000, interval: 100 });
  } finally {
    vm.kill('SIGTERM');
    await once(vm, 'exit');
  }
  return sumOf(path);
}

describe('a guest that writes to its disk', () => {
  it('changes the disk of a console, and nothing on that of a snapshot', async () => {
    const path = join(dir, 'disk');
    const before = diskOf(path);
    expect(await writeInVm(path, 64)).toBe(before);
    expect(await writeInVm(path, undefined)).not.toBe(before);
  }, 90_000);
});

describe.skipIf(process.getuid?.() !== 0)('the memory of a snapshot', () => {
  const run = <T>({ argv: [program = '', ...args], stdin, parse }: Command<T>): T =>
    parse({ stdout: execFileSync(program, args, { input: stdin, encoding: 'utf8' }), stderr: '', exitCode: 0 });
  const mounts = () =>
    readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(dir));

  it('has a limit, and is there once however often it is asked for, and gone after it', () => {
    const scratch = vmPaths(dir).scratch;
    const wish = { dir: scratch, sizeMb: 64, besidesMb: 64 };
    run(mountScratch(wish));
    run(mountScratch({ ...wish, besidesMb: 1e9 }));
    expect(mounts()).toEqual([expect.stringMatching(/^xepa-scratch .* tmpfs .*noexec.*size=65536k,mode=700/)]);
    run(unmountScratch(scratch));
    run(unmountScratch(scratch));
    expect(mounts()).toEqual([]);
  });

  it('is refused where VM and snapshot do not fit into what is free', () => {
    const wish = { dir: vmPaths(dir).scratch, sizeMb: 64, besidesMb: 1e9 };
    expect(() => run(mountScratch(wish))).toThrow(expect.objectContaining({ code: 'device-unfit' }));
    expect(mounts()).toEqual([]);
  });
});

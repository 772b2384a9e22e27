import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { MachineFacts } from '../../core/contracts/machine-facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { VmPlan } from '../../core/contracts/vm-plan.ts';
import { createLogger } from '../../core/log.ts';
import { usableHyperv } from '../../worker/host/hyperv.ts';
import { loadModules } from '../../worker/host/modules.ts';
import { qemuArgv, type VmInput } from '../../worker/host/qemu.ts';
import { hypervLadder } from '../../worker/host/qemu-processor.ts';
import { killVm, launchVm, vmState } from '../../worker/host/vm.ts';
import { vmPaths } from '../../worker/host/vm-paths.ts';
import { createEndWatch } from '../../worker/steps/end-watch.ts';
import { endAtReboot } from '../../worker/steps/final-reboot.ts';
import { runState } from '../../worker/steps/vm-status.ts';
import { anInstall } from '../support/an-install.ts';
import { makeRealVm, type RealVm } from '../support/real-vm.ts';

/** Real QEMUs, in emulation, with command lines as the worker makes them. */
let real: RealVm;
beforeEach(() => {
  real = makeRealVm();
});
afterEach(() => real.stop());

const board: MachineFacts['board'] = {
  bios: { vendor: 'Firmware, Inc.', version: 'F 1.2', date: '02/03/2024', release: '5.27' },
  baseboard: { manufacturer: 'ACME', product: 'Board 9', version: 'A01', serial: 'BOARD-SERIAL', asset: 'BOARD-TAG' },
  chassis: { manufacturer: 'ACME', version: 'C2', serial: 'CHASSIS-SERIAL', asset: 'CHASSIS-TAG' },
  oemStrings: ['OEM string, one', 'OEM string two'],
};
const machine: MachineFacts = { qemuMajor: 7, acpiTables: [], board, freeHugePagesMb: 0 };
const vm: VmPlan = {
  ...{ guest: null, tpm: false, rom: false, secureBoot: false, onReboot: 'stay', serialConsole: null, nicAt: null },
};
const block: BlockDisk = {
  ...{ path: '', serial: 'DISK-SERIAL', model: 'A disk', sizeBytes: 2 ** 20, controller: '0000:04:00.0', bus: 'nvme' },
  ...{ logicalSectorBytes: 512, physicalSectorBytes: 4096 },
};

interface Variant {
  plan?: Partial<Plan>;
  disk?: Partial<BlockDisk>;
  more?: Partial<VmInput>;
}

function argvOf({ plan = {}, disk = {}, more = {} }: Variant = {}): string[] {
  return qemuArgv({
    plan: {
      ...{ firmware: 'bios', accel: 'tcg', memoryMb: 64, cpus: 2, passed: [], ladder: [], erases: [], warnings: [] },
      nic: { mode: 'emulated', mac: '52:54:00:aa:00:01', address: null },
      ...{ block: { ...block, path: real.diskPath, ...disk }, vm, digest: '' },
      ...plan,
    },
    smbios: {
      ...{ manufacturer: 'ACME, Inc.', product: 'Server', version: '1', serial: 'SYSTEM-SERIAL', sku: 'SKU' },
      ...{ uuid: '4c4c4544-0031-3010-8034-b2c04f4a3132', family: 'Family' },
    },
    ...{ isoPath: real.isoPath, dir: real.dir, installId: 'xe-real', kvm: false, ovmf: null, machine },
    ...more,
  });
}

/** Its firmware has found its devices, and started what is on the CD. */
async function booted(): Promise<void> {
  await vi.waitFor(() => expect(real.said()).toMatch(/^E/), { timeout: 25_000, interval: 100 });
}

const Devices = z.array(
  z.looseObject({ bus: z.number(), slot: z.number(), function: z.number(), qdev_id: z.string() }),
);
const Bridge = z.looseObject({ pci_bridge: z.object({ devices: Devices.default([]) }).optional() });
const Buses = z.array(z.object({ devices: z.array(Bridge.and(Devices.unwrap())) }));

/** PCI addresses of what goes into the VM, as its firmware made them: `disk0` → `04:00.0`. */
async function pciAddresses(): Promise<Record<string, string>> {
  const buses = Buses.parse(await real.qmp((qmp) => qmp.execute('query-pci')));
  const all = buses.flatMap(({ devices }) => devices.flatMap((one) => [one, ...(one.pci_bridge?.devices ?? [])]));
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return Object.fromEntries(all.map((one) => [one.qdev_id, `${hex(one.bus)}:${hex(one.slot)}.${one.function}`]));
}

describe('a BIOS machine', () => {
  it('has its NVMe disk at the address outside, and tells the guest the strings of the board', async () => {
    real.start(argvOf());
    await booted();
    expect(await pciAddresses()).toMatchObject({ disk0: '04:00.0', nic1: '01:00.0', usb: '00:02.0' });
    const memory = await real.memory();
    const strings = ['ACME, Inc.', 'SYSTEM-SERIAL', 'Firmware, Inc.', 'F 1.2', 'Board 9', 'BOARD-SERIAL', 'BOARD-TAG'];
    for (const text of [...strings, 'CHASSIS-SERIAL', 'CHASSIS-TAG', 'OEM string, one', 'OEM string two']) {
      expect(memory.includes(text), text).toBe(true);
    }
  });

  it('has a SATA disk of the chipset at its own slot, with licence tables, for Windows', async () => {
    const acpi = Buffer.alloc(36 + 4);
    acpi.write('MSDM');
    acpi.writeUInt32LE(acpi.length, 4);
    acpi.write('XEPATABL', 16);
    writeFileSync(join(real.dir, 'acpi-MSDM'), acpi);
    const options = { cpuOptions: hypervLadder.at(-1) };
    const more: Partial<VmInput> = { guest: 'windows', machine: { ...machine, acpiTables: ['MSDM'] }, options };
    const plan = { vm: { ...vm, nicAt: '0000:00:1f.6' } };
    real.start(argvOf({ plan, disk: { bus: 'ahci', controller: '0000:00:17.0' }, more }));
    await booted();
    expect(await pciAddresses()).toMatchObject({ sata: '00:17.0', nic1: '00:1f.6' });
    expect((await real.memory()).includes('XEPATABL')).toBe(true);
  });

  it('knows every one of the Hyper-V flags by name, and finds out which it may have', async () => {
    real.start([...argvOf(), '-S']);
    const typename = 'max-x86_64-cpu';
    const found = await real.qmp((qmp) => qmp.execute('device-list-properties', { typename }));
    const known = z.array(z.object({ name: z.string() })).parse(found);
    const flags = hypervLadder.flatMap((line) => line.split(',').map((flag) => flag.split('=')[0]));
    expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(flags));
    expect([...hypervLadder, '']).toContain(await real.exec(usableHyperv({})));
  });
});

describe('a UEFI machine', () => {
  it('has the firmware that the distribution describes, with keys and a TPM where they are wanted', async () => {
    const plain = (await real.exec(loadModules({ virtualization: 'none', firmware: 'uefi' }))).ovmf;
    const { ovmf } = await real.exec(
      loadModules({ virtualization: 'none', firmware: 'uefi' }, { secureBoot: true, version: false }),
    );
    expect(plain).toMatchObject({ smm: false, secureBoot: false });
    expect(ovmf).toMatchObject({ smm: true, secureBoot: true });
    const plan: Partial<Plan> = { firmware: 'uefi', vm: { ...vm, tpm: true, secureBoot: true } };
    const argv = argvOf({ plan, more: { ovmf } });
    await real.exec(launchVm({ argv, dir: real.dir, varsTemplate: ovmf?.vars ?? null, tpm: true }));
    expect(await real.qmp((qmp) => qmp.execute('query-tpm'))).toMatchObject([
      { id: 'tpm0', model: 'tpm-crb', options: { type: 'emulator' } },
    ]);
    const emulator = Number(readFileSync(join(real.dir, 'swtpm.pid'), 'utf8'));
    expect(existsSync(`/proc/${emulator}`)).toBe(true);
    await real.exec(killVm(real.dir), ['busybox', 'sh']);
    await vi.waitFor(() => expect(existsSync(`/proc/${emulator}`)).toBe(false));
    expect(readdirSync(real.dir).filter((name) => name.includes('tpm'))).toEqual([]);
  });

  it('has its disk at the address outside, as its own firmware counts buses', async () => {
    const busybox = ['busybox', 'sh'];
    const { ovmf } = await real.exec(loadModules({ virtualization: 'none', firmware: 'uefi' }), busybox);
    const argv = argvOf({ plan: { firmware: 'uefi', memoryMb: 128 }, more: { ovmf } });
    await real.exec(launchVm({ argv, dir: real.dir, varsTemplate: ovmf?.vars ?? null }), busybox);
    const addresses = { disk0: '04:00.0', nic1: '01:00.0' };
    await vi.waitFor(async () => expect(await pciAddresses()).toMatchObject(addresses), 20_000);
  });
});

describe('the launch', () => {
  it('starts nothing without a licence table that was there, and says which', async () => {
    const launch = launchVm({ argv: argvOf(), dir: real.dir, varsTemplate: null, acpiTables: ['SLIC'] });
    await expect(real.exec(launch)).rejects.toMatchObject({ userMessage: expect.stringContaining('SLIC') });
    expect((await real.exec(vmState(real.dir))).pid).toBeNull();
  });

  it('reads what this machine offers, in every shell', async () => {
    const survey = { virtualization: 'none', firmware: 'bios' } as const;
    const asked = loadModules(survey, { secureBoot: false, version: true });
    const { machine: found } = await real.exec(asked);
    expect(found.qemuMajor).toBeGreaterThanOrEqual(6);
    expect((await real.exec(asked, ['busybox', 'sh'])).machine).toEqual(found);
    expect((await real.exec(loadModules(survey))).machine).toEqual({ ...found, qemuMajor: null });
  });
});

describe('a reboot of the guest', () => {
  const reboot = () =>
    real.qmp((qmp) =>
      qmp.execute('send-key', { keys: ['ctrl', 'alt', 'delete'].map((data) => ({ type: 'qcode', data })) }),
    );

  it('is counted without anybody listening, and ends the VM once that was asked for, which wakes who listens', async () => {
    real.start(argvOf({ plan: { vm: { ...vm, onReboot: 'finish' } } }));
    await booted();
    expect(await real.exec(vmState(real.dir))).toMatchObject({ reboots: 0, quietSeconds: null, ended: null });
    await reboot();
    await vi.waitFor(() => expect(real.said()).toMatch(/^E.*E/s), { timeout: 25_000, interval: 100 });
    const seen = await real.exec(vmState(real.dir), ['busybox', 'sh']);
    expect(seen).toMatchObject({ reboots: 1, ended: null });

    const launch = { startedAt: 0, dir: real.dir, vnc: '', qmp: '', qmpConsole: '' };
    const plan = { vm: { ...vm, onReboot: 'finish' } };
    const record = anInstall({ facts: JSON.parse(JSON.stringify({ plan, launch })) });
    await real.qmp((qmp) => endAtReboot(qmp, { record, vm: { ...seen, quietSeconds: 30 }, now: 60_000 }));
    const woken: string[] = [];
    const watch = createEndWatch({ wake: async (id) => void woken.push(id), log: createLogger('test', 'silent') });
    watch.listen('xe-real', { forward: async (path) => connect(path) }, vmPaths(real.dir).qmpEvents);
    await reboot();
    await vi.waitFor(async () => expect(await real.qmp(runState)).toBe('shutdown'));
    await vi.waitFor(() => expect(woken).toContain('xe-real'));
    expect(await real.exec(vmState(real.dir))).toMatchObject({ reboots: 1, ended: 'guest-reset' });
    expect(real.said()).toBe('EE');
  });
});

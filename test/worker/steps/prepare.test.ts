import { beforeEach, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

async function surveyed(tools: string): Promise<void> {
  bench.device.surveyText = bench.device.surveyText.replace('qemu-system-x86_64\n', tools);
  await bench.through('reserve', 'rescue', 'reach', 'survey', 'plan');
}

it('adds nothing where nothing is missing, and takes nothing away', async () => {
  await surveyed('qemu-system-x86_64\n');
  await bench.through('prepare');
  expect(bench.record.facts.prepare).toMatchObject({ added: [], kvm: true });
  await bench.undo('prepare');
  expect(bench.device.done).toEqual([]);
});

it('adds only what is missing, remembers it when it is run again, and removes exactly that', async () => {
  await surveyed('apk\n');
  await bench.through('prepare', 'prepare');
  expect(bench.record.facts.prepare?.added).toEqual(['qemu-system-x86_64']);
  await bench.undo('prepare');
  expect(bench.device.packages.size).toBe(0);
  await bench.undo('prepare');
});

it('adds what the wished VM needs beside, and knows the machine afterwards', async () => {
  bench.record = { ...bench.record, request: { ...bench.record.request, vm: { tpm: 'on', firmware: 'uefi' } } };
  const { device } = bench;
  device.surveyText = device.surveyText.replace('swtpm\n', '').replace(/\/usr\/share\/OVMF.*/, '');
  await surveyed('apk\nqemu-system-x86_64\n');
  bench.device.machine.facts = '## xepa qemu\nQEMU emulator version 9.1.0\n## xepa acpi\nMSDM';
  await bench.through('prepare');
  expect(bench.record.facts.prepare).toMatchObject({
    added: ['ovmf', 'swtpm'],
    machine: { qemuMajor: 9, acpiTables: ['MSDM'] },
  });
});

it('says that KVM is not there instead of failing', async () => {
  await surveyed('qemu-system-x86_64\n');
  bench.device.kvm = false;
  await bench.through('prepare');
  expect(bench.record.facts.prepare?.kvm).toBe(false);
});

it('is tried again after a mirror that failed', async () => {
  await surveyed('apk\n');
  bench.device.faults.set('add packages', { error: new Error('mirror'), after: true });
  await expect(bench.run('prepare')).rejects.toThrow('mirror');
  await bench.through('prepare');
  expect(bench.record.facts.prepare?.added).toEqual(['qemu-system-x86_64']);
});

it('is undone without a word where the device was never reached', async () => {
  bench.device.ssh = 'down';
  expect(await bench.undo('prepare')).toEqual({ kind: 'done' });
});

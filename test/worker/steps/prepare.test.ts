import { beforeEach, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import type { ModelDevice } from '../../fakes/model-device.ts';
import { anApproval } from '../../support/an-approval.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

async function surveyed(tools: string): Promise<void> {
  bench.device.surveyText = bench.device.surveyText.replace('qemu-system-x86_64\n', tools);
  await bench.through('reserve', 'rescue', 'reach', 'survey', 'plan');
  bench.device.done = [];
}

/** Runs the step until it waits for nothing any more; answers with what it waited for. */
async function prepared(): Promise<string[]> {
  const waited: string[] = [];
  for (let times = 0; times < 10; times += 1) {
    const outcome = await bench.run('prepare');
    if (outcome.kind !== 'waiting') return waited;
    waited.push(outcome.why);
  }
  throw new Error(`it still waits: ${waited.join(', ')}`);
}

const onPackages = () => bench.device.done.filter((action) => action.includes('packages'));

describe('prepare', () => {
  it('adds nothing where nothing is missing, and takes nothing away', async () => {
    await surveyed('qemu-system-x86_64\n');
    await bench.through('prepare');
    expect(bench.record.facts.prepare).toMatchObject({ added: [], kvm: true });
    await bench.undo('prepare');
    expect(onPackages()).toEqual([]);
  });

  it('looks, adds only what is missing, and removes exactly that', async () => {
    await surveyed('apk\n');
    await prepared();
    expect(onPackages()).toEqual(['packages: look', 'packages: add']);
    expect([...bench.device.packages.installed]).toEqual(['qemu-system-x86_64']);
    expect(bench.record.facts.prepare?.added).toEqual(['qemu-system-x86_64']);
    await bench.undo('prepare');
    expect(bench.device.packages.installed.size).toBe(0);
    await bench.undo('prepare');
  });

  it('adds what the wished VM needs beside, and knows the machine afterwards', async () => {
    bench.record = {
      ...bench.record,
      request: { ...bench.record.request, vm: { tpm: 'on', firmware: 'uefi', onReboot: 'finish' } },
    };
    const { device } = bench;
    device.surveyText = device.surveyText.replace('swtpm\n', '').replace(/\/usr\/share\/OVMF.*/, '');
    await surveyed('apk\nqemu-system-x86_64\n');
    bench.device.machine.facts = '## xepa version\nQEMU emulator version 9.1.0\n## xepa acpi\nMSDM';
    await prepared();
    expect(bench.record.facts.prepare).toMatchObject({
      added: ['ovmf', 'swtpm'],
      machine: { qemuMajor: 9, acpiTables: ['MSDM'] },
    });
  });

  it('adds with curl whom it trusts, which package managers only recommend', async () => {
    bench.device.surveyText = bench.device.surveyText.replace('curl\n', '');
    await surveyed('apk\nqemu-system-x86_64\n');
    await prepared();
    expect(bench.record.facts.prepare?.added).toEqual(['curl', 'ca-certificates-bundle']);
  });

  it('goes on with what a killed worker had begun, and does nothing twice', async () => {
    await surveyed('apk\n');
    await bench.run('prepare');
    bench.crash('prepare');
    await bench.run('prepare');
    bench.crash('prepare');
    await prepared();
    bench.crash('prepare');
    expect(await prepared()).toEqual([]);
    expect(onPackages()).toEqual(['packages: look', 'packages: add']);
  });

  it('writes down what it adds before it adds it', async () => {
    await surveyed('apk\n');
    await bench.run('prepare');
    bench.device.faults.set('packages: add', { error: new Error('killed'), after: true });
    await expect(bench.run('prepare')).rejects.toThrow('killed');
    await bench.undo('prepare');
    expect(bench.device.done).toContain('remove packages');
  });

  it('ends a look that still runs when it is undone', async () => {
    await surveyed('apk\n');
    bench.device.packages.holder = 'apk (7)';
    await bench.run('prepare');
    await bench.undo('prepare');
    expect(onPackages()).toEqual(['packages: look', 'remove packages']);
    expect(bench.device.packages.state()).not.toContain('running\nyes');
  });

  it('says who uses the package manager while it waits for that', async () => {
    await surveyed('apk\n');
    bench.device.packages.holder = 'unattended-upgr (812)';
    await bench.run('prepare');
    expect(await bench.run('prepare')).toMatchObject({ why: expect.stringContaining('unattended-upgr (812) uses') });
    bench.device.packages.holder = '';
    await prepared();
    expect(bench.device.packages.installed.size).toBe(1);
  });

  it('is tried anew after a mirror that failed, with words for people', async () => {
    await surveyed('apk\n');
    bench.device.packages.failing = { exit: 3, log: 'Could not connect to deb.debian.org:80' };
    await expect(prepared()).rejects.toMatchObject({
      retry: 'backoff',
      userMessage: expect.stringContaining('does not reach its mirror'),
    });
    bench.device.packages.failing = null;
    await prepared();
    expect(bench.device.packages.installed.size).toBe(1);
  });

  it('refuses what does not fit before anything is added', async () => {
    await surveyed('apk\n');
    bench.device.packages.memoryKb = 300_000;
    await expect(prepared()).rejects.toMatchObject({
      ...{ code: 'device-unfit', retry: 'no' },
      userMessage: expect.stringMatching(/307 MB free of memory.*takes 578 MB/),
    });
    expect(onPackages()).toEqual(['packages: look']);
  });

  it('names what the repositories lack', async () => {
    await surveyed('apk\n');
    bench.device.packages.unknown = ['qemu'];
    await expect(prepared()).rejects.toMatchObject({
      retry: 'no',
      userMessage: expect.stringMatching(/do not have qemu.*XEPA_RESCUE_MIRRORS/),
    });
  });

  it('says that KVM is not there instead of failing, and plans for emulation', async () => {
    await surveyed('qemu-system-x86_64\n');
    bench.device.kvm = false;
    await bench.through('prepare', 'prepare');
    expect(bench.record.facts.prepare?.kvm).toBe(false);
    expect(bench.record.facts.plan).toMatchObject({ accel: 'tcg', passed: [{}, {}] });
    expect(bench.record.facts.plan?.warnings.filter((warning) => warning.includes('/dev/kvm'))).toHaveLength(1);
  });

  it('goes down a rung where vfio-pci turns out not to load', async () => {
    await surveyed('qemu-system-x86_64\n');
    bench.device.vfio = false;
    await bench.through('prepare');
    const { plan, survey } = bench.record.facts;
    expect(survey?.vfio).toBe(false);
    expect(plan?.passed).toEqual([]);
    expect(plan?.ladder.map(({ rung }) => rung)).toEqual(['raw-block', 'emulated']);
    expect(JSON.stringify(plan?.ladder)).toContain('has no vfio-pci');
  });

  it('asks again where people had agreed to hardware that cannot be given away', async () => {
    await surveyed('qemu-system-x86_64\n');
    const { binds } = anApproval();
    const agreed = { ...binds, rungs: { disk: 'passthrough', nic: 'passthrough' } } as const;
    bench.record = { ...bench.record, approval: anApproval({ binds: agreed }) };
    bench.device.vfio = false;
    const asked = await bench.run('prepare');
    expect(asked).toMatchObject({ kind: 'ask-again', found: { rungs: { disk: 'raw-block', nic: 'emulated' } } });
    if (asked.kind !== 'ask-again') throw new Error('people are asked');
    bench.record = { ...bench.record, approval: anApproval({ binds: asked.found }) };
    await bench.through('prepare');
    expect(bench.record.facts.plan?.passed).toEqual([]);
  });

  it('is undone without a word where the device was never reached', async () => {
    bench.device.ssh = 'down';
    expect(await bench.undo('prepare')).toEqual({ kind: 'done' });
  });
});

describe('the ISO while the server is made ready', () => {
  const all = 'curl\nqemu-system-x86_64\n';

  it('sets out, and is taken back by the undo', async () => {
    await surveyed(all);
    await bench.through('prepare');
    expect(bench.device.done).toEqual(['download']);
    expect(bench.device.download.state).toBe('running');
    await bench.undo('prepare');
    expect(bench.device.download.state).toBe('none');
  });

  it('sets out once, also when packages are waited for and a worker dies', async () => {
    await surveyed('apk\n');
    await bench.run('prepare');
    await bench.run('prepare');
    bench.crash('prepare');
    await prepared();
    expect(bench.device.done.filter((action) => action === 'download')).toHaveLength(1);
  });

  it.each<[string, string, Partial<ModelDevice['probe']>, Partial<InstallRecord['request']>]>([
    ['packages and the ISO may not fit together', 'apk\n', { bytes: 3_500_000_000 }, {}],
    ['packages are to be added and its size is not told', 'apk\n', { bytes: null }, {}],
    ['what downloads is itself missing', 'apk\nqemu-system-x86_64\n', {}, {}],
    ['it does not fit at all', all, { freeBytes: 1_024 }, {}],
    ['it is not to be had', all, { status: 404 }, {}],
    ['further discs come before it', all, {}, { also: [{ url: 'https://example.org/drivers.iso' }] }],
    ['there is none', all, {}, { iso: undefined }],
  ])('does not where %s', async (_what, tools, probe, request) => {
    bench.record = { ...bench.record, request: { ...bench.record.request, ...request } };
    bench.device.surveyText = bench.device.surveyText.replace('curl\n', '');
    await surveyed(tools);
    bench.device.probe = { ...bench.device.probe, ...probe };
    await prepared();
    expect(bench.device.done).not.toContain('download');
    expect(bench.record.facts.media).toBeUndefined();
  });

  it('does not lie about while people are asked again', async () => {
    await surveyed(all);
    const { binds } = anApproval();
    const agreed = { ...binds, rungs: { disk: 'passthrough', nic: 'passthrough' } } as const;
    bench.record = { ...bench.record, approval: anApproval({ binds: agreed }) };
    bench.device.vfio = false;
    expect(await bench.run('prepare')).toMatchObject({ kind: 'ask-again' });
    expect(bench.device.done).toEqual(['download', 'remove iso']);
  });
});

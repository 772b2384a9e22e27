import { beforeEach, describe, expect, it } from 'vitest';
import { deviceKey } from '../../../core/contracts/device.ts';
import { anApproval } from '../../support/an-approval.ts';
import { isoOf } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

beforeEach(async () => {
  await bench.through('reserve', 'rescue', 'reach');
});

describe('survey', () => {
  it('waits for drivers that the rescue system still loads, and not for ever', async () => {
    const whole = bench.device.surveyText;
    bench.device.surveyText = whole.replace('\te1000e\t', '\t\t');
    expect(await bench.run('survey')).toMatchObject({ kind: 'waiting', why: 'the rescue system to load its drivers' });
    bench.clock.forward(20_000);
    await bench.through('survey');
    expect(bench.record.facts.survey?.nics.length).toBeGreaterThan(0);
  });

  it('keeps what the device is, the same when it looks again', async () => {
    await bench.through('survey');
    const { survey } = bench.record.facts;
    expect(survey).toMatchObject({ firmware: 'bios', iommu: true, disks: [{ serial: 'XEPANVME01' }] });
    await bench.through('survey');
    expect(bench.record.facts.survey).toEqual(survey);
    expect(bench.device.done).toEqual([]);
  });

  it('tries again when the answer was cut short', async () => {
    const whole = bench.device.surveyText;
    bench.device.faults.set('survey', { error: new Error('cut') });
    await expect(bench.run('survey')).rejects.toThrow('cut');
    bench.device.surveyText = whole;
    await bench.through('survey');
  });

  it('says what is wrong when it is asked before the device was reached', async () => {
    bench.deps.shells.close();
    bench.record = { ...bench.record, facts: {} };
    await expect(bench.run('survey')).rejects.toMatchObject({ userMessage: 'The server has not been reached yet.' });
  });
});

describe('plan', () => {
  it('is the same plan with the same digest each time', async () => {
    await bench.through('survey', 'plan');
    const { plan } = bench.record.facts;
    expect(plan?.passed.map(({ address }) => address)).toEqual(['0000:02:00.0', '0000:01:00.0']);
    expect(plan).toMatchObject({ memoryMb: 2_048, cpus: 1 });
    await bench.through('plan');
    expect(bench.record.facts.plan).toEqual(plan);
  });

  it('goes down the ladder where the IOMMU is off, and says what to switch on', async () => {
    bench.withoutIommu();
    await bench.through('survey', 'plan');
    const { plan } = bench.record.facts;
    expect(plan).toMatchObject({ passed: [], block: { serial: 'XEPANVME01', bus: 'nvme' }, nic: { mode: 'emulated' } });
    expect(plan?.ladder[0]?.refused[0]?.why).toMatch(/IOMMU is off.*switch on/);
  });

  it('refuses where only a rung that cannot be had was asked for, and says what to switch on', async () => {
    bench.withoutIommu();
    bench.record = { ...bench.record, request: { ...bench.record.request, rungs: { disk: 'passthrough' } } };
    await bench.through('survey');
    await expect(bench.run('plan')).rejects.toMatchObject({
      code: 'device-unfit',
      retry: 'no',
      userMessage: expect.stringMatching(/^web-07 cannot be installed this way\. There is no safe way.*switch on/),
    });
  });

  it('tells all reasons at once', async () => {
    bench.withoutIommu();
    const rungs = { nic: 'passthrough' as const };
    bench.record = { ...bench.record, request: { ...bench.record.request, disk: 'NO-SUCH', rungs } };
    await bench.through('survey');
    await expect(bench.run('plan')).rejects.toMatchObject({
      userMessage: expect.stringMatching(/NO-SUCH.*No network port can go into the virtual machine.*IOMMU is off/),
    });
  });

  it('remembers the hardware for the next approval', async () => {
    await bench.through('survey', 'plan');
    expect([...bench.profiles.values()]).toMatchObject([
      { serial: 'LAB00001', disks: [{ serial: 'XEPANVME01' }], ladder: [{ rung: 'passthrough' }, {}] },
    ]);
  });

  it('goes on when the hardware is what was approved', async () => {
    await bench.through('survey', 'plan');
    const { binds } = anApproval();
    const iso = { url: isoOf(bench.record).url, sha256: null };
    const rungs = { disk: 'passthrough' as const, nic: 'passthrough' as const };
    const parts = { iso, serial: 'LAB00001', disks: ['XEPANVME01'], rungs };
    const known = { ...binds, device: deviceKey(bench.record.device), ...parts };
    bench.record = { ...bench.record, approval: anApproval({ state: 'approved', binds: known, knownDisks: true }) };
    expect(await bench.run('plan')).toMatchObject({ kind: 'done' });
  });

  it('asks people again when it goes down the ladder from what was approved, and shows them why', async () => {
    bench.withoutIommu();
    await bench.through('survey');
    const { binds } = anApproval();
    const rungs = { disk: 'passthrough' as const, nic: 'passthrough' as const };
    const parts = { iso: { url: isoOf(bench.record).url, sha256: null }, disks: ['XEPANVME01'], rungs };
    const known = { ...binds, device: deviceKey(bench.record.device), ...parts };
    bench.record = { ...bench.record, approval: anApproval({ state: 'approved', binds: known }) };
    expect(await bench.run('plan')).toMatchObject({
      kind: 'ask-again',
      why: [
        'The way of the disk into the virtual machine was passthrough when it was approved, and is raw-block now.',
        'The way of the network port into the virtual machine was passthrough when it was approved, and is emulated now.',
      ],
      found: { rungs: { disk: 'raw-block', nic: 'emulated' } },
      hardware: {
        ladder: [{ rung: 'raw-block', refused: [{ why: expect.stringContaining('IOMMU is off') }, {}] }, {}],
      },
    });
  });

  it('asks people again when it is another disk than was approved', async () => {
    await bench.through('survey');
    const { binds } = anApproval();
    const iso = { url: isoOf(bench.record).url, sha256: null };
    const other = { ...binds, device: deviceKey(bench.record.device), iso, serial: 'LAB00001', disks: ['OTHER'] };
    bench.record = { ...bench.record, approval: anApproval({ state: 'approved', binds: other }) };
    expect(await bench.run('plan')).toMatchObject({
      kind: 'ask-again',
      why: [expect.stringContaining('XEPANVME01')],
      found: { serial: 'LAB00001', disks: ['XEPANVME01'] },
    });
  });

  it('needs the survey', async () => {
    await expect(bench.run('plan')).rejects.toMatchObject({ code: 'internal' });
  });
});

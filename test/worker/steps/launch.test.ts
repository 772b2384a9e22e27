import { beforeEach, describe, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind');
  bench.device.done = [];
});

describe('launch', () => {
  it('starts the VM and tells it to try the disk first from the next boot on', async () => {
    await bench.through('launch');
    expect(bench.device.done).toEqual(['launch', 'qom-set']);
    expect(bench.device.vm).toMatchObject({ diskFirst: true, argv: expect.arrayContaining(['qemu-system-x86_64']) });
    expect(bench.record.facts.launch).toMatchObject({
      dir: '/run/xepa/xe-7f3kq2',
      qmp: '/run/xepa/xe-7f3kq2/qmp.sock',
      startedAt: bench.clock.now(),
    });
  });

  it('starts nothing on a server whose timer has acted, and says so', async () => {
    bench.device.timer = 'fired';
    await expect(bench.run('launch')).rejects.toMatchObject({
      code: 'vm-failed',
      retry: 'no',
      userMessage: expect.stringContaining('took its hardware back by itself'),
    });
    expect(bench.device.vm).toBeNull();
  });

  it('starts no second VM when it is run again', async () => {
    await bench.through('launch');
    bench.crash('launch');
    await bench.through('launch');
    expect(bench.device.done.filter((action) => action === 'launch')).toHaveLength(1);
  });

  it('finishes the work of a worker that died after the start', async () => {
    bench.device.faults.set('launch', { error: new Error('killed'), after: true });
    await expect(bench.run('launch')).rejects.toThrow('killed');
    expect(bench.record.facts.launch).toBeDefined();
    bench.crash('launch');
    await bench.through('launch');
    expect(bench.device.vm?.diskFirst).toBe(true);
  });

  it('leaves the control socket free for the next one', async () => {
    bench.device.qmp = 'deaf';
    await expect(bench.run('launch')).rejects.toMatchObject({ code: 'vm-failed' });
    bench.device.qmp = 'answers';
    await bench.through('launch');
  });
});

describe('the guest', () => {
  const argv = () => bench.device.vm?.argv.join(' ') ?? '';

  it('is taken for Windows when Microsoft made the ISO, with as much of Hyper-V as QEMU has here', async () => {
    const { media } = bench.record.facts;
    if (media) media.windows = true;
    await bench.through('launch');
    expect(argv()).toMatch(/-cpu host,\S*hv-vpindex,hv-time .*-rtc base=localtime/);
    expect(argv()).not.toContain('hv-synic');
  });

  it('is what somebody said, whatever the ISO says', async () => {
    const { media, plan } = bench.record.facts;
    if (media) media.windows = true;
    if (plan?.vm) plan.vm.guest = 'linux';
    await bench.through('launch');
    expect(argv()).toContain('-rtc base=utc');
    expect(argv()).not.toContain('hv-');
  });
});

describe('undoing launch', () => {
  it('ends the VM, also half-started, twice, and does nothing where none was to be started', async () => {
    await bench.undo('launch');
    expect(bench.device.done).toEqual([]);
    bench.device.faults.set('launch', { error: new Error('killed'), after: true });
    await expect(bench.run('launch')).rejects.toThrow('killed');
    await bench.undo('launch');
    await bench.undo('launch');
    expect(bench.device.vm).toBeNull();
  });
});

describe('launch with a disk of the rescue system', () => {
  beforeEach(async () => {
    bench = new StepBench();
    bench.withoutIommu();
    await bench.readyToBind();
    await bench.through('bind');
    bench.device.done = [];
  });

  it('starts the VM with that disk', async () => {
    await bench.through('launch');
    expect(bench.device.vm?.argv.join(' ')).toMatch(
      /file=\/dev\/nvme0n1,cache=none.*nvme,drive=target.*serial=XEPANVME01/,
    );
  });

  it.each([
    ['is another one by now', ['XEPANVME01', 'XEPANVME77'], /another disk than the one of the plan: .*XEPANVME77/],
    ['has got an array on it', ['4194304\t\n## xepa by-id', '4194304\t md127\n## xepa by-id'], /md127/],
  ] as const)('starts nothing when the disk %s', async (_what, [was, is], expected) => {
    bench.device.surveyText = bench.device.surveyText.replace(was, is);
    await expect(bench.run('launch')).rejects.toMatchObject({
      code: 'device-unfit',
      retry: 'no',
      userMessage: expect.stringMatching(expected),
    });
    expect(bench.device.vm).toBeNull();
  });

  it('is undone so that the rescue system sees what was written', async () => {
    await bench.through('launch');
    await bench.undo('launch');
    expect(bench.device.done.slice(-2)).toEqual(['kill vm', 'reread /dev/nvme0n1']);
  });
});

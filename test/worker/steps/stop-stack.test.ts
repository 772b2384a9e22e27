import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelStack } from '../../fakes/model-stack.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

/** A rescue system that has built an array on the disk, and another one on that. */
beforeEach(async () => {
  bench = new StepBench();
  bench.device.stack.built = ['md126', 'md127'];
  await bench.readyToBind();
});

const drivers = () => [...bench.device.drivers.values()];

describe('arrays on a disk that is handed over', () => {
  it('are stopped first, the top first, before any driver is taken', async () => {
    await bench.through('bind');
    expect(bench.device.done).toEqual(['stop md127', 'stop md126', 'arm', 'bind']);
    expect(bench.device.stack).toMatchObject({ built: [], guarded: true });
  });

  it('are stopped once, whoever dies over it', async () => {
    bench.device.faults.set('stop stack', { error: new Error('killed'), after: true });
    await expect(bench.run('bind')).rejects.toThrow('killed');
    bench.crash('bind');
    await bench.through('bind');
    bench.device.surveyText = bench.device.surveyText
      .replace(/^(0000:02:00\.0\t.*)\tnvme\t/m, '$1\tvfio-pci\t')
      .replace(/^nvme0n1\t259:0.*\n/m, '');
    bench.crash('bind');
    await bench.through('bind');
    expect(bench.device.done.filter((name) => name.startsWith('stop'))).toEqual(['stop md127', 'stop md126']);
    expect(drivers()).toEqual(['vfio-pci', 'vfio-pci']);
  });

  it('go on from half of it', async () => {
    bench.device.stack.stuck = ['md126'];
    await expect(bench.run('bind')).rejects.toMatchObject({
      ...{ code: 'device-unfit', retry: 'backoff' },
      userMessage: expect.stringMatching(/md126 \(raid1\) did not stop .*busy.* No hardware was handed over/),
    });
    expect(drivers()).toEqual(['e1000e', 'nvme']);
    bench.device.stack.stuck = [];
    await bench.through('bind');
    expect(bench.device.done).toEqual(['stop md127', 'stop md126', 'arm', 'bind']);
  });

  it.each<[string, Partial<ModelStack>, RegExp]>([
    ['a process has one open', { open: ['md127'] }, /md127 \(raid1\) by pvscan \(77\)/],
    ['one is mounted', { mounted: '/mnt' }, /in use at \/mnt/],
    ['another one is there', { built: ['md126', 'md127', 'md9'] }, /built md9 \(raid1\) since then/],
  ])('stay, and so does the hardware, where %s', async (_what, change, expected) => {
    Object.assign(bench.device.stack, change);
    const built = [...bench.device.stack.built];
    await expect(bench.run('bind')).rejects.toMatchObject({ userMessage: expect.stringMatching(expected) });
    expect(bench.device.stack.built).toEqual(built);
    expect([bench.device.done, drivers()]).toEqual([[], ['e1000e', 'nvme']]);
  });

  it('stay stopped when it is undone, and the rescue system may build what it likes again', async () => {
    await bench.through('bind');
    await bench.undo('bind');
    await bench.undo('bind');
    expect(bench.device.stack).toMatchObject({ built: [], guarded: false });
    expect(drivers()).toEqual(['e1000e', 'nvme']);
  });

  it('are kept from coming back until the disk was looked at, after the installer', async () => {
    await bench.through('bind', 'launch', 'console');
    bench.device.onPowerDown = () => {
      bench.device.vm = null;
    };
    await bench.run('handback');
    bench.clock.forward(5_000);
    await bench.run('handback');
    const { done, stack } = bench.device;
    expect(done.indexOf('unguard')).toBeGreaterThan(done.indexOf('give back'));
    expect(stack.guarded).toBe(false);
  });
});

describe('arrays on a disk that the rescue system keeps (raw block)', () => {
  beforeEach(async () => {
    bench = new StepBench();
    bench.withoutIommu();
    bench.device.stack.built = ['md127'];
    await bench.readyToBind();
  });

  it('are stopped, and the virtual machine starts', async () => {
    await bench.through('bind', 'launch');
    expect(bench.device.done).toEqual(['stop md127', 'arm', 'launch', 'qom-set']);
  });

  it('that come back all the same keep it from starting', async () => {
    await bench.through('bind');
    bench.device.stack.built = ['md127'];
    await expect(bench.run('launch')).rejects.toMatchObject({
      userMessage: expect.stringMatching(/has built md127 on it/),
    });
    expect(bench.device.vm).toBeNull();
  });
});

it('nothing is stopped or kept from coming back where nothing is built', async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind');
  await bench.undo('bind');
  expect(bench.device.done).toEqual(['arm', 'bind', 'kill vm', 'give back', 'disarm', 'remove dir']);
  expect(bench.device.stack.guarded).toBe(false);
});

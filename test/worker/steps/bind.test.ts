import { beforeEach, describe, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
});

const drivers = () => [...bench.device.drivers.values()];

describe('bind', () => {
  it('saves the way back and arms the timer before it takes anything', async () => {
    await bench.through('bind');
    expect(bench.device.done).toEqual(['arm', 'bind']);
    expect(drivers()).toEqual(['vfio-pci', 'vfio-pci']);
    expect(bench.record.facts.bind).toEqual({
      previous: [
        { address: '0000:02:00.0', driver: 'nvme' },
        { address: '0000:01:00.0', driver: 'e1000e' },
      ],
      deadManSeconds: 1_800,
    });
  });

  it('keeps the first way back when it is run again', async () => {
    await bench.through('bind');
    const { bind } = bench.record.facts;
    bench.crash('bind');
    await bench.through('bind');
    expect(bench.record.facts.bind).toEqual(bind);
    expect(bench.device.done.filter((action) => action === 'arm')).toHaveLength(1);
  });

  it('touches no hardware while the timer does not run', async () => {
    bench.device.timerStarts = false;
    await expect(bench.run('bind')).rejects.toMatchObject({
      code: 'device-unfit',
      retry: 'backoff',
      userMessage: expect.stringContaining('its hardware was not touched'),
    });
    expect(drivers()).toEqual(['e1000e', 'nvme']);
  });

  it('touches nothing where a disk has come up since the plan was made, of which it would be too late to ask', async () => {
    bench.device.seenDisks.push('sdb\t/sys/devices/pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0/block/sdb');
    await expect(bench.run('bind')).rejects.toMatchObject({
      code: 'device-unfit',
      retry: 'no',
      userMessage: expect.stringContaining('sdb has come up'),
    });
    expect(bench.device.done).toEqual([]);
    expect(bench.record.facts.bind).toBeUndefined();
  });

  it('goes on where a killed worker left it half done', async () => {
    bench.device.faults.set('bind', { error: new Error('killed'), after: true });
    await expect(bench.run('bind')).rejects.toThrow('killed');
    bench.crash('bind');
    await bench.through('bind');
    expect(bench.record.facts.bind?.previous[0]).toEqual({ address: '0000:02:00.0', driver: 'nvme' });
  });
});

describe('undoing bind', () => {
  it('has nothing to do where nothing was saved', async () => {
    await bench.undo('bind');
    expect(bench.device.done).toEqual([]);
  });

  it('gives back what was half taken and what was taken, and can be repeated', async () => {
    bench.device.faults.set('arm', { error: new Error('killed'), after: true });
    await expect(bench.run('bind')).rejects.toThrow('killed');
    await bench.undo('bind');
    expect(bench.device.timer).toBe('off');
    await bench.through('bind');
    await bench.undo('bind');
    await bench.undo('bind');
    expect(drivers()).toEqual(['e1000e', 'nvme']);
    expect(bench.device.done.slice(-3)).toEqual(['give back', 'disarm', 'remove dir']);
  });

  it('ends a VM that still holds the hardware, as one that was just starting does', async () => {
    await bench.through('bind', 'launch');
    await bench.undo('bind');
    expect(bench.device.vm).toBeNull();
    expect(drivers()).toEqual(['e1000e', 'nvme']);
  });

  it('leaves the timer armed while the hardware could not be given back', async () => {
    await bench.through('bind');
    bench.device.faults.set('give back', { error: new Error('held') });
    await expect(bench.undo('bind')).rejects.toThrow('held');
    expect(bench.device.timer).toBe('armed');
  });
});

describe('bind without anything to pass through', () => {
  beforeEach(async () => {
    bench = new StepBench();
    bench.withoutIommu();
    await bench.readyToBind();
  });

  it('takes no driver away, and arms the timer all the same', async () => {
    await bench.through('bind', 'launch');
    expect(bench.device.done.slice(0, 2)).toEqual(['arm', 'launch']);
    expect(drivers()).toEqual(['e1000e', 'nvme']);
    expect(bench.record.facts.bind?.previous).toEqual([]);
  });

  it('is undone by ending the VM and the timer, also twice', async () => {
    await bench.through('bind', 'launch');
    await bench.undo('bind');
    await bench.undo('bind');
    expect([bench.device.vm, bench.device.timer]).toEqual([null, 'off']);
    expect(drivers()).toEqual(['e1000e', 'nvme']);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

const label = 'xepa-xe-7f3kq2';

describe('rescue', () => {
  beforeEach(() => bench.through('reserve'));

  it('gives the provider a key of this install alone and restarts the device once', async () => {
    await bench.through('rescue');
    expect(bench.provider.keys.get(label)).toMatch(/^ssh-ed25519 \S+ xepa-xe-7f3kq2$/);
    expect(bench.provider.history).toEqual(['rescue']);
    expect(bench.record.facts.rescue).toMatchObject({ entries: 1, marker: '0', requestedAt: bench.clock.now() });
    expect(bench.record.sealed.sshKey).toMatch(/^v1\./);
    expect(JSON.stringify(bench.record)).not.toContain('PRIVATE KEY');
  });

  it('keeps its key and enters only once when it is run again', async () => {
    await bench.through('rescue');
    const { publicKey } = bench.record.facts.rescue ?? {};
    bench.crash('rescue');
    await bench.through('rescue');
    expect(bench.record.facts.rescue?.publicKey).toBe(publicKey);
    expect(bench.provider.history).toEqual(['rescue']);
  });

  it.each([
    ['before the provider heard of it', false],
    ['after the provider had taken it', true],
  ])('enters exactly once when its worker dies %s', async (_when, after) => {
    bench.provider.faults.set('enterRescue', { error: new Error('killed'), after });
    await expect(bench.run('rescue')).rejects.toThrow('killed');
    expect(bench.record.facts.rescue).toMatchObject({ entries: 1, marker: '0' });
    bench.crash('rescue');
    await bench.through('rescue');
    expect(bench.provider.history).toEqual(['rescue']);
  });
});

describe('undoing rescue', () => {
  beforeEach(() => bench.through('reserve'));

  it('does nothing at a provider that was never told anything', async () => {
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual([]);
  });

  it('takes only the key back when the device was not asked to restart yet', async () => {
    bench.provider.faults.set('getServer', { error: new Error('killed') });
    await expect(bench.run('rescue')).rejects.toThrow('killed');
    expect(bench.provider.keys.size).toBe(1);
    await bench.undo('rescue');
    expect(bench.provider.keys.size).toBe(0);
    expect(bench.provider.history).toEqual([]);
  });

  it('restarts the device from its disk once, also when it is undone twice', async () => {
    await bench.through('rescue');
    await bench.undo('rescue');
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
    expect(bench.provider.keys.size).toBe(0);
  });

  it.each([false, true])('leaves exactly once when its worker dies (taken: %s)', async (after) => {
    await bench.through('rescue');
    bench.provider.faults.set('leaveRescue', { error: new Error('killed'), after });
    await expect(bench.undo('rescue')).rejects.toThrow('killed');
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });

  it('leaves a rescue system running that somebody else brought up', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, rescueEntry: 'external', keyDelivery: 'by-ssh' };
    await bench.through('rescue');
    await bench.undo('rescue');
    expect(bench.provider.history).not.toContain('reboot');
    expect(bench.provider.keys.size).toBe(0);
  });
});

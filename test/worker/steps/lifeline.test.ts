import { beforeEach, describe, expect, it } from 'vitest';
import { XepaError } from '../../../core/errors.ts';
import { ModelLifeline } from '../../fakes/model-lifeline.ts';
import { swap } from '../../fakes/model-paths.ts';
import { StepBench } from '../../support/step-bench.ts';

const FIRST = '127.0.77.1';
const SECOND = '203.0.113.2';
const away = () => new XepaError('provider-unavailable', { message: 'x', userMessage: 'x', retry: 'backoff' });

let bench: StepBench;
let lifeline: ModelLifeline;

/** A server whose connection stands on eth1, the port that can be given to a VM; eth0 is the other one of its bond. */
beforeEach(() => {
  bench = new StepBench();
  lifeline = new ModelLifeline();
  bench.provider.lifeline = lifeline;
  bench.provider.capabilities = { ...bench.provider.capabilities, lifeline: 'by-api' };
  bench.device.surveyText = swap(bench.device.surveyText);
  bench.device.paths.answersAt = new Set([FIRST]);
  bench.device.paths.reachable = new Set([FIRST, SECOND]);
  bench.record = {
    ...bench.record,
    request: { ...bench.record.request, lifeline: 'move', rungs: { nic: 'passthrough' } },
  };
});

const planned = () => bench.through('reserve', 'rescue', 'reach', 'survey', 'plan');
const facts = () => bench.record.facts;
const pathActions = () => bench.device.done.filter((name) => name.endsWith(' path'));
const moved = async () => {
  await planned();
  await bench.through('lifeline');
};
/** As the engine does: it looks again while the step waits. */
async function untilDone(step: 'lifeline' | 'boot' | 'release'): Promise<number> {
  for (let looks = 1; ; looks += 1) {
    if ((await bench.run(step)).kind === 'done') return looks;
    bench.clock.forward(3_000);
  }
}

describe('a plan with a move', () => {
  it('gives the port away that carries the connection now, and says what that means', async () => {
    await planned();
    expect(facts().plan?.nic).toEqual({ mode: 'passthrough', mac: '52:54:00:bb:00:01', address: '0000:01:00.0' });
    expect(facts().plan?.lifeline).toEqual({
      ...{ given: '52:54:00:bb:00:01', carries: '52:54:00:aa:00:01', portId: 'port-1' },
      before: { addresses: ['10.0.2.15/24'], gateway: '10.0.2.2' },
    });
    expect(bench.device.done).toEqual([]);
    expect(lifeline.there).toEqual([]);
  });

  it('is refused before the server is touched where its provider has no such thing', async () => {
    delete bench.provider.lifeline;
    await expect(bench.run('reserve')).rejects.toMatchObject({
      ...{ code: 'device-unfit', retry: 'no', userMessage: expect.stringContaining('Ask without `--lifeline move`') },
    });
    expect(bench.provider.history).toEqual([]);
  });

  it('is refused with a reason where the rescue system does not stand on one port of the bond', async () => {
    lifeline.members = [...lifeline.members, { id: 'port-3', name: 'eth2', mac: '52:54:00:cc:00:01' }];
    await expect(planned()).rejects.toMatchObject({
      ...{ code: 'device-unfit', userMessage: expect.stringContaining('shows no port eth2 (52:54:00:cc:00:01)') },
    });
    expect(lifeline.there).toEqual([]);
  });
});

describe('moving the connection', () => {
  it('does nothing where nobody asked for it', async () => {
    const { lifeline: _, ...request } = bench.record.request;
    bench.record = { ...bench.record, request };
    bench.device.surveyText = swap(bench.device.surveyText);
    await moved();
    expect(facts().lifeline).toBeUndefined();
    expect(lifeline.there).toEqual([]);
    await bench.undo('lifeline');
    expect(bench.device.done).toEqual([]);
  });

  it('makes the path, proves it, moves, and reaches the server there from then on', async () => {
    await moved();
    expect(lifeline.there).toEqual(['bond xepa-xe-7f3kq2 port-1', 'vlan xepa-xe-7f3kq2 port-1']);
    expect(pathActions()).toEqual(['add path', 'use path']);
    expect(facts().reach?.host).toBe(SECOND);
    expect([...(bench.device.paths.answersAt ?? [])]).toEqual([SECOND]);
    expect(bench.device.open).toBe(1);
  });

  it('changes nothing when it is run again', async () => {
    await moved();
    const before = [...lifeline.there];
    bench.crash('lifeline');
    await bench.through('lifeline');
    expect(lifeline.there).toEqual(before);
    expect(facts().reach?.host).toBe(SECOND);
  });

  it('writes each part down before it is made', async () => {
    await planned();
    lifeline.faults.set('make vlan', { error: away(), after: true });
    await expect(bench.run('lifeline')).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(facts().lifeline?.begun).toEqual(['bond', 'vlan']);
    bench.crash('lifeline');
    await bench.through('lifeline');
    expect(lifeline.there).toHaveLength(2);
  });

  it('waits for the provider, and for the second address to answer, without touching the first one', async () => {
    await planned();
    lifeline.slowLooks = 1;
    expect(await bench.run('lifeline')).toMatchObject({ kind: 'waiting', why: 'the provider to make bond' });
    expect(await bench.run('lifeline')).toMatchObject({ kind: 'waiting', why: 'the provider to make vlan' });
    bench.device.paths.reachable.delete(SECOND);
    expect(await bench.run('lifeline')).toMatchObject({ kind: 'waiting', why: expect.stringContaining(SECOND) });
    expect(pathActions()).not.toContain('use path');
    expect(facts().reach?.host).toBe(FIRST);
    bench.device.paths.reachable.add(SECOND);
    await untilDone('lifeline');
    expect(facts().reach?.host).toBe(SECOND);
  });

  it('gives up on a second address that never answers, and leaves the routes where they are', async () => {
    await planned();
    bench.device.paths.reachable.delete(SECOND);
    await bench.run('lifeline');
    bench.clock.forward(8 * 60_000);
    await expect(bench.run('lifeline')).rejects.toMatchObject({
      userMessage: expect.stringContaining(`does not answer SSH at ${SECOND}`),
    });
    expect(pathActions()).not.toContain('use path');
  });

  it('sends nothing to another system that answers there', async () => {
    await planned();
    lifeline.slowLooks = 1;
    await bench.run('lifeline');
    await bench.run('lifeline');
    bench.record = {
      ...bench.record,
      facts: {
        ...facts(),
        reach: facts().reach && { ...facts().reach, bootId: 'another boot' },
      } as typeof bench.record.facts,
    };
    await expect(bench.run('lifeline')).rejects.toMatchObject({ code: 'host-key-changed', retry: 'no' });
    expect(pathActions()).not.toContain('use path');
  });

  it('goes on where a worker died between moving the routes and writing that down', async () => {
    await planned();
    bench.device.faults.set('use path', { error: new Error('killed'), after: true });
    await expect(bench.run('lifeline')).rejects.toThrow('killed');
    expect(facts().reach?.host).toBe(FIRST);
    bench.crash('lifeline');
    await bench.through('lifeline');
    expect(facts().reach?.host).toBe(SECOND);
  });

  it('fails where the connection still stands on the port that was to be given away', async () => {
    await planned();
    bench.device.paths.stubborn = true;
    await expect(bench.run('lifeline')).rejects.toMatchObject({
      ...{ code: 'device-unfit', userMessage: expect.stringContaining('still uses the port') },
    });
    expect(bench.device.open).toBeLessThanOrEqual(1);
  });
});

describe('undoing it', () => {
  it('takes everything back, also without the server, and knows its first address again', async () => {
    await moved();
    bench.device.ssh = 'down';
    expect(await bench.undo('lifeline')).toEqual({ kind: 'done' });
    expect(lifeline.there).toEqual([]);
    expect(facts()).toMatchObject({ reach: { host: FIRST }, lifeline: { gone: true } });
    expect(await bench.undo('lifeline')).toEqual({ kind: 'done' });
  });

  it.each(['make bond', 'make vlan'])('works on half of it: %s was lost', async (fault) => {
    await planned();
    lifeline.faults.set(fault, { error: away(), after: true });
    await expect(bench.run('lifeline')).rejects.toMatchObject({ code: 'provider-unavailable' });
    expect(await bench.undo('lifeline')).toEqual({ kind: 'done' });
    expect(lifeline.there).toEqual([]);
  });

  it('tries again what is refused now, and fails when the provider takes too long', async () => {
    await moved();
    const refused = new XepaError('provider-rejected', { message: 'x', userMessage: 'x', retry: 'no' });
    lifeline.faults.set('take back vlan', { error: refused });
    await expect(bench.undo('lifeline')).rejects.toMatchObject({ code: 'provider-rejected', retry: 'backoff' });
    lifeline.slowLooks = 99;
    expect(await bench.undo('lifeline')).toMatchObject({ kind: 'waiting', why: 'the provider to take back vlan' });
    bench.clock.forward(20 * 60_000);
    await expect(bench.undo('lifeline')).rejects.toMatchObject({
      ...{ code: 'timeout', userMessage: expect.stringContaining('ports, VLANs and addresses') },
    });
  });
});

describe('at the end of an install', () => {
  const installed = async () => {
    await moved();
    bench.device.done = [];
  };

  it('is put back while the metal restarts, and looked for at its first address', async () => {
    await installed();
    lifeline.slowLooks = 1;
    await untilDone('boot');
    expect(bench.provider.history.at(-1)).toBe('reboot');
    expect(lifeline.there).toEqual([]);
    expect(facts().reach?.host).toBe(FIRST);
    expect(pathActions()).toEqual([]);
  });

  it('goes back on a server that stays in rescue before anything is taken from it', async () => {
    await installed();
    bench.record = { ...bench.record, facts: { ...facts(), stays: { by: 'U1' } } };
    await untilDone('boot');
    expect(pathActions()).toEqual(['return path', 'drop path']);
    expect([...(bench.device.paths.answersAt ?? [])]).toContain(FIRST);
    expect(facts().reach?.host).toBe(FIRST);
    expect(lifeline.there).toEqual([]);
    expect(bench.provider.history).toEqual(['rescue']);
  });

  it('does not wait for ever for a first path that does not come back', async () => {
    await installed();
    bench.record = { ...bench.record, facts: { ...facts(), stays: { by: 'U1' } } };
    bench.device.paths.reachable.delete(FIRST);
    for (let failures = 0; failures < 3; failures += 1) {
      await expect(bench.run('boot')).rejects.toMatchObject({ code: 'unreachable', retry: 'backoff' });
    }
    expect(await bench.run('boot')).toEqual({ kind: 'done' });
    // Its key stays with a system that cannot be reached.
    await expect(bench.run('release')).rejects.toMatchObject({ code: 'unreachable' });
    expect(lifeline.there).toEqual([]);
  });

  it('does not keep the metal from being watched, and is tried again at the end', async () => {
    await installed();
    for (let failures = 0; failures < 3; failures += 1) {
      lifeline.faults.set('take back vlan', { error: away() });
      await expect(bench.run('boot')).rejects.toMatchObject({ code: 'provider-unavailable' });
    }
    lifeline.faults.set('take back vlan', { error: away() });
    expect(await bench.run('boot')).toEqual({ kind: 'done' });
    expect(facts().reach?.host).toBe(FIRST);
    expect(lifeline.there).toHaveLength(2);
    await untilDone('release');
    expect(lifeline.there).toEqual([]);
  });
});

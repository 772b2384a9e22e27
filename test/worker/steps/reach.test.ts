import { beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../core/ssh/host-key.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

beforeEach(async () => {
  await bench.through('reserve', 'rescue');
});

const outOfTime = () => bench.clock.forward(bench.deps.settings.rescueMs + 1);

describe('reach', () => {
  it('pins the host key of what proves to be the rescue system, and keeps the connection for the next steps', async () => {
    await bench.through('reach');
    expect(bench.record.facts.reach).toMatchObject({
      host: '127.0.77.1',
      hostKey: bench.device.hostKey,
      fingerprint: expect.stringMatching(/^SHA256:/),
      bootId: bench.device.bootId,
    });
    expect(bench.device.open).toBe(1);
    await bench.through('survey');
    expect(bench.device.open).toBe(1);
  });

  it.each([
    ['nothing answers', () => bench.device.ssh, 'down', /to answer SSH/],
    ['the installed system refuses the key', () => bench.device.ssh, 'refuses', /does not know our key/],
  ] as const)('waits while %s', async (_what, _of, ssh, why) => {
    bench.device.ssh = ssh;
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringMatching(why) });
    bench.device.ssh = 'up';
    await bench.through('reach');
  });

  it('does not wait for what the provider says came to nothing, and says so at the end', async () => {
    Object.assign(bench.provider, { pending: true, failed: true });
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('second restart') });
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    bench.clock.forward(30_000);
    await expect(bench.run('reach')).rejects.toMatchObject({
      ...{ code: 'not-rescue', retry: 'no' },
      userMessage: expect.stringMatching(
        /did not come up after 2 restarts.*bring the rescue system up, which it says has failed/,
      ),
    });
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });

  it('waits while an installed system answers that knows the key, and says why it is not the rescue', async () => {
    bench.device.rootFs = 'ext4';
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('ext4') });
    expect(bench.record.facts.reach).toBeUndefined();
    expect(bench.device.open).toBe(0);
  });

  it('enters a second time when the first one had its time, and never a third', async () => {
    bench.device.ssh = 'down';
    await bench.run('reach');
    outOfTime();
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('second restart') });
    expect(bench.record.facts.rescue).toMatchObject({ entries: 2, marker: '1' });
    await bench.run('reach');
    outOfTime();
    await expect(bench.run('reach')).rejects.toMatchObject({
      code: 'not-rescue',
      retry: 'no',
      userMessage: expect.stringMatching(/within 10 minutes after 2 restarts.*Nothing was written/),
    });
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });

  it.each([
    ['died before the provider heard of it', false, true],
    ['died after the provider had taken it', true, true],
    ['got no answer before it was taken', false, false],
    ['got no answer after it was taken', true, false],
  ])('enters the second time exactly once when its worker %s', async (_what, after, crash) => {
    bench.device.ssh = 'down';
    await bench.run('reach');
    outOfTime();
    bench.provider.faults.set('enterRescue', { error: new Error('no answer'), after });
    await expect(bench.run('reach')).rejects.toThrow('no answer');
    if (crash) bench.crash('reach');
    await bench.run('reach');
    await bench.run('reach');
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });

  it('does not restart a machine that somebody else brought up', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, rescueEntry: 'external' };
    bench.device.ssh = 'down';
    await bench.run('reach');
    outOfTime();
    await expect(bench.run('reach')).rejects.toMatchObject({ code: 'not-rescue' });
    expect(bench.provider.history).toEqual(['rescue']);
  });

  describe('after a second entry', () => {
    beforeEach(async () => {
      bench.device.ssh = 'down';
      await bench.run('reach');
      outOfTime();
      bench.provider.onRestart = () => undefined;
    });
    const answers = () => {
      bench.device.ssh = 'up';
      bench.clock.forward(31_000);
    };

    it('does not take the rescue system of the first one, which is still to be restarted', async () => {
      await bench.run('reach');
      answers();
      expect(await bench.run('reach')).toMatchObject({ why: expect.stringContaining('still to be restarted') });
      bench.device.restart('rescue');
      await bench.through('reach');
    });

    it('takes it where its provider says that nothing restarts it', async () => {
      bench.provider.running = true;
      await bench.run('reach');
      expect(bench.record.facts.rescue?.restart?.none).toBe(true);
      answers();
      await bench.through('reach');
    });

    it('goes on with a record of an earlier version, which tells nothing of the restart', async () => {
      await bench.run('reach');
      const { restart: _unknown, ...rescue } = bench.record.facts.rescue ?? { publicKey: '', entries: 0 };
      bench.record = { ...bench.record, facts: { ...bench.record.facts, rescue } };
      answers();
      await bench.through('reach');
    });
  });

  it('waits a little where the first entry was asked for twice: either restart may be still to come', async () => {
    bench.provider.history.length = 0;
    bench.crash('rescue');
    await bench.through('rescue');
    expect(await bench.run('reach')).toMatchObject({ ms: 30_000, why: 'the provider to restart the server' });
    bench.crash('rescue');
    bench.clock.forward(30_000);
    await bench.through('rescue', 'reach');
  });

  it('acts on what is declared of the device, where that differs', async () => {
    const { capabilities } = bench.provider;
    bench.provider.capabilities = { ...capabilities, rescueEntry: 'external' };
    bench.provider.capabilitiesOf = (id) => (id === 'd-1' ? capabilities : bench.provider.capabilities);
    bench.device.ssh = 'down';
    await bench.run('reach');
    outOfTime();
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('second restart') });
  });

  it('refuses a host with another key than the provider publishes', async () => {
    bench.provider.hostKey = Buffer.from('another').toString('base64');
    await expect(bench.run('reach')).rejects.toMatchObject({ code: 'host-key-changed', retry: 'no' });
  });

  it('does not wait for a secret that cannot be opened', async () => {
    bench.record = { ...bench.record, sealed: { sshKey: 'v1.00000000.AAAA' } };
    await expect(bench.run('reach')).rejects.toMatchObject({ code: 'sealed-by-other-key' });
  });
});

describe('a provider whose rescue system gets our key by hand', () => {
  const forward = (minutes: number) => bench.clock.forward(minutes * 60_000);
  beforeEach(() => {
    bench.provider.capabilities = { ...bench.provider.capabilities, keyDelivery: 'by-hand' };
    bench.device.ssh = 'refuses';
    bench.seen.hostKey = bench.device.hostKey;
  });

  it('has a person told where to log in and whom to expect there, once for an entry', async () => {
    expect(await bench.run('reach')).toMatchObject({
      kind: 'waiting',
      why: expect.stringContaining('the thread says how'),
    });
    const letIn = { host: '127.0.77.1', user: 'root', hostKey: fingerprint(bench.device.hostKey), provider: 'Model' };
    expect(bench.record.facts.rescue?.letIn).toEqual({ entry: 1, ...letIn });
    bench.seen.hostKey = null;
    await bench.run('reach');
    expect(bench.record.facts.rescue?.letIn).toEqual({ entry: 1, ...letIn });
    const { rescue } = bench.record.facts;
    if (rescue) bench.record = { ...bench.record, facts: { ...bench.record.facts, rescue: { ...rescue, entries: 2 } } };
    await bench.run('reach');
    expect(bench.record.facts.rescue?.letIn).toEqual({ entry: 2, ...letIn, hostKey: null });
  });

  it('is not restarted while somebody is on the way, and goes on when the key is in', async () => {
    forward(59);
    const calm = { kind: 'waiting', ms: 20_000 };
    expect(await bench.run('reach')).toMatchObject({ ...calm, why: expect.stringContaining('somebody') });
    bench.device.ssh = 'down';
    expect(await bench.run('reach')).toMatchObject({ ...calm, why: expect.stringContaining('to answer SSH') });
    bench.device.ssh = 'up';
    await bench.through('reach');
    expect(bench.provider.history).toEqual(['rescue']);
  });

  it('is given up after an hour, without another restart', async () => {
    forward(61);
    await expect(bench.run('reach')).rejects.toMatchObject({
      ...{ code: 'not-rescue', retry: 'no' },
      userMessage: expect.stringMatching(/within 60 minutes nobody put XEPA's key into it.*Nothing was written/),
    });
    expect(bench.provider.history).toEqual(['rescue']);
  });

  it('is restarted once more where nothing answers at all', async () => {
    bench.device.ssh = 'down';
    outOfTime();
    await bench.run('reach');
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });
});

describe('a provider that says when its rescue system is up', () => {
  it('may also say what else is waited for', async () => {
    bench.provider.missing = 'the server to restart';
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: 'the server to restart' });
    expect(bench.device.logins).toBe(0);
  });

  it('is believed: nobody is spoken to before', async () => {
    bench.provider.pending = true;
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: 'Model to bring the rescue system up' });
    expect(bench.device.logins).toBe(0);
    bench.provider.pending = false;
    await bench.through('reach');
  });

  it('is asked for one more entry when it says so for too long', async () => {
    bench.provider.pending = true;
    outOfTime();
    await bench.run('reach');
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });
});

describe('a provider that publishes host keys', () => {
  const published = (key: string) => [fingerprint(key)];

  beforeEach(() => {
    bench.provider.capabilities = { ...bench.provider.capabilities, hostKeys: 'from-api', pollSeconds: 10 };
  });

  it('is waited for without a word to whoever answers, no more often than it bears', async () => {
    bench.device.ssh = 'up';
    expect(await bench.run('reach')).toEqual({ kind: 'waiting', ms: 10_000, why: expect.stringContaining('publish') });
    expect(bench.device.logins).toBe(0);
  });

  it('has what answers compared with it before anything is sent', async () => {
    bench.seen.hostKey = bench.device.hostKey;
    bench.provider.published = ['SHA256:another', ...published(bench.device.hostKey)];
    await bench.through('reach');
    expect(bench.record.facts.reach?.hostKey).toBe(bench.device.hostKey);
  });

  it('stops the install when another key answers, before anybody logs in', async () => {
    bench.seen.hostKey = Buffer.from('swapped').toString('base64');
    bench.provider.published = published(bench.device.hostKey);
    await expect(bench.run('reach')).rejects.toMatchObject({
      code: 'host-key-changed',
      retry: 'no',
      userMessage: expect.stringMatching(/none of those that Model publishes.*nothing was sent/),
    });
    expect(bench.device.logins).toBe(0);
  });

  it('stops the install when the key changes between the look and the login', async () => {
    bench.seen.hostKey = bench.device.hostKey;
    bench.provider.published = published(bench.device.hostKey);
    bench.device.hostKey = Buffer.from('swapped').toString('base64');
    await expect(bench.run('reach')).rejects.toMatchObject({ code: 'host-key-changed' });
  });

  it('is waited for while nothing answers at all', async () => {
    bench.provider.published = published(bench.device.hostKey);
    expect(await bench.run('reach')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('answer SSH') });
  });

  it('does not stop an install for ever: after half of the time the first key is trusted', async () => {
    await bench.run('reach');
    bench.clock.forward(bench.deps.settings.rescueMs / 2 + 1);
    await bench.through('reach');
    expect(bench.record.facts.reach?.hostKey).toBe(bench.device.hostKey);
  });
});

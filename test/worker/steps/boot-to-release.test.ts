import { beforeEach, describe, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  bench.device.vm = null;
  await bench.through('handback');
});

describe('boot', () => {
  it('restarts the metal from its disk once, also when it is run again', async () => {
    await bench.through('boot', 'boot');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
    expect(bench.record.facts.boot).toEqual({ requestedAt: bench.clock.now(), marker: '1', entry: 1 });
    expect(bench.device.open).toBe(0);
  });

  it.each([false, true])('restarts exactly once when its worker dies (taken: %s)', async (after) => {
    bench.provider.faults.set('leaveRescue', { error: new Error('killed'), after });
    await expect(bench.run('boot')).rejects.toThrow('killed');
    expect(bench.record.facts.boot?.marker).toBe('1');
    bench.crash('boot');
    await bench.through('boot');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });

  it('is not restarted once more by the undo of what came before', async () => {
    await bench.through('boot');
    await bench.undo('bind');
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });
});

describe('verify', () => {
  beforeEach(() => bench.through('boot'));

  it('waits while nothing answers, and while the rescue system still does', async () => {
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting', ms: 250 });
    bench.clock.forward(60_000);
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting', ms: 3_000 });
    bench.seen = { hostKey: bench.device.hostKey, openPorts: [443], says: '' };
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting' });
  });

  it('knows the installed system by a new host key', async () => {
    bench.seen = { hostKey: Buffer.from('installed').toString('base64'), openPorts: [22], says: 'SSH-2.0-x' };
    await bench.through('verify', 'verify');
    expect(bench.record.facts.verify).toEqual({
      up: true,
      evidence: expect.stringMatching(/^SSH answers with a new host key, SHA256:\S+ \(SSH-2\.0-x\)$/),
    });
  });

  it('is not taken in by a rescue system that came up once more, with new host keys', async () => {
    bench.device.restart('rescue');
    bench.device.hostKey = Buffer.from('new rescue key').toString('base64');
    bench.seen = { hostKey: bench.device.hostKey, openPorts: [443], says: '' };
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting' });
    bench.clock.forward(bench.deps.settings.verifyMs + 1);
    await bench.run('verify');
    expect(bench.record.facts.question?.findings).toEqual([
      expect.stringContaining('rescue system again, not from its disk'),
    ]);
    expect(bench.device.open).toBe(0);
  });

  it('knows a system without SSH by an open port', async () => {
    bench.seen = { hostKey: null, openPorts: [443], says: 'HTTP 200, “Hello”' };
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({ up: true, evidence: 'TCP port 443 is open (HTTP 200, “Hello”)' });
  });

  it('tells what a ping says beside a sign of life, and never takes it for one', async () => {
    bench.seen = { hostKey: null, openPorts: [], says: '', ping: true };
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting' });
    expect(bench.pings).toEqual([]);
    bench.clock.forward(bench.deps.settings.verifyMs + 1);
    await bench.run('verify');
    expect(bench.record.facts.question?.findings[0]).toMatch(/within 10 min, but ping is answered$/);
    bench.seen.openPorts = [443];
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({ up: true, evidence: 'TCP port 443 is open, and ping is answered' });
    expect(bench.pings).toEqual([bench.record.facts.reach?.host, bench.record.facts.reach?.host]);
  });

  it.each([
    [false, 'within 10 min, and ping is not answered'],
    [null, 'within 10 min'],
  ])('says what is known of a silent metal where ping says %s', async (ping, end) => {
    bench.deps.settings = { ...bench.deps.settings, askMs: 0 };
    bench.seen = { hostKey: null, openPorts: [], says: '', ping };
    await bench.run('verify');
    bench.clock.forward(bench.deps.settings.verifyMs + 1);
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({ up: false, evidence: `no answer on the TCP ports 22, 443 ${end}` });
  });

  it.each([
    ['nothing ever answered', null, 'no answer on the TCP ports 22, 443 within 10 min'],
    ['the rescue system never left', 'rescue', 'the rescue system still answered within 10 min'],
  ])('ends without a failure, but says so, where nothing is asked and %s', async (_what, key, evidence) => {
    bench.deps.settings = { ...bench.deps.settings, askMs: 0 };
    bench.seen.hostKey = key === null ? null : bench.device.hostKey;
    await bench.run('verify');
    bench.clock.forward(bench.deps.settings.verifyMs + 1);
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({ up: false, evidence });
  });
});

describe('release', () => {
  beforeEach(async () => {
    bench.seen.openPorts = [443];
    await bench.through('boot', 'verify');
  });

  const nothingLeft = () => {
    expect(bench.provider.keys.size).toBe(0);
    expect(bench.record.sealed).toEqual({});
    expect(bench.leases.size).toBe(0);
  };

  it('removes the key, the secrets and the lease, and can be repeated', async () => {
    expect(bench.provider.keys.size).toBe(1);
    await bench.through('release');
    nothingLeft();
    await bench.through('release');
    nothingLeft();
  });

  it('keeps the secrets and the lease until the key is gone', async () => {
    bench.provider.faults.set('removeKey', { error: new Error('provider down') });
    await expect(bench.run('release')).rejects.toThrow('provider down');
    expect(bench.leases.size).toBe(1);
    expect(bench.record.sealed.sshKey).toBeDefined();
    await bench.through('release');
    nothingLeft();
  });

  it('does not look for a key that went with the memory of the rescue', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, keyDelivery: 'by-ssh' };
    bench.provider.faults.set('removeKey', { error: new Error('unreachable') });
    await bench.through('release');
    expect(bench.leases.size).toBe(0);
  });

  it('waits for a provider that is not configured here', async () => {
    bench.record = { ...bench.record, device: { ...bench.record.device, provider: 'elsewhere' } };
    await expect(bench.run('release')).rejects.toMatchObject({ code: 'not-found', retry: 'backoff' });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { DiscWish } from '../../../core/contracts/install.ts';
import { alice } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

const path = '/var/lib/xepa/xe-7f3kq2-other.iso';

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  bench.device.done = [];
});

/** As the console and the bot leave it. */
function wish(given: Partial<DiscWish> = {}): void {
  const iso = { url: 'https://example.org/drivers.iso', name: 'drivers.iso' };
  const discWish = { n: 1, typed: iso.url, by: alice, at: 1, verdict: 'accepted' as const, iso, ...given };
  bench.record = { ...bench.record, discWish };
}

const told = () => bench.record.facts.otherDisc;

describe('another ISO, while the installer runs', () => {
  it('is downloaded with progress, checked, and kept beside the installer’s', async () => {
    wish();
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', ms: 2_000 });
    expect(told()).toMatchObject({ n: 1, state: 'fetching', bytes: 1_000_000, name: 'drivers.iso' });
    bench.device.download.bytes = 400_000;
    await bench.run('attend');
    expect(bench.progress).toEqual([0, 400_000]);
    bench.device.download = { state: 'complete', bytes: 1_000_000 };
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', ms: 10_000 });
    expect(told()).toMatchObject({ state: 'ready', path, sha256: bench.device.iso.sha256, bytes: 1_000_000 });
    await bench.run('attend');
    expect(bench.device.done).toEqual(['remove iso', 'download']);
  });

  it('is downloaded once, however often its worker dies', async () => {
    wish();
    await bench.run('attend');
    bench.crash('attend');
    await bench.run('attend');
    expect(bench.device.done).toEqual(['remove iso', 'download']);
  });

  it.each(['asked', 'refused'] as const)('is left alone while the wish is %s', async (verdict) => {
    wish({ verdict });
    expect(await bench.run('attend')).toMatchObject({ ms: 10_000 });
    expect([told(), bench.device.done]).toEqual([undefined, []]);
  });

  it('makes room for the next one', async () => {
    wish();
    await bench.run('attend');
    bench.device.download = { state: 'complete', bytes: 1_000_000 };
    await bench.run('attend');
    wish({ n: 2 });
    await bench.run('attend');
    expect(told()).toMatchObject({ n: 2, state: 'fetching' });
    expect(bench.device.download.state).toBe('running');
  });
});

describe('another ISO that cannot be had', () => {
  it.each([
    ['is not there', () => Object.assign(bench.device.probe, { status: 404 }), /example\.org answers 404/],
    [
      'is too large',
      () => Object.assign(bench.device.probe, { bytes: 10 ** 15 }),
      /MB of the server's memory are free/,
    ],
    ['ends half-way', () => fail(22), /download of the ISO from example\.org broke off.*curl: \(22\)/],
  ])('fails no step when it %s, and its reason is told', async (_what, spoil, why) => {
    wish();
    spoil();
    for (let look = 0; look < 3; look += 1) expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
    expect(told()).toMatchObject({ state: 'failed', why: expect.stringMatching(why) });
    expect(bench.device.download.state).toBe('none');
  });

  it('is not kept when it has another digest', async () => {
    wish({ iso: { url: 'https://example.org/drivers.iso', sha256: '0'.repeat(64) } });
    await bench.run('attend');
    bench.device.download = { state: 'complete', bytes: 1_000_000 };
    await bench.run('attend');
    expect(told()).toMatchObject({ state: 'failed', why: expect.stringMatching(/wrong checksum/) });
    expect(bench.device.download.state).toBe('none');
  });

  it('is too large beside the VM and the ISO that is there already', async () => {
    const { survey, plan, media } = bench.record.facts;
    const beside = (survey?.memoryAvailableBytes ?? 0) - (plan?.memoryMb ?? 0) * 1024 * 1024;
    bench.device.probe.bytes = beside - (media?.bytes ?? 0) + 1;
    bench.device.probe.freeBytes = 10 ** 15;
    wish();
    await bench.run('attend');
    expect(told()).toMatchObject({ state: 'failed' });
  });
});

it('goes with everything else when the install is undone', async () => {
  wish();
  await bench.run('attend');
  await bench.undo('media');
  expect(bench.device.download.state).toBe('none');
});

function fail(code: number): void {
  bench.device.curlFailsAtOnce = code;
}

import { beforeEach, describe, expect, it } from 'vitest';
import { isoOf } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

import { modelIso } from '../../fakes/model-iso.ts';

beforeEach(async () => {
  await bench.readyForMedia();
});

const MiB = 1024 * 1024;

const downloaded = () => {
  bench.device.download = { state: 'complete', bytes: 1_000_000 };
};

describe('media', () => {
  it('downloads with progress, checks, and keeps what it is', async () => {
    expect(await bench.run('media')).toMatchObject({ kind: 'waiting', progress: { done: 0, total: 1_000_000 } });
    bench.device.download.bytes = 400_000;
    expect(await bench.run('media')).toMatchObject({ progress: { done: 400_000, total: 1_000_000, unit: 'bytes' } });
    downloaded();
    await bench.through('media');
    expect(bench.record.facts.media).toEqual({
      path: '/var/lib/xepa/xe-7f3kq2.iso',
      bytes: 1_000_000,
      sha256: bench.device.iso.sha256,
      label: 'MODEL',
      boots: ['bios'],
    });
  });

  it('finds the download that has begun while the server was made ready', async () => {
    bench = new StepBench();
    await bench.through('reserve', 'rescue', 'reach', 'survey', 'plan', 'prepare');
    bench.device.download.bytes = 600_000;
    expect(await bench.run('media')).toMatchObject({ progress: { done: 600_000, total: 1_000_000 } });
    downloaded();
    await bench.through('media');
    expect(bench.record.facts.media).toMatchObject({ sha256: bench.device.iso.sha256, boots: ['bios'] });
    expect(bench.device.done).toEqual(['download']);
  });

  it('starts one download however often it is run, and none where the file is there', async () => {
    await bench.run('media');
    bench.crash('media');
    await bench.run('media');
    expect(bench.device.done).toEqual(['download']);
    downloaded();
    await bench.through('media', 'media');
    expect(bench.device.done).toEqual(['download']);
  });

  it('shows progress without a total where the size is not told', async () => {
    bench.device.probe.bytes = null;
    expect(await bench.run('media')).toMatchObject({ progress: { total: null } });
  });

  it('resumes a download that broke', async () => {
    await bench.run('media');
    bench.device.download = { state: 'failed', bytes: 300_000 };
    expect(await bench.run('media')).toMatchObject({ kind: 'waiting', progress: { done: 300_000 } });
    expect(bench.device.done).toEqual(['download', 'download']);
  });

  it.each([
    [28, 'backoff'],
    [23, 'no'],
    [190, 'no'],
  ] as const)('says why curl failed with %i, and tries again only what may get better', async (code, retry) => {
    bench.device.curlFailsAtOnce = code;
    await expect(bench.run('media')).rejects.toMatchObject({
      code: 'iso-unusable',
      retry,
      userMessage: expect.stringContaining(`curl: (${code}) it said why`),
    });
  });

  it.each([
    ['not found', { status: 404 }, 'no', /not there: example\.org answers 404 for \/debian-13\.iso/],
    ['a server that fails', { status: 503 }, 'backoff', /answers 503/],
    ['no answer', { status: 0, error: 'curl: (7) refused' }, 'backoff', /cannot reach.*refused/],
    [
      'a bad certificate',
      { status: 0, error: 'curl: (60) certificate has expired' },
      'backoff',
      /trust.*expired.*clock/,
    ],
    ['a link that has run out', { status: 403 }, 'no', /refuses.*403.*fresh address/],
    ['a web page', { contentType: 'text/html' }, 'no', /web page instead of an ISO/],
    ['more than fits', { bytes: 5_000_000_000 }, 'no', /has 4768 MB, but only \d+ MB/],
    ['more than the folder holds', { freeBytes: 1_024 }, 'no', /but only 0 MB/],
  ] as const)('refuses %s before a byte is downloaded', async (_what, probe, retry, sentence) => {
    bench.device.probe = { ...bench.device.probe, ...probe };
    await expect(bench.run('media')).rejects.toMatchObject({
      code: 'iso-unusable',
      retry,
      userMessage: expect.stringMatching(sentence),
    });
    expect(bench.device.done).toEqual([]);
  });

  it('leaves the rescue system some memory beside VM, packages and ISO, also on a file system without a limit', async () => {
    const { survey, plan, prepare } = bench.record.facts;
    const beside = (survey?.memoryAvailableBytes ?? 0) - (plan?.memoryMb ?? 0) * MiB - 256 * MiB;
    bench.device.probe = { ...bench.device.probe, freeBytes: null, bytes: beside + 1 };
    await expect(bench.run('media')).rejects.toMatchObject({ code: 'iso-unusable' });
    bench.device.probe.bytes = beside;
    expect(await bench.run('media')).toMatchObject({ kind: 'waiting' });
    bench.device.download = { state: 'none', bytes: 0 };
    if (prepare) prepare.added = ['qemu-system-x86'];
    await expect(bench.run('media')).rejects.toMatchObject({ code: 'iso-unusable' });
  });

  it('refuses another content than was asked for', async () => {
    const iso = { ...isoOf(bench.record), sha256: 'CD'.repeat(32) };
    bench.record = { ...bench.record, request: { ...bench.record.request, iso } };
    downloaded();
    await expect(bench.run('media')).rejects.toMatchObject({
      code: 'iso-unusable',
      retry: 'no',
      userMessage: expect.stringMatching(/wrong checksum: expected CDCD.*got abab/),
    });
  });

  it('takes a checksum in capitals', async () => {
    const iso = { ...isoOf(bench.record), sha256: 'AB'.repeat(32) };
    bench.record = { ...bench.record, request: { ...bench.record.request, iso } };
    downloaded();
    await bench.through('media');
  });

  it('refuses what is not an ISO, and an ISO that this firmware cannot boot', async () => {
    downloaded();
    bench.device.iso = modelIso('none');
    await expect(bench.run('media')).rejects.toMatchObject({ userMessage: expect.stringContaining('not an ISO') });
    bench.device.iso = modelIso('uefi');
    await expect(bench.run('media')).rejects.toMatchObject({
      retry: 'no',
      userMessage: expect.stringMatching(/only by UEFI.*started by BIOS/),
    });
  });

  it('refuses an ISO that boots only by BIOS on a UEFI server', async () => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
    downloaded();
    await expect(bench.run('media')).rejects.toMatchObject({
      userMessage: expect.stringMatching(/only by BIOS.*started by UEFI/),
    });
  });
});

describe('undoing media', () => {
  it('removes the file, half or whole, and can be repeated', async () => {
    await bench.run('media');
    await bench.undo('media');
    expect(bench.device.download.state).toBe('none');
    downloaded();
    await bench.undo('media');
    await bench.undo('media');
    expect(bench.device.download.state).toBe('none');
  });

  it('is left to the reset of the device when that stays silent', async () => {
    bench.deps.shells.close();
    bench.device.ssh = 'down';
    await expect(bench.undo('media')).rejects.toMatchObject({ code: 'unreachable' });
    expect(await bench.undo('media', 3)).toEqual({ kind: 'done' });
  });

  it('is never left to a reset that will not come', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, rescueEntry: 'external' };
    bench.deps.shells.close();
    bench.device.ssh = 'down';
    await expect(bench.undo('media', 7)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('has nothing to do once the metal has left rescue', async () => {
    bench.record = { ...bench.record, facts: { ...bench.record.facts, boot: { requestedAt: 1, marker: '1' } } };
    bench.device.ssh = 'down';
    expect(await bench.undo('media')).toEqual({ kind: 'done' });
  });
});

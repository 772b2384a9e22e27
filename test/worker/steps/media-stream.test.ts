import { beforeEach, describe, expect, it } from 'vitest';
import { modelIso } from '../../fakes/model-iso.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
const bytes = 2048 * 500;
const drive = 'nbd+unix://?socket=/var/lib/xepa/xe-7f3kq2.iso.sock';

beforeEach(async () => {
  bench = new StepBench();
  ask({});
  await bench.readyForMedia();
  bench.device.probe.bytes = bytes;
  bench.device.done = [];
});

function ask(iso: { sha256?: string }): void {
  const { request } = bench.record;
  const asked = { url: request.iso?.url ?? '', ...request.iso, ...iso };
  bench.record = { ...bench.record, request: { ...request, iso: asked, media: 'stream' } };
}

async function attending(): Promise<void> {
  await bench.through('media', 'bind', 'launch', 'console');
}

function arrived(): void {
  bench.device.download = { state: 'complete', bytes };
}

describe('media that is streamed', () => {
  it('is done at once, with what its catalogue says and no digest, and the VM gets what serves it', async () => {
    await bench.through('media');
    const media = { label: 'MODEL', boots: ['bios'], sha256: '', bytes, stream: { drive, verified: false } };
    expect(bench.record.facts.media).toMatchObject(media);
    await bench.through('bind', 'launch');
    expect(bench.device.vm?.argv.join(' ')).toContain(`file=${drive},file.reconnect-delay=20`);
  });

  it('starts one download however often it is run', async () => {
    await bench.run('media');
    bench.crash('media');
    await bench.through('media');
    expect(bench.device.done).toEqual(['download']);
  });

  it('refuses what this server cannot boot, before a driver is unbound', async () => {
    bench.device.iso = modelIso('uefi');
    await expect(bench.run('media')).rejects.toMatchObject({ userMessage: expect.stringMatching(/only by UEFI/) });
  });

  it.each<[string, Partial<StepBench['device']['probe']>, StepBench['device']['door'], RegExp]>([
    ['there is no nbdkit', {}, 'missing', /no nbdkit/],
    ['nbdkit does not start', {}, 'failed', /nbdkit did not start/],
    ['its server has no ranges', { ranges: false }, 'open', /no parts of it/],
    ['its size is not told', { bytes: null }, 'open', /does not tell its size/],
    ['it is no CD', { bytes: bytes + 1 }, 'open', /not one of a CD/],
  ])('is downloaded first where %s, which is said and not asked again', async (_what, probe, door, why) => {
    bench.device.door = door;
    bench.device.probe = { ...bench.device.probe, ...probe };
    for (let look = 0; look < 2; look += 1) {
      expect(await bench.run('media')).toMatchObject({ kind: 'waiting', why: expect.stringMatching(why) });
    }
    arrived();
    await bench.through('media', 'bind', 'launch');
    expect(bench.device.vm?.argv.join(' ')).toContain('file=/var/lib/xepa/xe-7f3kq2.iso ');
  });
});

describe('launching from a stream', () => {
  it('looks first whether what serves it is still there', async () => {
    await bench.through('media', 'bind');
    bench.device.faults.set('door', { error: new Error('asked') });
    await expect(bench.run('launch')).rejects.toThrow('asked');
    expect(bench.device.vm).toBeNull();
    await bench.through('launch');
  });
});

describe('an installer whose ISO is still arriving', () => {
  it('shows how far it is, looks often, and keeps what came in the end', async () => {
    ask({ sha256: bench.device.iso.sha256 });
    await attending();
    bench.device.download.bytes = 400_000;
    expect(await bench.run('attend')).toMatchObject({ ms: 2_000, progress: { done: 400_000, total: bytes } });
    arrived();
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', ms: 10_000 });
    expect(bench.record.facts.media).toMatchObject({ sha256: bench.device.iso.sha256, stream: { verified: true } });
  });

  it('may not end before its digest was compared, be it by itself or by somebody’s word', async () => {
    ask({ sha256: bench.device.iso.sha256 });
    await attending();
    if (bench.device.vm) bench.device.vm.status = 'shutdown';
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('checksum') });
    bench.record = { ...bench.record, decision: { kind: 'boot-metal', by: { via: 'slack', id: 'U01ALICE' }, at: 1 } };
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
    arrived();
    expect(await bench.run('attend')).toMatchObject({ kind: 'done', facts: { attend: { ended: 'boot-metal' } } });
  });

  it('ends as it is where there is no digest to compare', async () => {
    await attending();
    if (bench.device.vm) bench.device.vm.status = 'shutdown';
    expect(await bench.run('attend')).toMatchObject({
      kind: 'done',
      facts: { attend: { ended: 'guest-powered-off' } },
    });
  });

  it('is stopped at once when it was another one', async () => {
    ask({ sha256: 'cd'.repeat(32) });
    await attending();
    arrived();
    await expect(bench.run('attend')).rejects.toMatchObject({
      ...{ code: 'iso-unusable', retry: 'no' },
      userMessage: expect.stringMatching(/wrong checksum.*was stopped.*may have written to/),
    });
    expect(bench.device.vm).toBeNull();
  });

  it('goes on when what fetches it is gone without a word, and ends when it has given up', async () => {
    await attending();
    bench.device.download = { state: 'none', bytes: 300_000 };
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
    expect(bench.device.done.filter((name) => name === 'download')).toHaveLength(2);
    bench.device.download = { state: 'failed', bytes: 300_000 };
    await expect(bench.run('attend')).rejects.toMatchObject({
      ...{ code: 'iso-unusable', retry: 'no' },
      userMessage: expect.stringMatching(/broke off.*was stopped/),
    });
    expect(bench.device.vm).toBeNull();
  });
});

describe('preparing for a stream', () => {
  const lacking = async (tools: string) => {
    bench = new StepBench();
    bench.device.surveyText = bench.device.surveyText.replace('qemu-system-x86_64\n', `qemu-system-x86_64\n${tools}`);
    ask({});
    await bench.through('reserve', 'rescue', 'reach', 'survey', 'plan');
  };

  const prepared = async () => {
    for (let looks = 0; looks < 9 && (await bench.run('prepare')).kind === 'waiting'; looks += 1);
  };

  it('adds nbdkit where it can be had, and takes it away again', async () => {
    await lacking('apk\n');
    await prepared();
    expect([bench.record.facts.prepare?.added, [...bench.device.packages.installed]]).toEqual([['nbdkit'], ['nbdkit']]);
    await bench.undo('prepare');
    expect(bench.device.packages.installed.size).toBe(0);
  });

  it('goes on without it', async () => {
    await lacking('apk\n');
    bench.device.packages.unknown = ['nbdkit'];
    await prepared();
    expect(bench.record.facts.prepare?.added).toEqual([]);
    await bench.undo('prepare');
  });

  it('adds nothing where it is there', async () => {
    await lacking('nbdkit\napk\n');
    await bench.through('prepare');
    expect(bench.record.facts.prepare?.added).toEqual([]);
  });
});

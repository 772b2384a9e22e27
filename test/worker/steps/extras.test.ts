import { beforeEach, describe, expect, it } from 'vitest';
import { readAnswer } from '../../../bot/answer-kind.ts';
import { answerDigest, sealAnswer } from '../../../core/answers/sealed-answer.ts';
import { bindingDigest, boundRequest } from '../../../core/binding.ts';
import type { InstallRequest } from '../../../core/contracts/install.ts';
import { modelIso } from '../../fakes/model-iso.ts';
import { anApproval } from '../../support/an-approval.ts';
import { StepBench } from '../../support/step-bench.ts';

const SECRET = 'hunter2-is-secret';
const preseed = `d-i netcfg/get_hostname string {{xepa.hostname}}\nd-i passwd/root-password password ${SECRET}\n`;
const cloudConfig = `#cloud-config\nhostname: {{xepa.hostname}}\npassword: ${SECRET}\n`;
const answerPath = '/var/lib/xepa/xe-7f3kq2-answer.iso';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

/** As the bot writes it: what people may see in the request, the file itself sealed. */
function withAnswer(text: string): void {
  const read = readAnswer([{ name: 'x', text }]);
  if ('fault' in read) throw new Error(read.fault);
  const { kind, files } = read;
  const answer = { name: 'node', kind, sha256: answerDigest(files), bytes: text.length, preview: '•••' };
  const { record } = bench;
  bench.record = {
    ...record,
    request: { ...record.request, answer },
    sealed: { answer: sealAnswer(bench.deps.sealer, files, record.id) },
  };
}

const withRequest = (more: Partial<InstallRequest>) => {
  bench.record = { ...bench.record, request: { ...bench.record.request, ...more } };
};

const untilMedia = () => bench.through('reserve', 'rescue', 'reach', 'survey', 'plan', 'prepare');

async function untilLaunch(): Promise<string[]> {
  await bench.readyToBind();
  await bench.through('bind', 'launch');
  return bench.device.vm?.argv ?? [];
}

describe('an answer file', () => {
  it('survives that the install gets its key', async () => {
    withAnswer(cloudConfig);
    await bench.through('reserve', 'rescue');
    expect(Object.keys(bench.record.sealed).sort()).toEqual(['answer', 'sshKey']);
  });

  it('is a disc of its own in the VM, with the values of this server', async () => {
    withAnswer(cloudConfig);
    const argv = await untilLaunch();
    const disc = bench.device.uploads.get(answerPath);
    expect(String(disc)).toContain(`hostname: web-07\npassword: ${SECRET}`);
    expect(argv).toContain(`if=none,id=cdrom1,media=cdrom,readonly=on,format=raw,file=${answerPath}`);
    expect(argv).not.toContain('-kernel');
    expect(argv).not.toContain('reboot=shutdown');
  });

  it('of Debian goes into the initrd, which is booted past the boot loader; its reboot ends the VM', async () => {
    withAnswer(preseed);
    withRequest({ kernelArgs: 'console=ttyS1' });
    const argv = await untilLaunch();
    const at = (flag: string) => argv[argv.indexOf(flag) + 1];
    expect(at('-append')).toBe('auto=true priority=critical console=ttyS1');
    expect(bench.record.facts.plan?.vm?.onReboot).toBe('finish');
    expect(bench.device.uploads.get(at('-kernel') ?? '')).toBe('the linux');
    expect(bench.device.uploads.get(at('-initrd') ?? '')).toBe('the initrd.gz + /var/lib/xepa/xe-7f3kq2-answer.cpio');
  });

  it('is in no argument of any command, and in no fact', async () => {
    withAnswer(preseed);
    const argv = await untilLaunch();
    expect(argv.join(' ')).not.toContain(SECRET);
    expect(JSON.stringify(bench.record)).not.toContain(SECRET);
  });

  it('leaves the server once the VM has ended, and when the install is undone', async () => {
    withAnswer(preseed);
    await untilLaunch();
    bench.device.vm = null;
    await bench.through('handback');
    expect([...bench.device.uploads.keys()]).toEqual([]);
    await bench.undo('media');
    await bench.undo('media');
  });

  it('that cannot be filled ends the install before anything is fetched or written', async () => {
    withAnswer(`${preseed}d-i x/y string {{xepa.password_hash}}\n`);
    await bench.through('reserve', 'rescue', 'reach', 'survey');
    await expect(bench.run('plan')).rejects.toMatchObject({
      code: 'device-unfit',
      userMessage: expect.stringContaining('XEPA_ANSWER_PASSWORD_HASH is not set'),
    });
  });
});

describe('what was approved', () => {
  const boundTo = (answer: string | null) => {
    const { device, request } = bench.record;
    const binds = {
      device: `${device.provider}/${device.id}`,
      ...{ serial: null, disks: null, ...boundRequest(request, answer) },
    };
    bench.record = {
      ...bench.record,
      approval: anApproval({ state: 'approved', binds, digest: bindingDigest(binds) }),
    };
  };
  const untilPlan = () => bench.through('reserve', 'rescue', 'reach', 'survey');

  it('covers the very answer file that lies sealed in the record', async () => {
    withAnswer(cloudConfig);
    boundTo(bench.record.request.answer?.sha256 ?? '');
    await untilPlan();
    expect(await bench.run('plan')).toMatchObject({ kind: 'done' });
  });

  it('is void when that is another one, whatever the request says', async () => {
    withAnswer(cloudConfig);
    boundTo(bench.record.request.answer?.sha256 ?? '');
    const files = [{ name: 'user-data', text: '#cloud-config\nevil: true\n' }];
    bench.record = { ...bench.record, sealed: { answer: sealAnswer(bench.deps.sealer, files, bench.record.id) } };
    await untilPlan();
    expect(await bench.run('plan')).toMatchObject({
      kind: 'ask-again',
      why: [expect.stringMatching(/^The SHA-256 of the answer file was [0-9a-f]{64} when/)],
    });
  });

  it('covers discs and kernel arguments, too', async () => {
    boundTo(null);
    withRequest({ also: [{ url: 'https://example.org/x.iso' }], kernelArgs: 'init=/bin/sh' });
    await untilPlan();
    expect(await bench.run('plan')).toMatchObject({
      kind: 'ask-again',
      why: [
        'The list of further discs was empty when it was approved, and is https://example.org/x.iso now.',
        'What is added to the kernel command line was nothing when it was approved, and is init=/bin/sh now.',
      ],
    });
  });
});

describe('further discs', () => {
  const also = [{ url: 'https://example.org/virtio.iso', name: 'virtio' }];

  it('are downloaded before the ISO, checked, and put into drives of their own', async () => {
    withRequest({ also });
    await untilMedia();
    expect(await bench.run('media')).toMatchObject({ kind: 'waiting', why: 'virtio to be downloaded' });
    bench.device.download = { state: 'complete', bytes: 1_000_000 };
    await bench.through('media', 'bind', 'launch');
    const path = '/var/lib/xepa/xe-7f3kq2-also0.iso';
    const { sha256 } = bench.device.iso;
    expect(bench.record.facts.extras?.also).toEqual([{ path, name: 'virtio', bytes: 1_000_000, sha256 }]);
    expect(bench.device.vm?.argv).toContain(`if=none,id=cdrom1,media=cdrom,readonly=on,format=raw,file=${path}`);
  });

  it('need not boot, but must be ISOs', async () => {
    withRequest({ also });
    await untilMedia();
    bench.device.download = { state: 'complete', bytes: 1_000_000 };
    bench.device.iso = modelIso('none');
    await expect(bench.run('media')).rejects.toMatchObject({
      userMessage: expect.stringMatching(/^virtio: .*not an ISO/),
    });
  });

  it.each([
    [
      'a wrong checksum',
      { ...also[0], url: 'https://example.org/x.iso', sha256: 'cd'.repeat(32) },
      {},
      /wrong checksum/,
    ],
    ['what is not there', { url: 'https://example.org/x.iso' }, { status: 404 }, /not there/],
    ['what does not fit', { url: 'https://example.org/x.iso' }, { bytes: 9e12 }, /are free for it/],
  ] as const)('are refused with %s', async (_what, disc, probe, sentence) => {
    withRequest({ also: [disc] });
    await untilMedia();
    bench.device.probe = { ...bench.device.probe, ...probe };
    if (Object.keys(probe).length === 0) bench.device.download = { state: 'complete', bytes: 1_000_000 };
    await expect(bench.run('media')).rejects.toMatchObject({
      code: 'iso-unusable',
      userMessage: expect.stringMatching(sentence),
    });
  });
});

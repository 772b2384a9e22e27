import { beforeEach, describe, expect, it } from 'vitest';
import type { StepSettings } from '../../../worker/steps/deps.ts';
import { KexecBench } from '../../support/kexec-bench.ts';

const sha256 = 'a'.repeat(64);

let bench: KexecBench;

beforeEach(async () => {
  bench = await new KexecBench().ready();
});

/** In place of those that all benches share. */
function settings(of: StepSettings['kexec']): void {
  bench.deps.settings = { ...bench.deps.settings, kexec: of };
}

/** The operator names the files; the kernel that comes there says that it is this one. */
function named(version?: string): void {
  const { kernel } = bench.device;
  const [own = ''] = kernel.kernels.values();
  kernel.kernels = new Map([[`/var/lib/xepa/${bench.record.id}-rescue-kernel`, version ?? own]]);
  const file = (name: string) => ({ url: `https://images.example.com/${name}`, sha256 });
  settings({
    allowed: true,
    kernels: { 'equinix-metal': [{ release: kernel.release, kernel: file('vmlinuz'), initrd: file('initrd') }] },
  });
}

async function goesWithout(reason: RegExp): Promise<void> {
  await bench.survey();
  await bench.through('plan');
  expect(bench.diskRung).toMatchObject({ rung: 'raw-block' });
  expect(bench.whyNot).toMatch(reason);
  expect(bench.device.done).not.toContain('start kernel');
  expect(bench.device.bootId).toBe(bench.before);
}

describe('the rescue kernel', () => {
  it('is started anew with the IOMMU on, once, and then the disk is passed through', async () => {
    await bench.survey();
    expect(bench.kexec).toMatchObject({ state: 'up', source: 'rescue', hostKey: 'kept', bootId: bench.before });
    expect(bench.record.facts.reach?.bootId).toBe(bench.device.bootId);
    expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
    expect(bench.device.cmdline).toMatch(
      /^console=ttyS0 quiet packet_action=rescue intel_iommu=on iommu=pt panic=30 xepa\.start=[0-9a-f]{32}$/,
    );
    await bench.through('plan');
    expect(bench.diskRung).toMatchObject({
      rung: 'passthrough',
      how: expect.stringContaining('with intel_iommu=on iommu=pt'),
    });
    expect(bench.diskRung?.risks.join(' ')).toContain('went past the firmware');
    expect(bench.provider.history).toEqual(['rescue']);
    await bench.survey();
    expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
  });

  it('is reached by another host key where none is known from before, because it proves itself', async () => {
    const start = bench.device.onNewKernel;
    bench.device.onNewKernel = (cmdline) => {
      start(cmdline);
      bench.device.hostKey = Buffer.from('a fresh key').toString('base64');
    };
    await bench.survey();
    expect(bench.kexec).toMatchObject({ state: 'up', hostKey: 'new' });
    expect(bench.record.facts.reach?.hostKey).toBe(bench.device.hostKey);
  });

  it('gets its tool by the package manager, and nothing else', async () => {
    bench.device.surveyText = bench.device.surveyText.replace('## xepa tools\nkexec\n', '## xepa tools\napk\n');
    const wanted: string[] = [];
    const { start } = bench.device.packages;
    bench.device.packages.start = (args) => {
      wanted.push(...args.slice(3));
      return start.call(bench.device.packages, args);
    };
    await bench.survey();
    expect(wanted).toEqual(['kexec=kexec-tools', 'kexec-tools']);
    expect(bench.kexec?.state).toBe('up');
    expect(bench.record.facts.prepare).toBeUndefined();
  });

  it('is fetched from where the operator says, where it is not on the rescue system', async () => {
    named();
    expect(await bench.run('survey')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('kernel') });
    bench.device.download = { ...bench.device.download, state: 'complete', bytes: 8_000_000 };
    await bench.survey();
    expect(bench.kexec).toMatchObject({ state: 'up', source: 'operator' });
  });

  it.each(['load kernel', 'start kernel'] as const)(
    'is started once where the worker dies after "%s"',
    async (fault) => {
      bench.device.faults.set(fault, { error: new Error('the worker died'), after: true });
      await expect(bench.survey()).rejects.toThrow('the worker died');
      bench.crash('survey');
      await bench.survey();
      expect(bench.kexec?.state).toBe('up');
      expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
    },
  );

  it('is started by the next worker where the first one died before it could say so', async () => {
    bench.device.faults.set('start kernel', { error: new Error('the worker died') });
    await expect(bench.survey()).rejects.toThrow('the worker died');
    expect(bench.kexec?.state).toBe('jumping');
    bench.crash('survey');
    await bench.survey();
    expect(bench.kexec?.state).toBe('up');
  });
});

describe('nothing is restarted', () => {
  it.each([
    ['its files are not there', () => bench.device.kernel.kernels.clear(), /not on it.*XEPA_RESCUE_KERNELS names none/],
    ['its initrd is another one', () => bench.device.kernel.initrds.set('/boot/initrd.img', 1), /cannot be proven/],
    [
      'the kernel forbids it',
      () => {
        bench.device.kernel.disabled = true;
      },
      /kexec_load_disabled/,
    ],
    [
      'the kernel is locked down',
      () => {
        bench.device.kernel.lockdown = 'none [integrity]';
      },
      /locked down \(integrity\)/,
    ],
    [
      'the kernel does not use its firmware',
      () => {
        bench.device.kernel.efi = 'unmapped';
      },
      /efi=noruntime or the like/,
    ],
    [
      'the kernel has no kexec',
      () => {
        bench.device.kernel.support = false;
      },
      /built without kexec/,
    ],
    [
      'memory is short',
      () => {
        bench.device.kernel.memoryKb = 300_000;
      },
      /Too little memory/,
    ],
    [
      'it cannot be loaded',
      () => {
        bench.device.kernel.refuses = 'kexec_load failed';
      },
      /be loaded: kexec_load failed/,
    ],
    ['the operator says no', () => settings({ allowed: false, kernels: {} }), /XEPA_KEXEC is off/],
  ])('where %s', async (_what, given, reason) => {
    given();
    await goesWithout(reason);
  });

  it('where nobody could bring the server back', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, rescueEntry: 'external' };
    await goesWithout(/cannot bring the rescue system back.*intel_iommu=on iommu=pt yourself/);
  });

  it('where somebody has put our key there by hand', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, keyDelivery: 'by-hand' };
    await goesWithout(/SSH key lies in its memory/);
  });

  it('where the operator names another kernel', async () => {
    named('6.6.1 (a@b) #1 SMP');
    bench.device.download = { ...bench.device.download, state: 'complete', bytes: 8_000_000 };
    await goesWithout(/names another kernel than the one that runs: 6\.6\.1/);
    expect(bench.device.done).toContain('remove iso');
  });

  it('where its files cannot be downloaded', async () => {
    named();
    bench.device.curlFailsAtOnce = 6;
    await goesWithout(/rescue system's kernel could not be downloaded from images\.example\.com: /);
  });

  it('where raw block was asked for', async () => {
    bench.record = { ...bench.record, request: { ...bench.record.request, rungs: { disk: 'raw-block' } } };
    await goesWithout(/would not help: Raw block was asked for/);
  });

  it('and what was brought for it goes again', async () => {
    bench.device.surveyText = bench.device.surveyText.replace('## xepa tools\nkexec\n', '## xepa tools\napk\n');
    bench.device.kernel.refuses = 'no';
    await goesWithout(/could not be loaded/);
    expect(bench.device.done).toEqual(expect.arrayContaining(['forget kernel', 'remove packages']));
    expect([...bench.device.packages.installed]).toEqual([]);
  });
});

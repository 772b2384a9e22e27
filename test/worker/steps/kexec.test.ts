import { beforeEach, describe, expect, it } from 'vitest';
import type { StepSettings } from '../../../worker/steps/deps.ts';
import { StepBench } from '../../support/step-bench.ts';

const sha256 = 'a'.repeat(64);

let bench: StepBench;
let before = '';

/** Intel, with the IOMMU left out on the command line; the kernel that is started in its place has it on. */
beforeEach(async () => {
  bench = new StepBench();
  const { device } = bench;
  const whole = device.surveyText.replace('## xepa cpu', '## xepa acpi\nDMAR\n## xepa cpu');
  device.surveyText = whole
    .replace('dmar0\n', '')
    .replace(' intel_iommu=on', ' intel_iommu=off')
    .replace('\nkexec\n', '\n');
  device.surveyText = device.surveyText.replace('## xepa tools\n', '## xepa tools\nkexec\n');
  const start = device.onNewKernel;
  device.onNewKernel = (cmdline) => {
    start(cmdline);
    device.surveyText = cmdline.includes('intel_iommu=on') ? whole : device.surveyText;
  };
  await bench.through('reserve', 'rescue', 'reach');
  before = device.bootId;
});

/** In place of those that all benches share. */
function settings(of: StepSettings['kexec']): void {
  bench.deps.settings = { ...bench.deps.settings, kexec: of };
}

const kexec = () => bench.record.facts.kexec;
const diskRung = () => bench.record.facts.plan?.ladder[0];
const whyNot = () => diskRung()?.refused.find(({ rung }) => rung === 'kexec')?.why;

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

/** Looks at the step until it ends, as the engine does, with a little time in between. */
async function survey(meanwhile: () => void = () => undefined): Promise<void> {
  for (let looks = 0; looks < 40; looks += 1) {
    if ((await bench.run('survey')).kind === 'done') return;
    bench.clock.forward(30_000);
    meanwhile();
  }
  throw new Error('the survey does not end');
}

async function goesWithout(reason: RegExp): Promise<void> {
  await survey();
  await bench.through('plan');
  expect(diskRung()).toMatchObject({ rung: 'raw-block' });
  expect(whyNot()).toMatch(reason);
  expect(bench.device.done).not.toContain('start kernel');
  expect(bench.device.bootId).toBe(before);
}

describe('the rescue kernel', () => {
  it('is started anew with the IOMMU on, once, and then the disk is passed through', async () => {
    await survey();
    expect(kexec()).toMatchObject({ state: 'up', source: 'rescue', hostKey: 'kept', bootId: before });
    expect(bench.record.facts.reach?.bootId).toBe(bench.device.bootId);
    expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
    expect(bench.device.cmdline).toMatch(
      /^console=ttyS0 quiet packet_action=rescue intel_iommu=on iommu=pt panic=30 xepa\.start=[0-9a-f]{32}$/,
    );
    await bench.through('plan');
    expect(diskRung()).toMatchObject({
      rung: 'passthrough',
      how: expect.stringContaining('with intel_iommu=on iommu=pt'),
    });
    expect(diskRung()?.risks.join(' ')).toContain('went past the firmware');
    expect(bench.provider.history).toEqual(['rescue']);
    await survey();
    expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
  });

  it('is reached by another host key where none is known from before, because it proves itself', async () => {
    const start = bench.device.onNewKernel;
    bench.device.onNewKernel = (cmdline) => {
      start(cmdline);
      bench.device.hostKey = Buffer.from('a fresh key').toString('base64');
    };
    await survey();
    expect(kexec()).toMatchObject({ state: 'up', hostKey: 'new' });
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
    await survey();
    expect(wanted).toEqual(['kexec=kexec-tools', 'kexec-tools']);
    expect(kexec()?.state).toBe('up');
    expect(bench.record.facts.prepare).toBeUndefined();
  });

  it('is fetched from where the operator says, where it is not on the rescue system', async () => {
    named();
    expect(await bench.run('survey')).toMatchObject({ kind: 'waiting', why: expect.stringContaining('kernel') });
    bench.device.download = { ...bench.device.download, state: 'complete', bytes: 8_000_000 };
    await survey();
    expect(kexec()).toMatchObject({ state: 'up', source: 'operator' });
  });

  it.each(['load kernel', 'start kernel'] as const)(
    'is started once where the worker dies after "%s"',
    async (fault) => {
      bench.device.faults.set(fault, { error: new Error('the worker died'), after: true });
      await expect(survey()).rejects.toThrow('the worker died');
      bench.crash('survey');
      await survey();
      expect(kexec()?.state).toBe('up');
      expect(bench.device.done.filter((name) => name === 'start kernel')).toHaveLength(1);
    },
  );

  it('is started by the next worker where the first one died before it could say so', async () => {
    bench.device.faults.set('start kernel', { error: new Error('the worker died') });
    await expect(survey()).rejects.toThrow('the worker died');
    expect(kexec()?.state).toBe('jumping');
    bench.crash('survey');
    await survey();
    expect(kexec()?.state).toBe('up');
  });
});

describe('a kernel that does not come up', () => {
  it.each([
    [
      'is silent',
      () => {
        bench.device.ssh = 'down';
      },
    ],
    ['is an installed system', () => bench.device.restart('installed')],
    ['is the rescue system as it was', () => bench.device.restart('rescue')],
  ])('because what is there %s is taken back by the provider, and the ladder goes down', async (_what, happens) => {
    bench.device.onNewKernel = happens;
    const restart = bench.provider.onRestart;
    bench.provider.onRestart = (into) => {
      bench.device.ssh = 'up';
      restart(into);
    };
    await survey();
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    expect(kexec()).toMatchObject({ state: 'failed' });
    expect(bench.record.facts.rescue?.entries).toBe(2);
    await bench.through('plan');
    expect(diskRung()).toMatchObject({ rung: 'raw-block' });
    expect(whyNot()).toMatch(/^It was started anew, but did not come up in time/);
  });

  it.each([
    [6, 0, 'failed'],
    [6, 8, 'up'],
    // No start is waited for longer than an entry into rescue.
    [10.5, 60, 'failed'],
  ])(
    'that takes %d minutes, its first start having taken %d, is %s in the end',
    async (minutes, firstMinutes, state) => {
      bench.clock.forward(firstMinutes * 60_000);
      const start = bench.device.onNewKernel;
      let upAt = Number.POSITIVE_INFINITY;
      bench.device.onNewKernel = (cmdline) => {
        start(cmdline);
        bench.device.ssh = 'down';
        upAt = bench.clock.now() + minutes * 60_000;
      };
      const restart = bench.provider.onRestart;
      bench.provider.onRestart = (into) => {
        bench.device.ssh = 'up';
        restart(into);
      };
      await survey(() => {
        if (bench.clock.now() >= upAt) bench.device.ssh = 'up';
      });
      expect(kexec()?.state).toBe(state);
    },
  );

  it('is asked back exactly once, also by a worker that died in between', async () => {
    bench.device.onNewKernel = () => bench.device.restart('installed');
    bench.provider.faults.set('enterRescue', { error: new Error('no answer'), after: true });
    await expect(survey()).rejects.toThrow('no answer');
    bench.crash('survey');
    await survey();
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    expect(kexec()?.state).toBe('failed');
  });

  it('is not spoken to where it has another host key than the provider publishes', async () => {
    const swapped = Buffer.from('swapped').toString('base64');
    bench.device.onNewKernel = () => {
      bench.device.restart('rescue');
      bench.provider.hostKey = bench.device.hostKey;
      bench.device.hostKey = swapped;
    };
    const restart = bench.provider.onRestart;
    bench.provider.onRestart = (into) => {
      restart(into);
      bench.provider.hostKey = swapped;
    };
    await survey();
    expect(kexec()).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/cannot be trusted: .*host-key-changed/),
    });
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
  });

  describe('and does not find the disk again', () => {
    let found = '';

    beforeEach(() => {
      const start = bench.device.onNewKernel;
      bench.device.onNewKernel = (cmdline) => {
        start(cmdline);
        found = bench.device.surveyText;
        bench.device.surveyText = found.replaceAll('XEPANVME01', 'XEPANVME77');
      };
    });

    it('is waited for', async () => {
      await survey(() => {
        if (kexec()?.state === 'up') bench.device.surveyText = found;
      });
      expect(kexec()?.state).toBe('up');
      expect(bench.provider.history).toEqual(['rescue']);
    });

    it('and then taken back, since a start by the firmware would find it', async () => {
      const restart = bench.provider.onRestart;
      const whole = bench.device.surveyText;
      bench.provider.onRestart = (into) => {
        restart(into);
        bench.device.surveyText = whole;
      };
      await survey();
      expect(bench.provider.history).toEqual(['rescue', 'rescue']);
      await bench.through('plan');
      expect(diskRung()?.rung).toBe('raw-block');
      expect(whyNot()).toBe('It was started anew, but did not find again: QEMU NVMe Ctrl, serial XEPANVME01, 2.1 GB.');
    });
  });

  it('and finds no IOMMU either stays, and the plan says so', async () => {
    const { device } = bench;
    device.onNewKernel = (cmdline) => {
      device.restart('rescue');
      device.cmdline = cmdline;
    };
    await survey();
    await bench.through('plan');
    expect(diskRung()?.rung).toBe('raw-block');
    expect(whyNot()).toMatch(/finds none all the same/);
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

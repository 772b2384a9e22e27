import { beforeEach, describe, expect, it } from 'vitest';
import { KexecBench } from '../../support/kexec-bench.ts';

let bench: KexecBench;

beforeEach(async () => {
  bench = await new KexecBench().ready();
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
    await bench.survey();
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    expect(bench.kexec).toMatchObject({ state: 'failed' });
    expect(bench.record.facts.rescue?.entries).toBe(2);
    await bench.through('plan');
    expect(bench.diskRung).toMatchObject({ rung: 'raw-block' });
    expect(bench.whyNot).toMatch(/^It was started anew, but did not come up in time/);
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
      await bench.survey(() => {
        if (bench.clock.now() >= upAt) bench.device.ssh = 'up';
      });
      expect(bench.kexec?.state).toBe(state);
    },
  );

  it.each([
    ['what somebody started by hand', () => bench.device.restart('rescue')],
    [
      'the kernel that finds no disk',
      (cmdline: string) => {
        bench.device.restart('rescue');
        bench.device.cmdline = cmdline;
        bench.device.surveyText = bench.device.surveyText.replaceAll('XEPANVME01', 'XEPANVME77');
      },
    ],
  ])(
    'is waited for until the provider has restarted the server: %s is not what was asked for',
    async (_what, jumps) => {
      bench.device.onNewKernel = jumps;
      const restart = bench.provider.onRestart;
      const whole = bench.device.surveyText;
      let looksToGo = Number.POSITIVE_INFINITY;
      bench.provider.onRestart = () => {
        looksToGo = 4;
      };
      await bench.survey(() => {
        looksToGo -= 1;
        if (looksToGo !== 0) return;
        bench.device.surveyText = whole;
        restart('rescue');
      });
      expect(looksToGo).toBeLessThanOrEqual(0);
      expect(bench.kexec?.state).toBe('failed');
      expect(bench.record.facts.reach?.bootId).toBe(bench.device.bootId);
      expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    },
  );

  it('is asked back exactly once, also by a worker that died in between', async () => {
    bench.device.onNewKernel = () => bench.device.restart('installed');
    bench.provider.faults.set('enterRescue', { error: new Error('no answer'), after: true });
    await expect(bench.survey()).rejects.toThrow('no answer');
    bench.crash('survey');
    await bench.survey();
    expect(bench.provider.history).toEqual(['rescue', 'rescue']);
    expect(bench.kexec?.state).toBe('failed');
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
    await bench.survey();
    expect(bench.kexec).toMatchObject({
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
      await bench.survey(() => {
        if (bench.kexec?.state === 'up') bench.device.surveyText = found;
      });
      expect(bench.kexec?.state).toBe('up');
      expect(bench.provider.history).toEqual(['rescue']);
    });

    it('and then taken back, since a start by the firmware would find it', async () => {
      const restart = bench.provider.onRestart;
      const whole = bench.device.surveyText;
      bench.provider.onRestart = (into) => {
        restart(into);
        bench.device.surveyText = whole;
      };
      await bench.survey();
      expect(bench.provider.history).toEqual(['rescue', 'rescue']);
      await bench.through('plan');
      expect(bench.diskRung?.rung).toBe('raw-block');
      expect(bench.whyNot).toBe(
        'It was started anew, but did not find again: QEMU NVMe Ctrl, serial XEPANVME01, 2.1 GB.',
      );
    });
  });

  describe('and shows the boot entries of its firmware late', () => {
    const shown = (text: string) =>
      text.replace('## xepa acpi', '## xepa boot-variables\nBootCurrent\t06 00 00 00 01 00\n## xepa acpi');

    beforeEach(() => {
      bench.device.surveyText = shown(bench.device.surveyText);
    });

    it('is waited for: the plan names systems by them', async () => {
      let waited = 0;
      await bench.survey(() => {
        if (bench.kexec?.state !== 'up') return;
        waited += 1;
        bench.device.surveyText = shown(bench.device.surveyText);
      });
      expect(waited).toBe(1);
      expect(bench.kexec?.state).toBe('up');
      expect(bench.record.facts.survey?.bootMenu).toEqual({ entries: [], current: '0001' });
    });

    it('and is kept where they stay away', async () => {
      await bench.survey();
      expect(bench.kexec?.state).toBe('up');
      expect(bench.provider.history).toEqual(['rescue']);
      expect(bench.record.facts.survey?.bootMenu).toBeNull();
    });
  });

  it('and finds no IOMMU either stays, and the plan says so', async () => {
    const { device } = bench;
    device.onNewKernel = (cmdline) => {
      device.restart('rescue');
      device.cmdline = cmdline;
    };
    await bench.survey();
    await bench.through('plan');
    expect(bench.diskRung?.rung).toBe('raw-block');
    expect(bench.whyNot).toMatch(/finds none all the same/);
  });
});

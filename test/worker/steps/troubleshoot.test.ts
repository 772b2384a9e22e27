import { beforeEach, describe, expect, it } from 'vitest';
import { aConsole } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

const toLaunch = ['reserve', 'rescue', 'reach', 'survey', 'plan', 'prepare', 'media', 'bind', 'launch'] as const;
const looking = { snapshot: true, rungs: { disk: 'raw-block' } } as const;
let bench: StepBench;

beforeEach(() => {
  bench = new StepBench();
});

function drives(): string[] {
  const argv = bench.device.vm?.argv ?? [];
  return argv.filter((_, index) => argv[index - 1] === '-drive');
}

describe('a console of what is installed', () => {
  beforeEach(async () => {
    bench.record = aConsole();
    await bench.through(...toLaunch);
  });

  it('fetches nothing, and starts the VM with an empty drive', () => {
    expect(bench.device.done).not.toContain('download');
    expect(bench.record.facts.media).toBeUndefined();
    expect(drives()).toEqual(['if=none,id=cdrom0,media=cdrom,readonly=on']);
  });

  it('waits for people, and not for an installer', async () => {
    await bench.through('console');
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', why: 'the people at its console' });
  });

  it('ends when the system has shut down, and touches no boot file', async () => {
    await bench.through('console');
    bench.device.vm = { ...(bench.device.vm ?? { argv: [], diskFirst: true }), status: 'shutdown' };
    await bench.through('attend');
    expect(bench.record.facts.attend).toMatchObject({ ended: 'guest-powered-off' });
    bench.device.done = [];
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    await bench.through('handback');
    expect(bench.device.done).toEqual(['quit', 'give back', 'disarm']);
    expect(bench.record.facts.handback?.loaders).toEqual([]);
  });

  it('remembers the hardware for the next install, in the words of one', () => {
    const [profile] = bench.profiles.values();
    expect(profile?.ladder.map(({ how }) => how).join(' ')).toContain('the installer');
  });
});

describe('a snapshot', () => {
  beforeEach(async () => {
    bench.record = aConsole({}, looking);
    await bench.through(...toLaunch);
  });

  it('has its memory before the VM starts, and the VM writes there', () => {
    expect(bench.device.done.indexOf('mount scratch')).toBe(bench.device.done.indexOf('launch') - 1);
    expect(bench.device.vm?.argv).toContain('TMPDIR=/run/xepa/xe-7f3kq2/scratch');
    expect(drives()).toContainEqual(expect.stringMatching(/id=target.*,snapshot=on$/));
  });

  it('gives it back when it is undone, twice, and after half a start', async () => {
    bench.device.done = [];
    await bench.undo('launch');
    await bench.undo('launch');
    const once = ['kill vm', 'unmount scratch', 'reread /dev/nvme0n1'];
    expect(bench.device.done).toEqual([...once, ...once]);
  });

  it('does not start where the memory is not there', async () => {
    bench = new StepBench();
    bench.record = aConsole({}, looking);
    await bench.through(...toLaunch.slice(0, -1));
    bench.device.faults.set('mount scratch', { error: new Error('no room') });
    await expect(bench.run('launch')).rejects.toThrow('no room');
    expect(bench.device.vm).toBeNull();
  });
});

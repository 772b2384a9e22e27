import { beforeEach, describe, expect, it } from 'vitest';
import { chooseFiles } from '../../../worker/steps/kexec-files.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.through('reserve', 'rescue', 'reach');
});

/** What is chosen on a server of that provider, where files are named for `acme`, and none lie on it. */
async function chosen(provider: string) {
  const { kernel } = bench.device;
  kernel.kernels.clear();
  const file = { url: 'https://images.example.com/file', sha256: 'a'.repeat(64) };
  const kernels = { acme: [{ release: kernel.release, kernel: file, initrd: file }] };
  const settings = { ...bench.deps.settings, kexec: { allowed: true, kernels } };
  const record = { ...bench.record, device: { ...bench.record.device, provider } };
  const { signal } = new AbortController();
  const shell = await bench.deps.shells.shellOf(bench.record, signal);
  return chooseFiles({ settings }, { record, signal }, shell);
}

describe('the files that an operator names', () => {
  it.each(['acme', 'acme:berlin'])('are those of %s: each account boots the same rescue system', async (provider) => {
    expect(await chosen(provider)).toMatchObject({ named: { release: bench.device.kernel.release } });
  });

  it('are not those of another provider', async () => {
    expect(await chosen('other:berlin')).toEqual({ why: expect.stringContaining('names none for `other`') });
  });
});

import { beforeEach, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createLogger } from '../../core/log.ts';
import { sweepPaths } from '../../worker/sweep-paths.ts';
import { ModelLifeline } from '../fakes/model-lifeline.ts';
import { ModelProvider } from '../fakes/model-provider.ts';
import { anInstall } from '../support/an-install.ts';

const never = new AbortController().signal;
const left = ['bond xepa-xe-7f3kq2 port-1', 'vlan xepa-xe-7f3kq2 port-1'];

let lifeline: ModelLifeline;
let known: InstallRecord | null;
let holder: string | null;
let lines: string[];

beforeEach(() => {
  lifeline = new ModelLifeline();
  lifeline.there.push(...left);
  known = anInstall({ phase: 'undone' });
  [holder, lines] = [null, []];
});

function sweep(): Promise<void> {
  const provider = new ModelProvider();
  provider.lifeline = lifeline;
  const log = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  const store = { find: async (id: string) => (known?.id === id ? known : null) };
  const providers = new Map([
    ['none', new ModelProvider()],
    [provider.id, provider],
  ]);
  return sweepPaths({ store, providers, leases: { holder: async () => holder }, log }, never);
}

it('takes back what an ended install left behind, and says so once', async () => {
  await sweep();
  await sweep();
  expect(lifeline.there).toEqual([]);
  expect(lines.filter((line) => line.includes('was taken back'))).toHaveLength(1);
});

it.each(['forward', 'undo', 'stuck', 'approval'] as const)(
  'leaves the path of an install that is at %s',
  async (phase) => {
    known = anInstall({ phase });
    await sweep();
    expect(lifeline.there).toEqual(left);
  },
);

it('leaves the ports of a device alone that another install has now', async () => {
  holder = 'xe-other';
  await sweep();
  expect(lifeline.there).toEqual(left);
});

it('leaves what it does not know, which may be of another XEPA, and says so', async () => {
  known = null;
  await sweep();
  expect(lifeline.there).toEqual(left);
  expect(lines.join()).toContain('belongs to no install that is known here');
});

it('bears a provider that is away', async () => {
  lifeline.leftovers = async () => Promise.reject(new Error('away'));
  await sweep();
  expect(lines.join()).toContain('could not be swept');
});

import { describe, expect, it } from 'vitest';
import { XepaError } from '../../../core/errors.ts';
import { readWorkerConfig } from '../../../worker/config.ts';
import type { AdapterDeps } from '../../../worker/providers/adapter.ts';
import { adapterOf, depsInAccount, idInAccount, inAccount } from '../../../worker/providers/in-account.ts';
import { buildProviders } from '../../../worker/providers/index.ts';
import type { LedgerOptions } from '../../../worker/providers/reset-ledger.ts';
import type { Provider } from '../../../worker/providers/types.ts';
import { ModelProvider } from '../../fakes/model-provider.ts';

const never = new AbortController().signal;
const common = { XEPA_SECRET: 's'.repeat(32) };
const robot = (user: string) => ({ HETZNER_ROBOT_USER: user, HETZNER_ROBOT_PASSWORD: 'p' });

interface Wanted {
  name?: string | null;
  provider?: string;
  settings: Record<string, string>;
}

const notAsked = async (): Promise<never> => {
  throw new Error('nobody is asked');
};
const deps: AdapterDeps = {
  openShell: notAsked,
  readHostKey: notAsked,
  openLedger: () => ({
    ...{ count: notAsked, since: notAsked, room: notAsked },
    ...{ take: notAsked, heard: notAsked, refused: notAsked },
  }),
};

/** What a worker with these settings and these accounts has. */
function built(settings: Record<string, string>, wanted: Wanted[]) {
  const accounts = wanted.map(({ name = null, provider = 'hetzner-robot', settings: own }) => ({
    ...{ name, provider, tags: [], settings: own },
    config: readWorkerConfig({ ...common, ...own }),
  }));
  return buildProviders({ ...readWorkerConfig({ ...common, ...settings }), accounts }, deps);
}

describe('accounts', () => {
  it('are providers of their own; that of the settings stays what it was', () => {
    const found = built(robot('a'), [{ name: 'berlin', settings: robot('b') }]);
    expect([...found].map(([id, { title }]) => [id, title])).toEqual([
      ['hetzner-robot', 'Hetzner'],
      ['hetzner-robot:berlin', 'Hetzner (berlin)'],
    ]);
  });

  it('without a name are what the settings would have made', () => {
    expect([...built({}, [{ settings: robot('a') }]).keys()]).toEqual(['hetzner-robot']);
  });

  it.each<[string, Record<string, string>, Wanted[], string]>([
    ['of no provider', {}, [{ name: 'a', provider: 'acme', settings: {} }], 'is of no provider that there is: ssh, '],
    [
      'with a setting of another provider',
      {},
      [{ name: 'a', settings: { ...robot('a'), OVH_URL: 'https://a.example' } }],
      'has OVH_URL, but may have only HETZNER_ROBOT_USER, HETZNER_ROBOT_PASSWORD, HETZNER_ROBOT_URL',
    ],
    [
      "with a setting of XEPA's own",
      {},
      [{ name: 'a', provider: 'ssh', settings: { XEPA_LOG_LEVEL: 'debug' } }],
      'has XEPA_LOG_LEVEL, but may have only XEPA_SSH_DEVICES',
    ],
    ['without credentials', {}, [{ name: 'a', settings: {} }], 'needs HETZNER_ROBOT_USER and HETZNER_ROBOT_PASSWORD'],
    [
      'with the name of another',
      {},
      [
        { name: 'a', settings: robot('a') },
        { name: 'a', settings: robot('b') },
      ],
      'has the name of another one, account `a` of `hetzner-robot`',
    ],
    ['without a name, beside the settings', robot('a'), [{ settings: robot('b') }], 'has the name of another one'],
    [
      'that are one and the same',
      robot('a'),
      [{ name: 'a', settings: robot('a') }],
      'has the settings of the account of `hetzner-robot` in the settings: each device would be there twice',
    ],
  ])('%s are refused', (_what, settings, wanted, sentence) => {
    expect(() => built(settings, wanted)).toThrow(sentence);
  });

  it('that are wrong are all told of at once', () => {
    const wrong = ['a', 'b'].map((name) => ({ name, settings: {} }));
    expect(() => built({}, wrong)).toThrow(
      /account `a` of `hetzner-robot` needs .*account `b` of `hetzner-robot` needs/s,
    );
  });
});

describe('a provider in an account', () => {
  const model = (): Provider => {
    const one = new ModelProvider();
    return {
      ...one,
      listDevices: async () => [{ provider: one.id, id: 'd-1', name: 'web-07', tags: ['Prod', 'web'] }],
      getServer: async () => {
        throw new XepaError('provider-rate-limited', {
          message: 'a 429',
          userMessage: 'Acme asks us to slow down.',
          retry: 'backoff',
          retryAfterSeconds: 30,
        });
      },
      addKey: (deviceId, key) => one.addKey(deviceId, key),
      removeKey: (deviceId, label) => one.removeKey(deviceId, label),
      enterRescue: notAsked,
      rescueAccess: notAsked,
      leaveRescue: notAsked,
    };
  };

  it('has its devices under its own id, with the tags of the account beside those of the provider', async () => {
    const provider = inAccount(model(), { name: 'berlin', tags: ['prod', 'eu'] });
    expect(await provider.listDevices(never)).toEqual([
      { provider: 'equinix-metal:berlin', id: 'd-1', name: 'web-07', tags: ['Prod', 'web', 'eu'] },
    ]);
    expect([provider.id, provider.title]).toEqual(['equinix-metal:berlin', 'Model (berlin)']);
  });

  it('says which account it is in what goes wrong, and keeps what the engine goes by', async () => {
    const failure = inAccount(model(), { name: 'berlin', tags: [] }).getServer('d-1', never);
    await expect(failure).rejects.toMatchObject({
      ...{ code: 'provider-rate-limited', retry: 'backoff', retryAfterSeconds: 30, message: 'account berlin: a 429' },
      userMessage: 'In the account `berlin`: Acme asks us to slow down.',
    });
    await expect(inAccount(model(), { name: 'berlin', tags: [] }).enterRescue('d-1', request, never)).rejects.toThrow(
      'nobody is asked',
    );
  });

  it('without a name only adds tags', async () => {
    const provider = inAccount(model(), { name: null, tags: ['eu'] });
    expect(await provider.listDevices(never)).toMatchObject([
      { provider: 'equinix-metal', tags: ['Prod', 'web', 'eu'] },
    ]);
    await expect(provider.getServer('d-1', never)).rejects.toMatchObject({ userMessage: 'Acme asks us to slow down.' });
  });

  it('keeps a history and a budget of restarts of its own', () => {
    const opened: LedgerOptions[] = [];
    const openLedger = (options: LedgerOptions) => {
      opened.push(options);
      return deps.openLedger(options);
    };
    const options = { provider: { id: 'acme', title: 'Acme' }, limit: 1, windowMs: 1 };
    for (const name of [null, 'berlin']) depsInAccount({ ...deps, openLedger }, { name, tags: [] }).openLedger(options);
    expect(opened.map(({ provider }) => provider)).toEqual([
      { id: 'acme', title: 'Acme' },
      { id: 'acme:berlin', title: 'Acme' },
    ]);
  });

  it('is told from the adapter by what stands behind the colon', () => {
    expect(['acme', 'acme:berlin'].map(adapterOf)).toEqual(['acme', 'acme']);
    expect([idInAccount('acme', null), idInAccount('acme', 'berlin')]).toEqual(['acme', 'acme:berlin']);
  });
});

const request = { marker: '', saved: {}, key: { label: 'l', publicKey: 'k' } };

import { isOfProvider, type ProviderAccount, type WorkerConfig, workerSettings } from '../config.ts';
import { accountText, badAccounts } from './account-file.ts';
import type { Adapter, AdapterDeps } from './adapter.ts';
import { depsInAccount, idInAccount, inAccount } from './in-account.ts';
import type { Provider } from './types.ts';

/** What is known of the accounts before this one. */
interface Known {
  id: string;
  /** All that says whose devices it has. */
  access: string;
  text: string;
}

/**
 * The providers of the settings, each provider's first account, and those of the account file.
 * @throws XepaError bad-config, which names every account that is wrong
 */
export function connectAccounts(adapters: readonly Adapter[], config: WorkerConfig, deps: AdapterDeps): Provider[] {
  const providers: Provider[] = [];
  const known: Known[] = [];
  const faults: string[] = [];
  for (const adapter of adapters) {
    const provider = adapter.connect(config, deps);
    if (!provider) continue;
    providers.push(provider);
    const { id } = provider;
    known.push({ id, access: accessOf(adapter, config), text: `the account of \`${id}\` in the settings` });
  }
  for (const account of config.accounts) {
    const found = connect(adapters, account, { deps, known });
    if ('fault' in found) faults.push(`${accountText(account)} ${found.fault}.`);
    else {
      providers.push(found.provider);
      known.push(found.known);
    }
  }
  if (faults.length > 0) throw badAccounts(faults);
  return providers;
}

type Found = { provider: Provider; known: Known } | { fault: string };

function connect(
  adapters: readonly Adapter[],
  account: ProviderAccount,
  { deps, known }: { deps: AdapterDeps; known: readonly Known[] },
): Found {
  const adapter = adapters.find(({ about }) => about.id === account.provider);
  if (!adapter)
    return { fault: `is of no provider that there is: ${adapters.map(({ about }) => about.id).join(', ')}` };
  const own = settingsOf(adapter);
  const foreign = Object.keys(account.settings).filter((name) => !own.includes(name));
  if (foreign.length > 0) return { fault: `has ${foreign.join(', ')}, but may have only ${own.join(', ')}` };
  const provider = adapter.connect(account.config, depsInAccount(deps, account));
  if (!provider) return { fault: `needs ${adapter.needs.join(' and ')}` };
  const id = idInAccount(provider.id, account.name);
  const access = accessOf(adapter, account.config);
  const namesake = known.find((other) => other.id === id);
  if (namesake) return { fault: `has the name of another one, ${namesake.text}: its devices could not be told apart` };
  const twin = known.find((other) => other.access === access);
  if (twin) return { fault: `has the settings of ${twin.text}: each device would be there twice` };
  return { provider: inAccount(provider, account), known: { id, access, text: accountText(account) } };
}

/** Those that it needs, and those that begin with the same word. */
function settingsOf({ needs }: Adapter): string[] {
  const [word] = needs[0].split('_');
  const names = Object.keys(workerSettings.shape).filter(isOfProvider);
  return names.filter((name) => needs.includes(name) || name.startsWith(`${word}_`));
}

function accessOf(adapter: Adapter, config: WorkerConfig): string {
  const own = settingsOf(adapter);
  return JSON.stringify([adapter.about.id, ...Object.entries(config).filter(([name]) => own.includes(name))]);
}

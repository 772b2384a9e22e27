import { type Check, type Finding, fail, ok, skipped, warn } from '../../../core/doctor/check.ts';
import { toXepaError } from '../../../core/errors.ts';
import { readHostKey } from '../../../core/ssh/host-key.ts';
import { openSshShell } from '../../../core/ssh/ssh-shell.ts';
import { readWorkerConfig, workerSettings } from '../../../worker/config.ts';
import type { AdapterDeps } from '../../../worker/providers/adapter.ts';
import { adapters, buildProviders, howToConfigure } from '../../../worker/providers/index.ts';
import type { Provider } from '../../../worker/providers/types.ts';
import type { Environment } from '../main.ts';
import { readPart } from './settings.ts';

const LIMIT_MS = 20_000;

const refuse = async (): Promise<never> => {
  throw new Error('a doctor restarts nothing');
};
/** A doctor reads lists of devices and nothing else. */
const looking: AdapterDeps = {
  openShell: openSshShell,
  readHostKey,
  openLedger: () => ({ count: refuse, since: refuse, room: refuse, take: refuse, heard: refuse, refused: refuse }),
};

/** Asks every provider that a worker with these settings would have. */
export function providerChecks(source: Environment): Check[] {
  const check = (name: string, run: Check['run']): Check => ({ part: 'providers', name, limitMs: LIMIT_MS, run });
  if (!source.XEPA_PROVIDER_ACCOUNTS && !adapters.some(({ needs: [first] }) => source[first])) {
    const todo = `A worker needs ${howToConfigure()}`;
    return [check('configured', async () => skipped('none is configured here', todo))];
  }
  const settings = readPart(workerSettings, source);
  if (!settings.set) return [check('settings', async () => settings.finding)];
  try {
    const providers = [...buildProviders(readWorkerConfig(source), looking).values()];
    return providers.map((provider) => check(provider.id, (signal) => askProvider(provider, signal)));
  } catch (thrown) {
    const error = toXepaError(thrown);
    if (error.code !== 'bad-config') throw thrown;
    return [check('configured', async () => unread(error.userMessage))];
  }
}

function unread(said: string): Finding {
  return fail(`the worker's settings cannot be read. ${said}`, 'Put them right; until then no worker starts');
}

async function askProvider(provider: Provider, signal: AbortSignal): Promise<Finding> {
  try {
    const { length } = await provider.listDevices(signal);
    if (length === 0)
      return warn(
        `${provider.title} has no device`,
        'Add one, or look at which account or project the credentials belong to',
      );
    return ok(`${provider.title} knows ${length} ${length === 1 ? 'device' : 'devices'}`);
  } catch (thrown) {
    const todo = "Look at the provider's credentials and status page, and at the network";
    return fail(toXepaError(thrown).userMessage, todo);
  }
}

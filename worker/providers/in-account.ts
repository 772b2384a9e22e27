import { XepaError } from '../../core/errors.ts';
import type { AdapterDeps } from './adapter.ts';
import type { Provider } from './types.ts';

/** One of several accounts of a provider. Name null: its first, which goes by the provider's own id. */
interface Account {
  name: string | null;
  /** What all of its devices have, beside what the provider says. */
  tags: readonly string[];
}

/**
 * What an account's provider, its devices and its budget are known by: "acme:berlin". It is one word, so that whatever keeps
 * a device by its provider and id tells two accounts apart, also a version that knows nothing of accounts.
 */
export function idInAccount(adapterId: string, name: string | null): string {
  return name === null ? adapterId : `${adapterId}:${name}`;
}

/** The adapter of such an id. */
export function adapterOf(providerId: string): string {
  return providerId.split(':')[0] ?? providerId;
}

/** The history and the budget of restarts are each account's own. */
export function depsInAccount(deps: AdapterDeps, { name }: Account): AdapterDeps {
  return {
    ...deps,
    openLedger: (options) => {
      const { id, title } = options.provider;
      return deps.openLedger({ ...options, provider: { id: idInAccount(id, name), title } });
    },
  };
}

/** The same provider under the account's name: in ids, in what people are told, and in every complaint. */
export function inAccount(provider: Provider, account: Account): Provider {
  const id = idInAccount(provider.id, account.name);
  const named = <Args extends readonly unknown[], T>(method: (...args: Args) => Promise<T>) =>
    naming(account.name, method);
  return {
    ...provider,
    ...{ id, title: titleOf(provider.title, account.name) },
    listDevices: named(async (signal) => {
      const devices = await provider.listDevices(signal);
      return devices.map((device) => ({ ...device, provider: id, tags: withTags(device.tags, account.tags) }));
    }),
    getServer: named(provider.getServer),
    addKey: named(provider.addKey),
    removeKey: named(provider.removeKey),
    enterRescue: named(provider.enterRescue),
    rescueAccess: named(provider.rescueAccess),
    leaveRescue: named(provider.leaveRescue),
  };
}

/** Upper and lower case do not matter. */
function withTags(theirs: readonly string[], more: readonly string[]): string[] {
  const known = new Set(theirs.map((tag) => tag.toLowerCase()));
  return [...theirs, ...more.filter((tag) => !known.has(tag.toLowerCase()))];
}

function naming<Args extends readonly unknown[], T>(name: string | null, method: (...args: Args) => Promise<T>) {
  if (name === null) return method;
  return async (...args: Args): Promise<T> => {
    try {
      return await method(...args);
    } catch (error) {
      throw error instanceof XepaError ? complaintOf(name, error) : error;
    }
  };
}

/** Whose credentials, whose budget: the adapter knows of one account only. */
function complaintOf(name: string, error: XepaError): XepaError {
  return new XepaError(error.code, {
    message: `account ${name}: ${error.message}`,
    userMessage: `In the account \`${name}\`: ${error.userMessage}`,
    retry: error.retry,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error,
  });
}

function titleOf(title: string, name: string | null): string {
  return name === null ? title : `${title} (${name})`;
}

import type { OpenShell } from '../../core/ssh/host-shell.ts';
import type { WorkerConfig } from '../config.ts';
import type { ProviderAbout } from './capabilities.ts';
import type { LedgerOptions, ResetLedger } from './reset-ledger.ts';
import type { Provider } from './types.ts';

/** What adapters may use beside their settings. */
export interface AdapterDeps {
  openShell: OpenShell;
  /** Which host key answers there, without logging in; null where none does. */
  readHostKey(at: { host: string; port: number; timeoutMs: number }): Promise<string | null>;
  /** The history and the budget of a provider's restarts. */
  openLedger(options: LedgerOptions): ResetLedger;
}

/** An adapter as the registry has it: what is said of it, what switches it on, and how it is made. */
export interface Adapter {
  about: ProviderAbout;
  /** The settings that it needs; the first one switches it on. */
  needs: readonly [string, ...string[]];
  /** Null where it is not configured. */
  connect(config: WorkerConfig, deps: AdapterDeps): Provider | null;
}

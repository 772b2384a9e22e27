import type { WorkerConfig } from '../config.ts';
import { connectAccounts } from './accounts.ts';
import type { Adapter, AdapterDeps } from './adapter.ts';
import { equinixMetal } from './equinix-metal/index.ts';
import { hetznerRobot } from './hetzner-robot/index.ts';
import { ironic } from './ironic/index.ts';
import { latitude } from './latitude/index.ts';
import { leaseweb } from './leaseweb/index.ts';
import { maas } from './maas/index.ts';
import { ovhcloud } from './ovhcloud/index.ts';
import { scaleway } from './scaleway/index.ts';
import { serverscom } from './serverscom/index.ts';
import { ssh } from './ssh/index.ts';
import type { Providers } from './types.ts';

/** All adapters there are. A new one is a folder and its name here. */
export const adapters: readonly Adapter[] = [
  ssh,
  hetznerRobot,
  ovhcloud,
  scaleway,
  leaseweb,
  serverscom,
  latitude,
  maas,
  ironic,
  equinixMetal,
];

/** The providers that are configured, by id; of one with several accounts, each of them. @throws XepaError bad-config */
export function buildProviders(config: WorkerConfig, deps: AdapterDeps): Providers {
  return new Map(connectAccounts(adapters, config, deps).map((provider) => [provider.id, provider]));
}

/** What to set so that there is a provider, as part of a sentence. */
export function howToConfigure(): string {
  return adapters.map(({ needs }) => needs.join(' and ')).join(', or ');
}

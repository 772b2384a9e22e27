import type { ProviderAbout } from '../capabilities.ts';

/** How the provider is called in sentences. */
export const title = 'Equinix Metal';

export const about: ProviderAbout = {
  id: 'equinix-metal',
  title,
  capabilities: {
    rescueEntry: 'one-call',
    keyDelivery: 'registered-key',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'none',
    pollSeconds: 1,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'must-stay',
    power: ['hard-reset', 'power-on'],
    ownKernel: 'ipxe',
    lifeline: 'by-api',
    legacy: true,
  },
  tested: ['published-description', 'stateful-fake', 'lab-install'],
};

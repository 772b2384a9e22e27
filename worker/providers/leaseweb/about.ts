import type { ProviderAbout } from '../capabilities.ts';

/** Dedicated servers of Leaseweb, by the description of the API that it publishes. */
export const about: ProviderAbout = {
  id: 'leaseweb',
  title: 'Leaseweb',
  capabilities: {
    rescueEntry: 'one-call',
    keyDelivery: 'with-entry',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'none',
    // How many calls are allowed is not published, and a look takes two.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: ['hard-reset', 'power-on'],
    ownKernel: 'ipxe',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['published-description', 'stateful-fake', 'lab-rescue'],
};

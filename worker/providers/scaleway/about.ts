import type { ProviderAbout } from '../capabilities.ts';

/** Dedicated servers of Scaleway, which it calls Elastic Metal. */
export const about: ProviderAbout = {
  id: 'scaleway',
  title: 'Scaleway',
  capabilities: {
    rescueEntry: 'one-call',
    keyDelivery: 'registered-key',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'none',
    // How many calls are allowed is not published.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: ['hard-reset', 'power-on'],
    ownKernel: 'none',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-rescue'],
};

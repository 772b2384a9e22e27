import type { ProviderAbout } from '../capabilities.ts';

/** Machines of a MAAS that one runs oneself. */
export const about: ProviderAbout = {
  id: 'maas',
  title: 'MAAS',
  capabilities: {
    rescueEntry: 'one-call',
    keyDelivery: 'registered-key',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'state',
    // MAAS sets no limit; each call takes one of its few workers.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'must-stay',
    power: ['hard-reset', 'power-on'],
    ownKernel: 'none',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-rescue'],
};

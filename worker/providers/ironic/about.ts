import type { ProviderAbout } from '../capabilities.ts';

/** Nodes of an OpenStack Ironic, with Keystone or standalone. */
export const about: ProviderAbout = {
  id: 'ironic',
  title: 'Ironic',
  capabilities: {
    rescueEntry: 'one-call',
    // On the kernel's command line: see `kernel-params.ts`.
    keyDelivery: 'with-entry',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'state',
    // Its API sets no limit.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: ['hard-reset'],
    // Whoever runs Ironic builds the rescue system, and says what its kernel is started with.
    ownKernel: 'yours',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-rescue'],
};

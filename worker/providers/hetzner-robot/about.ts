import type { ProviderAbout } from '../capabilities.ts';

/** Dedicated servers of Hetzner. No description of the API comes from the provider; a community keeps one. */
export const about: ProviderAbout = {
  id: 'hetzner-robot',
  title: 'Hetzner',
  capabilities: {
    rescueEntry: 'activate-then-reset',
    keyDelivery: 'registered-key',
    hostKeys: 'from-api',
    readinessHint: 'host-keys',
    // 500 looks within an hour are allowed, for all installs together.
    pollSeconds: 10,
    activationMinutes: 60,
    leave: 'restart-by-api',
    bootPath: 'removable',
    networkBootFirst: 'must-stay',
    power: ['hard-reset', 'soft-reset', 'power-on'],
    ownKernel: 'none',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['community-description', 'stateful-fake', 'lab-install'],
};

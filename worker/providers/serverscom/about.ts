import type { ProviderAbout } from '../capabilities.ts';

/**
 * Dedicated servers of Servers.com. Its API's description is not to be had as a file: the adapter follows what its own
 * clients do (github.com/serverscom: serverscom-ansible, serverscom-mcp, srvctl).
 */
export const about: ProviderAbout = {
  id: 'serverscom',
  title: 'Servers.com',
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
    ownKernel: 'ipxe',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-rescue'],
};

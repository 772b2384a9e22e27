import type { ProviderAbout } from '../capabilities.ts';

/**
 * Bare-metal servers of Latitude.sh, by the description of its API in github.com/latitudesh/latitudesh-mcp. Its command line says
 * of the rescue mode that the API does not tell the login, so a person lets XEPA in.
 */
export const about: ProviderAbout = {
  id: 'latitude',
  title: 'Latitude.sh',
  capabilities: {
    rescueEntry: 'one-call',
    keyDelivery: 'by-hand',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'state',
    // How many calls are allowed is not published.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'restart-by-api',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: ['hard-reset'],
    // By a reinstallation, which is not a way in: it erases what an undo would have to bring back.
    ownKernel: 'ipxe',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-rescue'],
};

import type { ProviderAbout, ProviderCapabilities } from '../capabilities.ts';

/** Any machine that answers SSH in a rescue system of its operator's. */
export const about: ProviderAbout = {
  id: 'ssh',
  title: 'SSH',
  capabilities: {
    rescueEntry: 'external',
    keyDelivery: 'by-ssh',
    hostKeys: 'from-config',
    readinessHint: 'none',
    pollSeconds: 1,
    activationMinutes: null,
    leave: 'own-command',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: [],
    ownKernel: 'yours',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['stateful-fake', 'lab-install'],
};

/** Of a machine that the operator's own commands bring into rescue and out of it. */
export const commanded: ProviderCapabilities = { ...about.capabilities, rescueEntry: 'one-call', pollSeconds: 5 };

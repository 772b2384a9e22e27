import type { ProviderAbout } from '../capabilities.ts';

/** Dedicated servers of OVHcloud, and of its ranges So you Start and Kimsufi, which are behind the same API. */
export const about: ProviderAbout = {
  id: 'ovhcloud',
  title: 'OVHcloud',
  capabilities: {
    rescueEntry: 'select-then-reboot',
    keyDelivery: 'with-entry',
    hostKeys: 'trust-on-first-use',
    readinessHint: 'none',
    // How many calls are allowed is not published.
    pollSeconds: 5,
    activationMinutes: null,
    leave: 'select-disk-then-reboot',
    bootPath: 'told',
    networkBootFirst: 'must-stay',
    power: ['hard-reset'],
    ownKernel: 'ipxe',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['published-description', 'stateful-fake', 'lab-install'],
};

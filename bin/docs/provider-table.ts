import type { Evidence, PowerKind, ProviderCapabilities } from '../../worker/providers/capabilities.ts';
import { adapters } from '../../worker/providers/index.ts';

type Capability = keyof ProviderCapabilities;

/** What each value means to a reader; the types keep it complete. */
const entries: Record<ProviderCapabilities['rescueEntry'], string> = {
  'one-call': 'one call of the API',
  'activate-then-reset': 'rescue is activated for the next boot, then a reset',
  'select-then-reboot': "the rescue image is chosen for the server's boots, then a reboot",
  external: 'you bring it up, before the install',
};
const keys: Record<ProviderCapabilities['keyDelivery'], string> = {
  'registered-key': 'a key of the account, deleted at the end',
  'with-entry': 'brought along by the entry, gone when it leaves',
  'by-ssh': '`authorized_keys` of the rescue system',
  'by-hand': 'put into the rescue system by a person, gone with it',
};
const hostKeys: Record<ProviderCapabilities['hostKeys'], string> = {
  'from-api': 'published by the provider, compared before anything is sent',
  'trust-on-first-use': 'trusted when first seen, then pinned',
  'from-config': 'from the device file',
};
const hints: Record<ProviderCapabilities['readinessHint'], string> = {
  'host-keys': 'its host keys appear in the API',
  state: "the API's state of the server; SSH is not tried before",
  none: 'none: SSH is tried',
};
const leaves: Record<ProviderCapabilities['leave'], string> = {
  'restart-by-api': 'a restart by the API',
  'select-disk-then-reboot': 'what was set to boot before is chosen again, then a reboot by the API',
  'own-command': "the machine's own reboot command",
};
const bootPaths: Record<ProviderCapabilities['bootPath'], string> = {
  removable: 'the removable path',
  told: 'the path that the provider is told, of the loader at the removable path',
  unknown: 'not published; the removable path is used',
};
const networkBoot: Record<ProviderCapabilities['networkBootFirst'], string> = {
  'must-stay': 'must stay so, or rescue itself stops working',
  unknown: 'not known',
};
const powers: Record<PowerKind, string> = {
  'hard-reset': 'hard reset',
  'soft-reset': 'Ctrl+Alt+Del',
  'power-on': 'switching on',
};
const kernels: Record<ProviderCapabilities['ownKernel'], string> = {
  ipxe: 'by iPXE; XEPA does not use it yet',
  yours: 'whatever you boot',
  none: 'none',
};
const lifelines: Record<ProviderCapabilities['lifeline'], string> = {
  'by-api': 'can be made by the API; XEPA does not do it yet',
  none: 'none',
};
const evidence: Record<Evidence, string> = {
  'published-description': "the provider's own description of the API",
  'community-description': "a community's description of the API",
  'stateful-fake': 'a fake with state, and every call of it failing',
  'lab-install': 'whole installs in the lab',
};

/** A row each: what it says, and how it is said of an adapter. */
const rows: { title: string; of?: Capability; says(capabilities: ProviderCapabilities): string }[] = [
  { title: 'Into rescue', of: 'rescueEntry', says: (it) => entries[it.rescueEntry] },
  { title: "An install's key", of: 'keyDelivery', says: (it) => keys[it.keyDelivery] },
  { title: "Rescue's host key", of: 'hostKeys', says: (it) => hostKeys[it.hostKeys] },
  { title: 'Sign that rescue is up', of: 'readinessHint', says: (it) => hints[it.readinessHint] },
  { title: 'Asked no more often than every', of: 'pollSeconds', says: (it) => `${it.pollSeconds} s` },
  {
    title: 'An activation that nobody used lapses',
    of: 'activationMinutes',
    says: ({ activationMinutes: minutes }) => (minutes === null ? '–' : `after ${minutes} min`),
  },
  { title: 'Out of rescue', of: 'leave', says: (it) => leaves[it.leave] },
  { title: 'After an undo', says: afterUndo },
  { title: 'A rescue that hangs during undo', says: whenItHangs },
  { title: 'UEFI finds the installed system by', of: 'bootPath', says: (it) => bootPaths[it.bootPath] },
  { title: 'Network boot comes first', of: 'networkBootFirst', says: (it) => networkBoot[it.networkBootFirst] },
  {
    title: 'Restarts by the API',
    of: 'power',
    says: ({ power }) => power.map((kind) => powers[kind]).join(', ') || 'none',
  },
  { title: 'A kernel of your own', of: 'ownKernel', says: (it) => kernels[it.ownKernel] },
  { title: 'A second network path', of: 'lifeline', says: (it) => lifelines[it.lifeline] },
  { title: 'Still offered', of: 'legacy', says: ({ legacy }) => (legacy ? 'no: legacy' : 'yes') },
];

function afterUndo({ rescueEntry }: ProviderCapabilities): string {
  return rescueEntry === 'external'
    ? 'stays in your rescue system, our key removed'
    : 'runs from its disk, our key deleted';
}

function whenItHangs({ rescueEntry }: ProviderCapabilities): string {
  return rescueEntry === 'external' ? 'the install gets stuck and asks a person' : 'the restart clears it';
}

/** The table of providers: what each declares, and what its adapter was checked against. */
export function providerTable(): string {
  const all = adapters.map(({ about }) => about);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map(({ title, of, says }) => {
    const name = of === undefined ? title : `${title} (\`${of}\`)`;
    return line([name, ...all.map(({ capabilities }) => says(capabilities))]);
  });
  const checked = all.map(({ tested }) => tested.map((kind) => evidence[kind]).join('; '));
  return [
    line(['', ...all.map(({ id }) => `\`${id}\``)]),
    `|${'---|'.repeat(all.length + 1)}`,
    ...body,
    line(['Checked against', ...checked]),
    line(['Run against a live service', ...all.map(() => 'never')]),
  ].join('\n');
}

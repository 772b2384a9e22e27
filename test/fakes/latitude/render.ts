import type { LatServer } from './account.ts';

type Json = Record<string, unknown>;

/** As the description's examples have it. */
export function renderServer({ id, hostname, address, tags, status, locked, rescueAllowed }: LatServer): Json {
  return {
    ...{ id, type: 'servers' },
    attributes: {
      ...{ hostname, label: '832845NODEKG', role: 'Bare Metal', price: 599, ipmi_status: 'Normal', status, locked },
      ...{ primary_ipv4: address, primary_ipv6: '2001:db8::77', rescue_allowed: rescueAllowed, created_at: null },
      tags: tags.map((name) => ({ id: `tag_${name}`, name, description: null, color: '#160303' })),
      interfaces: [{ role: 'ipmi', name: 'IPMI', mac_address: '00:11:22:33:44:55', description: 'IPMI Interface' }],
      operating_system: {
        name: 'Debian',
        slug: 'debian_12',
        version: '12',
        features: { ssh_keys: true, rescue: true },
      },
      ...{ plan: { slug: 'c2-small-x86' }, scheduled_deletion_at: null },
    },
  };
}

import { type MaasMachine, type MaasSshKey, statusNames } from './account.ts';

type Json = Record<string, unknown>;

/** Runs from memory, so that addresses are seen and not only known. */
const inMemory = new Set([1, 16, 17, 19]);

export function renderMachine(machine: MaasMachine): Json {
  const { id, hostname, status, tags, owner, locked, ephemeral, powerType } = machine;
  const name = statusNames.get(status) ?? 'Unknown';
  return {
    ...{ system_id: id, hostname, fqdn: `${hostname}.maas`, domain: { id: 0, name: 'maas' }, description: '' },
    ...{ status, status_name: name, status_action: '', status_message: name, node_type: 0, node_type_name: 'Machine' },
    ...{ owner, owner_data: {}, locked, ephemeral_deploy: ephemeral, netboot: ephemeral, osystem: 'ubuntu' },
    ...{ power_type: powerType, power_state: machine.powerUnknown ? 'error' : machine.machine.power },
    ...{ tag_names: tags, architecture: 'amd64/generic', bios_boot_method: 'uefi', cpu_count: 4, memory: 16_384 },
    ...{ ip_addresses: machine.hasAddress ? ['2001:db8::7', machine.address] : [] },
    boot_interface: bootInterface(machine),
    resource_uri: `/MAAS/api/2.0/machines/${id}/`,
  };
}

function bootInterface({ id, status, address, hasAddress }: MaasMachine): Json {
  const subnet = { id: 1, cidr: '127.0.0.0/8', managed: true };
  const links = hasAddress ? [{ id: 7, mode: 'auto', ip_address: address, subnet }] : [{ id: 7, mode: 'dhcp', subnet }];
  const discovered = inMemory.has(status) && hasAddress ? [{ subnet, ip_address: address }] : null;
  const rest = { type: 'physical', enabled: true, parents: [], children: [], system_id: id };
  return { id: 3, name: 'eno1', mac_address: '52:54:00:00:00:07', links, discovered, ...rest };
}

export function renderKey({ id, key }: MaasSshKey): Json {
  return { id, key, keysource: '', resource_uri: `/MAAS/api/2.0/account/prefs/sshkeys/${id}/` };
}

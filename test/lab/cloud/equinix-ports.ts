import { API_PATH, type Json, stableId } from './api-words.ts';
import type { LabPort } from './network-state.ts';
import type { Device } from './state.ts';

/** A port as the API shows it. */
export function renderPort(device: Device, port: LabPort): Json {
  return {
    id: port.id,
    href: `${API_PATH}/ports/${port.id}`,
    type: 'NetworkPort',
    name: port.name,
    data: { mac: port.mac, bonded: port.bonded },
    ...(port.hasBond ? { bond: { id: bondId(device), name: 'bond0' } } : {}),
    network_type: port.bonded || !port.hasBond ? 'layer3' : 'hybrid',
    disbond_operation_supported: port.hasBond && port.separable,
    virtual_networks: [...port.vlans].map((id) => ({ id, href: `${API_PATH}/virtual-networks/${id}` })),
  };
}

/** The ports of a device, and the bond above them where there is one. */
export function renderPorts(device: Device): Json[] {
  const ports = device.ports.map((port) => renderPort(device, port));
  if (!device.ports.some(({ hasBond }) => hasBond)) return ports;
  const bond = {
    ...{ id: bondId(device), href: `${API_PATH}/ports/${bondId(device)}`, type: 'NetworkBondPort', name: 'bond0' },
    ...{ data: { bonded: true }, network_type: 'layer3', disbond_operation_supported: false, virtual_networks: [] },
  };
  return [bond, ...ports];
}

function bondId(device: Device): string {
  return stableId(`${device.id} bond0`);
}

import type { NicAddress } from '../../core/contracts/routes.ts';
import { Nic, type PciDevice } from '../../core/contracts/survey.ts';
import { pciOfPath, wayOfPath } from './pci.ts';
import { rowsOf, type Sections } from './sections.ts';
import { lifelineNames } from './survey-lifeline.ts';
import { addressesByName } from './survey-routes.ts';

/** Network interfaces with their addresses, and which of them carry our connection or the way back to us. */
export function parseNics(sections: Sections, pci: readonly PciDevice[]): Nic[] {
  const addresses = addressesByName(sections);
  const nics = rowsOf(sections, 'nics').map((row) => toNic(row, addresses));
  const lifelines = lifelineNames(sections, { nics, pci });
  return nics.map((nic) => ({ ...nic, lifeline: lifelines.has(nic.name) }));
}

function toNic(row: readonly string[], addresses: ReadonlyMap<string, NicAddress[]>): Nic {
  const [name = '', mac = '', permanent = '', device = '', driver = '', carrier = '', lowers = '', ...more] = row;
  const [kind = '', speed = '', mtu = '', master = '', mode = '', vlan = ''] = more;
  const networks = addresses.get(name) ?? [];
  return {
    name,
    mac: (isMac(permanent) ? permanent : mac).toLowerCase(),
    pci: pciOfPath(device),
    driver: driver === '' ? null : driver,
    carrier: carrier === '1',
    addresses: networks.map(({ address }) => address),
    lifeline: false,
    kind: Nic.shape.kind.catch(device === '' ? 'other' : 'physical').parse(kind),
    master: master === '' ? null : master,
    lowers: lowers.split(' ').filter((lower) => lower !== ''),
    vlan: vlanOf(vlan),
    bondMode: mode.split(' ')[0] ?? '',
    speedMbps: Number(speed) > 0 ? Number(speed) : null,
    mtu: Number(mtu) > 0 ? Number(mtu) : null,
    networks,
    through: wayOfPath(device),
  };
}

function isMac(text: string): boolean {
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) && text !== '00:00:00:00:00:00';
}

/** From the first line of /proc/net/vlan/NAME. */
function vlanOf(text: string): number | null {
  const id = /\bVID: (\d+)/.exec(text)?.[1];
  return id === undefined ? null : Number(id);
}

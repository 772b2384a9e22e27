/** What a machine boots next: the rescue system from the network (one shot), or its own disk. */
export type BootTarget = 'rescue' | 'disk';

/** A server as one would order it. Everything has a default but identity and address. */
export interface MachineSpec {
  /** The provider's device id: the machine's SMBIOS UUID, by which it asks for its metadata. */
  id: string;
  hostname: string;
  /** 1 to 253; MAC addresses, serial numbers and file names are made from it. */
  number: number;
  /** Loopback address of its own that forwards to the guest's sshd. */
  address: string;
  sshPort: number;
  disk: 'nvme' | 'ahci';
  diskMib: number;
  firmware: 'bios' | 'uefi';
  /** `off`: the rescue kernel leaves the IOMMU alone, as most kernels do that are not told to use it; Debian's is. */
  iommu: 'on' | 'off';
  /** `together`: disk and both ports sit behind one bridge to conventional PCI, which puts them in one IOMMU group, as on many boards. */
  groups: 'apart' | 'together';
  memoryMib: number;
  cores: number;
  /** Bad luck: a wish for rescue boots the disk instead, or nothing at all. May be changed while the lab runs. */
  rescueBoots: 'rescue' | 'installed-system' | 'never';
  /** What is on the disk when the lab starts. */
  content: 'blank' | 'installed-system';
  /** `array`: the rescue system builds an array (md) over the disk by itself, and a volume on the first partition of that. */
  stack: 'none' | 'array';
  /** Port of the lab's metadata and ISO server on 127.0.0.1: the guest sees it as http://10.0.2.100/ */
  sitePort: number;
  /** More doors from the guest to this host: 10.0.2.100:guestPort is 127.0.0.1:hostPort. Nothing else is reachable. */
  guestForwards: readonly { guestPort: number; hostPort: number }[];
}

/** Only address and MACs that begin with this are the lifeline: scripts in the guests look for it. */
const LIFELINE_PREFIX = '52:54:00:aa:00:';
const PASSTHROUGH_PREFIX = '52:54:00:bb:00:';

/** MAC of the NIC that carries our SSH and is never given away. */
export function lifelineMac(number: number): string {
  return LIFELINE_PREFIX + hex(number);
}

/** MAC of the NIC that goes into the virtual machine. */
export function passthroughMac(number: number): string {
  return PASSTHROUGH_PREFIX + hex(number);
}

/** Serial number that the disk tells to whoever drives it. */
export function diskSerial({ disk, number }: Pick<MachineSpec, 'disk' | 'number'>): string {
  return `${disk === 'nvme' ? 'XEPANVME' : 'XEPASATA'}${String(number).padStart(2, '0')}`;
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0');
}

/** Which kernel driver has each PCI function of a model of a device. */
export class ModelDrivers extends Map<string, string> {
  constructor() {
    super([
      ['0000:01:00.0', 'e1000e'],
      ['0000:02:00.0', 'nvme'],
    ]);
  }

  /** As the device prints them. */
  told(addresses: readonly string[]): string {
    return `## xepa drivers\n${addresses.map((address) => `${address}\t${this.get(address) ?? ''}`).join('\n')}`;
  }

  bind(addresses: readonly string[]): string {
    for (const address of addresses) this.set(address, 'vfio-pci');
    return this.told(addresses);
  }

  /** Each function goes back to the driver it had: `address=driver`. */
  giveBack(pairs: readonly string[]): string {
    const had = pairs.map((pair) => pair.split('='));
    for (const [address = '', driver = ''] of had) this.set(address, driver);
    return this.told(addressesOf(pairs));
  }
}

export function addressesOf(pairs: readonly string[]): string[] {
  return pairs.map((pair) => pair.split('=')[0] ?? '');
}

/** Where a device is in the VM: on which bus, and its slot and function there. */
export interface Place {
  bus: string;
  addr: string;
  /** It is the function 0 of a slot with more of them. */
  multifunction: boolean;
}

/** `number` is also that of the bus behind it: firmware and kernel count ports in the order of their slots. */
export interface RootPort {
  number: number;
  slot: number;
}

export interface PciLayout {
  ports: RootPort[];
  /** One for each address that was given, in the same order. */
  places: Place[];
}

interface Device {
  index: number;
  /** Null: it has no address outside. */
  at: { domain: number; bus: number; slot: number; fn: number } | null;
}

/** Slots of q35's first bus that are free: 1 has the screen, 2 has USB, 31 the chipset. */
const freeSlots = { first: 0x03, last: 0x1e } as const;
const chipsetSlot = 0x1f;
/** Of the chipset's own functions only these are not taken. */
const chipsetFree: readonly number[] = [1, 4, 5, 6, 7];
/** Up to this bus number empty ports are put in front, so that the device has the bus that it has outside. */
const lastEqualBus = 8;

const firstBus = 'pcie.0';

/**
 * Gives every device the address that it has outside, where that can be: names of network interfaces and drivers of
 * cards with several functions follow it. A device of the chipset (bus 0) keeps its slot there; every other slot gets a
 * root port of its own, with all its functions, and the same bus number while that is small.
 * @param addresses `0000:02:00.0`, or null for a device that is only in the VM
 */
export function layoutPci(addresses: readonly (string | null)[]): PciLayout {
  const devices = addresses.map((address, index) => ({ index, at: parse(address) }));
  const slots = slotsOf(devices);
  const onFirstBus = slots.filter(fitsFirstBus);
  const taken = new Set(onFirstBus.flatMap((slot) => slot.map(({ at }) => at?.slot ?? -1)));
  const behind = portNumbers(slots.filter((slot) => !fitsFirstBus(slot)));
  const places = new Map<number, Place>();
  for (const slot of onFirstBus) place(places, slot, { bus: firstBus, slot: slot[0]?.at?.slot ?? 0 });
  for (const [number, slot] of behind) place(places, slot, { bus: portName(number), slot: 0 });
  return {
    ports: rootPorts(Math.max(0, ...behind.keys()), taken),
    places: devices.flatMap(({ index }) => places.get(index) ?? []),
  };
}

/** Id of a root port, and the name of the bus behind it. */
export function portName(number: number): string {
  return `port${number}`;
}

function parse(address: string | null): Device['at'] {
  const [, ...parts] = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i.exec(address ?? '') ?? [];
  const [domain, bus, slot, fn] = parts.map((part) => Number.parseInt(part, 16));
  if (domain === undefined || bus === undefined || slot === undefined || fn === undefined) return null;
  return { domain, bus, slot, fn };
}

/** Functions of one slot are one card. What shares only the chipset's slot is not, and neither is what has no address. */
function slotsOf(devices: readonly Device[]): Device[][] {
  const slots = new Map<string, Device[]>();
  for (const device of devices) {
    const { index, at } = device;
    const apart = at === null || isChipset(at) ? `#${index}` : '';
    const key = `${at?.domain}:${at?.bus}:${at?.slot}${apart}`;
    slots.set(key, [...(slots.get(key) ?? []), device]);
  }
  return [...slots.values()].map((slot) => slot.toSorted((a, b) => (a.at?.fn ?? 0) - (b.at?.fn ?? 0)));
}

function isChipset({ domain, bus, slot }: NonNullable<Device['at']>): boolean {
  return domain === 0 && bus === 0 && slot === chipsetSlot;
}

/** A slot without a function 0 is not looked into by any system. */
function fitsFirstBus([first]: Device[]): boolean {
  const at = first?.at;
  if (at?.domain !== 0 || at.bus !== 0) return false;
  if (isChipset(at)) return chipsetFree.includes(at.fn);
  return at.slot >= freeSlots.first && at.slot <= freeSlots.last && at.fn === 0;
}

/** In the order of the addresses outside; what has none fills the gaps. */
function portNumbers(slots: readonly Device[][]): Map<number, Device[]> {
  const ports = new Map<number, Device[]>();
  let next = 1;
  for (const slot of slots.filter(([first]) => first?.at).toSorted(byAddress)) {
    const { domain = -1, bus = 0 } = slot[0]?.at ?? {};
    if (domain === 0 && bus > next && bus <= lastEqualBus) next = bus;
    ports.set(next, slot);
    next += 1;
  }
  for (const slot of slots.filter(([first]) => !first?.at)) {
    let number = 1;
    while (ports.has(number)) number += 1;
    ports.set(number, slot);
  }
  return ports;
}

function byAddress([a]: Device[], [b]: Device[]): number {
  const weight = (at: Device['at']) => (at ? (at.domain * 256 + at.bus) * 32 + at.slot : 0);
  return weight(a?.at ?? null) - weight(b?.at ?? null);
}

/** Functions keep their numbers, unless the one that has to be there is not. */
function place(places: Map<number, Place>, slot: readonly Device[], where: { bus: string; slot: number }): void {
  const keep = where.bus === firstBus || slot.some(({ at }) => at?.fn === 0);
  for (const [order, { index, at }] of slot.entries()) {
    const fn = keep ? (at?.fn ?? 0) : order;
    const addr = `0x${where.slot.toString(16)}${fn === 0 ? '' : `.${fn}`}`;
    places.set(index, { bus: where.bus, addr, multifunction: fn === 0 && slot.length > 1 });
  }
}

function rootPorts(count: number, taken: ReadonlySet<number>): RootPort[] {
  const free = Array.from({ length: freeSlots.last - freeSlots.first + 1 }, (_, index) => freeSlots.first + index);
  const slots = free.filter((slot) => !taken.has(slot));
  return slots.slice(0, count).map((slot, index) => ({ number: index + 1, slot }));
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layoutPci } from '../../../worker/host/pci-layout.ts';

/** Each device as `bus/addr`, `+` for the first of several functions; behind it how many root ports there are. */
function laidOut(...addresses: (string | null)[]): [string[], number] {
  const { places, ports } = layoutPci(addresses);
  return [places.map(({ bus, addr, multifunction }) => `${bus}/${addr}${multifunction ? '+' : ''}`), ports.length];
}

it('gives small bus numbers back, with empty ports in front where it must', () => {
  expect(laidOut('0000:02:00.0', '0000:01:00.0')).toEqual([['port2/0x0', 'port1/0x0'], 2]);
  expect(laidOut('0000:04:00.0')).toEqual([['port4/0x0'], 4]);
});

it('does not try to reach large ones, and keeps their order', () => {
  expect(laidOut('0000:c1:00.0', '0000:41:00.0')).toEqual([['port2/0x0', 'port1/0x0'], 2]);
  expect(laidOut('0000:05:00.0', '0000:41:00.0', '10000:01:00.0')[0]).toEqual(['port5/0x0', 'port6/0x0', 'port7/0x0']);
});

it('lets an emulated device fill a gap', () => {
  expect(laidOut('0000:03:00.0', null, null, null)[0]).toEqual(['port3/0x0', 'port1/0x0', 'port2/0x0', 'port4/0x0']);
});

it('keeps the functions of a card together, with their numbers', () => {
  expect(laidOut('0000:01:00.1', '0000:01:00.0')).toEqual([['port1/0x0.1', 'port1/0x0+'], 1]);
  expect(laidOut('0000:01:00.0', '0000:01:00.3')[0]).toEqual(['port1/0x0+', 'port1/0x0.3']);
});

it('gives a card without its first function one: else no system would look for the others', () => {
  expect(laidOut('0000:01:00.1')[0]).toEqual(['port1/0x0']);
  expect(laidOut('0000:01:00.3', '0000:01:00.1')[0]).toEqual(['port1/0x0.1', 'port1/0x0+']);
});

it('puts devices of the chipset where they are, as far as it is free in q35', () => {
  expect(laidOut('0000:00:17.0', '0000:00:1f.6')).toEqual([['pcie.0/0x17', 'pcie.0/0x1f.6'], 0]);
  expect(laidOut('0000:00:1f.2', '0000:00:1f.6')[0]).toEqual(['port1/0x0', 'pcie.0/0x1f.6']);
  expect(laidOut('0000:00:02.0', '0000:00:14.5')[0]).toEqual(['port1/0x0', 'port2/0x0']);
});

it('keeps root ports out of the slots that devices have', () => {
  const { ports } = layoutPci(['0000:00:03.0', '0000:02:00.0']);
  expect(ports).toEqual([
    { number: 1, slot: 4 },
    { number: 2, slot: 5 },
  ]);
});

it('never puts two at one place, never a function without a first one, and always has the port', () => {
  const at = fc
    .tuple(fc.constantFrom('0000', '10000'), fc.nat(9), fc.nat(31), fc.nat(7))
    .map(([domain, bus, slot, fn]) => `${domain}:0${bus}:${slot.toString(16).padStart(2, '0')}.${fn}`);
  const addresses = fc
    .tuple(fc.uniqueArray(at, { maxLength: 10 }), fc.nat(2))
    .map(([real, made]) => [...real, ...Array.from({ length: made }, () => null)]);
  fc.assert(
    fc.property(addresses, (given) => {
      const { ports, places } = layoutPci(given);
      expect(places).toHaveLength(given.length);
      const all = places.map(({ bus, addr }) => `${bus}/${addr}`);
      expect(new Set(all).size).toBe(all.length);
      const names = new Set(['pcie.0', ...ports.map(({ number }) => `port${number}`)]);
      for (const { bus, addr } of places) {
        expect(names.has(bus)).toBe(true);
        const [slot = '', fn] = addr.split('.');
        if (fn !== undefined && slot !== '0x1f') expect(all).toContain(`${bus}/${slot}`);
      }
      const slots = ports.map(({ slot }) => slot);
      const onFirst = places.filter(({ bus }) => bus === 'pcie.0').map(({ addr }) => Number.parseInt(addr, 16));
      expect(slots).toEqual(slots.toSorted((a, b) => a - b));
      expect(onFirst.filter((slot) => slots.includes(slot) || slot < 3)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

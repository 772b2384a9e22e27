import { expect, it } from 'vitest';
import { parseGuestEvents } from '../../../worker/host/vm-events.ts';

const at = (seconds: number, event: string, data?: object) =>
  JSON.stringify({ timestamp: { seconds, microseconds: 1 }, event, ...(data ? { data } : {}) });
const reset = (seconds: number, guest = true) =>
  at(seconds, 'RESET', { guest, reason: guest ? 'guest-reset' : 'host-qmp-system-reset' });

it('has seen nothing of a guest that runs', () => {
  const nothing = { reboots: 0, quietSeconds: null, ended: null };
  expect(parseGuestEvents([], 100)).toEqual(nothing);
  expect(parseGuestEvents([at(1, 'RESUME')], 100)).toEqual(nothing);
});

it('takes the resets of one reboot for one', () => {
  expect(parseGuestEvents([reset(10), reset(11), reset(12), reset(60), reset(60)], 100)).toMatchObject({
    ...{ reboots: 2, quietSeconds: 40 },
  });
});

it('does not count what a person at the console reset, nor what its firmware makes of it', () => {
  expect(parseGuestEvents([reset(10, false), reset(11), reset(11), reset(90)], 100)).toMatchObject({ reboots: 1 });
});

it('tells how the guest ended, unless it was started again', () => {
  const off = at(20, 'SHUTDOWN', { guest: true, reason: 'guest-shutdown' });
  expect(parseGuestEvents([reset(10), off], 30).ended).toBe('guest-shutdown');
  expect(parseGuestEvents([at(20, 'SHUTDOWN', { guest: true, reason: 'guest-reset' })], 30).ended).toBe('guest-reset');
  expect(parseGuestEvents([off, reset(21, false), at(22, 'RESUME')], 30).ended).toBeNull();
});

it('leaves out what it does not understand, such as a first line that was cut', () => {
  expect(parseGuestEvents(['"RESET", "data"', '{"event": "RESET"}', reset(10)], 5)).toEqual({
    ...{ reboots: 1, quietSeconds: 0, ended: null },
  });
});

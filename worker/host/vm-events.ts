import { z } from 'zod';

/** What QEMU's log of events says of the guest. */
export interface GuestEvents {
  /** How often the guest has rebooted by itself. */
  reboots: number;
  /** Seconds since the last reset, whoever made it; null where there was none. */
  quietSeconds: number | null;
  /** Why the VM stands still for good: QEMU's ShutdownCause, such as `guest-shutdown` or `guest-reset`. Null while it does not. */
  ended: string | null;
}

const Event = z.object({
  timestamp: z.object({ seconds: z.number() }),
  event: z.enum(['RESET', 'SHUTDOWN', 'RESUME']),
  data: z.object({ guest: z.boolean().optional(), reason: z.string().optional() }).optional(),
});
type Event = z.infer<typeof Event>;

/** SeaBIOS resets twice more before it starts a system anew: what is so close together is one reboot. */
const sameRebootSeconds = 10;

/**
 * @param lines of the log, oldest first
 * @param now the server's clock, in seconds: the events are told by the same
 */
export function parseGuestEvents(lines: readonly string[], now: number): GuestEvents {
  const events = lines.flatMap(parseEvent);
  const resets = events.filter(({ event }) => event === 'RESET');
  const reboots = resets.filter(({ data, timestamp }, index) => {
    const before = resets[index - 1];
    const apart = !before || timestamp.seconds - before.timestamp.seconds > sameRebootSeconds;
    return apart && data?.guest === true;
  });
  const last = resets.at(-1);
  const stop = events.findLast(({ event }) => event !== 'RESET');
  return {
    reboots: reboots.length,
    quietSeconds: last ? Math.max(0, now - last.timestamp.seconds) : null,
    ended: stop?.event === 'SHUTDOWN' ? (stop.data?.reason ?? '') : null,
  };
}

function parseEvent(line: string): Event[] {
  try {
    return [Event.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

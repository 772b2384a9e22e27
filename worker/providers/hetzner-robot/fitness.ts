import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { RobotBoot, RobotReset, RobotServer } from './schema.ts';

/** What people know the server by; its name may be empty. */
export function nameOf({ server_name: name, server_ip: address, server_number: number }: RobotServer): string {
  return name || address || String(number);
}

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause(server: RobotServer, boot: RobotBoot, reset: RobotReset | null): string | null {
  const [name, at] = [nameOf(server), `at ${about.title}`];
  if (server.status !== 'ready') return `${name} is "${server.status}" ${at}: wait until it is ready.`;
  if (server.rescue === false) return `${name} has no rescue system ${at}.`;
  if (reset === null || resetKind(reset) === null) {
    return `${name} cannot be reset by the API ${at}, so it would not get into its rescue system.`;
  }
  if (reset.operating_status === 'stopped') return `${name} is powered off ${at}: power it on first.`;
  const [active] = Object.entries(boot).find(([, configuration]) => configuration?.active) ?? [];
  if (active === undefined) return null;
  return `Somebody has activated "${active}" for the next boot of ${name} ${at}: deactivate it first.`;
}

/**
 * The reset to ask for; null where none is left. Never a technician's, and never the power button of a machine that
 * runs, which would only ask its system to shut down.
 */
export function resetKind({ type, operating_status: status }: RobotReset): string | null {
  const wanted = status === 'stopped' ? ['power', 'hw'] : ['hw', 'sw'];
  return wanted.find((kind) => type.includes(kind)) ?? null;
}

/** @throws XepaError device-unfit for a server with IPv6 alone */
export function addressOf(server: RobotServer): string {
  if (server.server_ip) return server.server_ip;
  const name = nameOf(server);
  throw new XepaError('device-unfit', {
    message: `server ${server.server_number} has no IPv4 address`,
    userMessage: `${name} has no IPv4 address, so its rescue system cannot be reached.`,
  });
}

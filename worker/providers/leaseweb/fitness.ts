import { XepaError } from '../../../core/errors.ts';
import { about } from './about.ts';
import type { LeasewebImage, LeasewebJob, LeasewebPower, LeasewebServer } from './schema.ts';

/** What people know the server by: the reference that its owner gave it, else its number. */
export function nameOf({ contract, id }: LeasewebServer): string {
  return contract?.reference || id;
}

/** It may stand there with the length of its network behind it. */
export function publicAddress({ networkInterfaces }: LeasewebServer): string | undefined {
  return networkInterfaces?.public?.ip?.split('/')[0] || undefined;
}

/** @throws XepaError device-unfit for a server without an address */
export function addressOf(server: LeasewebServer): string {
  const address = publicAddress(server);
  if (address !== undefined) return address;
  throw unfit(`${nameOf(server)} has no public IPv4 address, so its rescue system cannot be reached.`);
}

/** False where the API has said that it does not restart this server. */
export function canRestart({ featureAvailability }: LeasewebServer): boolean {
  return featureAvailability?.powerCycle !== false;
}

/** What stands at the provider about a server, for the question whether an install may begin. */
export interface Standing {
  server: LeasewebServer;
  /** Null where the API has no power over it. */
  power: LeasewebPower | null;
  jobs: readonly LeasewebJob[];
  /** The rescue system that XEPA would use. */
  image: LeasewebImage | null;
}

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause({ server, power, jobs, image }: Standing): string | null {
  const [name, at] = [nameOf(server), `at ${about.title}`];
  const withoutAutomation = server.featureAvailability?.automation === false;
  if (withoutAutomation)
    return `${name} has no automation ${at}, so the API cannot launch a rescue system: ask ${about.title} for it.`;
  if (power === null)
    return `${name} cannot be power-cycled by the API ${at}, so it would not get out of its rescue system: ask ${about.title} for it.`;
  if (isOff(power)) return `${name} is powered off ${at}: power it on first.`;
  if (server.networkInterfaces?.public?.nullRouted) {
    return `The address of ${name} is null-routed ${at}, so its rescue system cannot be reached: remove the null route first.`;
  }
  const running = jobs.find(({ isRunning }) => isRunning);
  if (running)
    return `${about.title} is at work on ${name} (${running.type}): wait until that is done, or expire the job.`;
  return image === null ? noRescue(server) : null;
}

/** @throws XepaError device-unfit where none is offered */
export function imageOrThrow(server: LeasewebServer, image: LeasewebImage | null): LeasewebImage {
  if (image !== null) return image;
  throw unfit(noRescue(server));
}

/** Live systems of Debian's family, the best known first: what XEPA brings along is tried with those. Never one for another processor. */
const families = [/grml/i, /debian/i, /ubuntu/i];

export function linuxImage(images: readonly LeasewebImage[]): LeasewebImage | null {
  const fitting = images.filter((image) => !/arm|aarch/i.test(wordsOf(image)));
  const found = families.map((family) => fitting.find((image) => family.test(wordsOf(image))));
  return found.find((image) => image !== undefined) ?? null;
}

/** Root needs no sudo; a provider that names nobody means root too. */
export function userOf(users: readonly string[]): string {
  return users.includes('root') ? 'root' : (users[0] ?? 'root');
}

function wordsOf({ id, name }: LeasewebImage): string {
  return `${id} ${name ?? ''}`;
}

function noRescue(server: LeasewebServer): string {
  return `${about.title} offers no rescue image of Debian's family (GRML) for ${nameOf(server)}: ask ${about.title} for one.`;
}

/** A supply that is on says little; one that is off says it all. */
export function isOff({ pdu, ipmi }: LeasewebPower): boolean {
  return [pdu?.status, ipmi?.status].some((status) => status?.toLowerCase() === 'off');
}

function unfit(text: string): XepaError {
  return new XepaError('device-unfit', { message: text, userMessage: text });
}

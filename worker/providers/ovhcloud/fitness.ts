import { XepaError } from '../../../core/errors.ts';
import { labelTags } from '../label-tags.ts';
import { about } from './about.ts';
import type { OvhBoot, OvhServer, OvhTask } from './schema.ts';

/** What people know the server by: a name that somebody gave it, else the provider's own. */
export function nameOf({ iam, name }: OvhServer): string {
  return iam?.displayName || name;
}

/** Without the provider's own. */
export function tagsOf({ iam }: OvhServer): string[] {
  return labelTags(Object.entries(iam?.tags ?? {}).filter(([key]) => !key.startsWith('ovh:')));
}

/** What stands at the provider about a server, for the question whether an install may begin. */
export interface Standing {
  server: OvhServer;
  /** What it is set to boot; null where nothing was chosen. */
  boot: OvhBoot | null;
  /** What the provider is at. */
  tasks: readonly OvhTask[];
  /** The rescue system that XEPA would use. */
  rescue: OvhBoot | null;
}

/** Why an install must not begin on this server, with what to do; null when it may. */
export function blockedBecause({ server, boot, tasks, rescue }: Standing): string | null {
  const [name, at] = [nameOf(server), `at ${about.title}`];
  if (server.state !== 'ok') return `${name} is in the state "${server.state}" ${at}: it must be "ok" first.`;
  if (server.powerState === 'poweroff') return `${name} is powered off ${at}: power it on first.`;
  const [task] = tasks;
  if (task) return `${about.title} is at work on ${name} (${task.function}): wait until that is done.`;
  if (server.bootScript) {
    return `${name} boots an iPXE script of your own ${at}, so it would not boot what was installed: set it to boot from its disk first.`;
  }
  if (boot !== null && boot.bootType !== 'harddisk') {
    return `${name} is set to boot "${boot.description}" (${boot.bootType}) ${at}: set it to boot from its disk first.`;
  }
  if (rescue === null) return `${name} has no Linux rescue system ${at}.`;
  return null;
}

/** The Linux among the rescue systems: the customer's one where several are offered, never one of Windows. */
export function linuxRescue(boots: readonly OvhBoot[]): OvhBoot | null {
  const linux = boots.filter(({ kernel, description }) => !/win/i.test(`${kernel} ${description}`));
  return linux.find(({ kernel }) => /customer/i.test(kernel)) ?? linux[0] ?? null;
}

/** A task that came to nothing. */
export function cameToNothing({ status }: OvhTask): boolean {
  return ['cancelled', 'customerError', 'ovhError'].includes(status);
}

/** @throws XepaError device-unfit for a server without an address */
export function addressOf(server: OvhServer): string {
  if (server.ip) return server.ip;
  const text = `${nameOf(server)} has no IPv4 address, so its rescue system cannot be reached.`;
  throw new XepaError('device-unfit', { message: text, userMessage: text });
}

import { createLatCall, type LatAccess } from './client.ts';
import { Anything, type LatServer, ServerAnswer, ServerPage } from './schema.ts';

const PAGE_SIZE = 100;

/** The calls that a rescue needs. Each may be repeated, but for those that restart. */
export function createLatServers(access: LatAccess) {
  const call = createLatCall(access);
  const pathOf = (id: string) => `/servers/${encodeURIComponent(id)}`;

  return {
    /** All of the team's. No answer says how many there are, so pages are read until one brings nothing new. */
    async servers(signal: AbortSignal): Promise<LatServer[]> {
      const all = new Map<string, LatServer>();
      for (let number = 1; ; number += 1) {
        const known = all.size;
        const path = `/servers?page[size]=${PAGE_SIZE}&page[number]=${number}`;
        for (const server of (await call(ServerPage, { path, signal })).data) all.set(server.id, server);
        if (all.size === known) return [...all.values()];
      }
    },

    server: async (id: string, signal: AbortSignal): Promise<LatServer> =>
      (await call(ServerAnswer, { path: pathOf(id), signal })).data,

    async startRescue(id: string, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/rescue_mode`, signal });
    },

    async exitRescue(id: string, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/exit_rescue_mode`, signal });
    },

    async reboot(id: string, signal: AbortSignal): Promise<void> {
      const body = { data: { type: 'actions', attributes: { action: 'reboot' } } };
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/actions`, body, signal });
    },
  };
}

import { unlessNotFound } from '../http.ts';
import { createOvhCall, type OvhAccess } from './client.ts';
import { Anything, Names, Numbers, OvhBoot, type OvhSaved, OvhServer, OvhTask } from './schema.ts';

/** Settings of a server, as they are sent. */
export type OvhSettings = Partial<Omit<OvhSaved, 'newestRestart'>>;

/** The calls that a rescue needs. Each may be repeated, but for `reboot`. */
export function createOvhServers(access: OvhAccess) {
  const call = createOvhCall(access);
  const pathOf = (name: string) => `/dedicated/server/${encodeURIComponent(name)}`;

  const boot = (name: string, bootId: number, signal: AbortSignal): Promise<OvhBoot> =>
    call(OvhBoot, { path: `${pathOf(name)}/boot/${bootId}`, signal });
  const task = (name: string, taskId: number, signal: AbortSignal): Promise<OvhTask> =>
    call(OvhTask, { path: `${pathOf(name)}/task/${taskId}`, signal });

  return {
    names: (signal: AbortSignal): Promise<string[]> => call(Names, { path: '/dedicated/server', signal }),

    server: (name: string, signal: AbortSignal): Promise<OvhServer> => call(OvhServer, { path: pathOf(name), signal }),

    async change(name: string, settings: OvhSettings, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'PUT', path: pathOf(name), body: settings, signal });
    },

    boot,

    /** All systems of one kind that the server can be made to boot. */
    async boots(name: string, bootType: 'harddisk' | 'rescue', signal: AbortSignal): Promise<OvhBoot[]> {
      const ids = await call(Numbers, { path: `${pathOf(name)}/boot?bootType=${bootType}`, signal });
      return Promise.all(ids.map((id) => boot(name, id, signal)));
    },

    /** Ids of all restarts that the provider remembers: they only ever grow. */
    restarts: (name: string, signal: AbortSignal): Promise<number[]> =>
      unlessNotFound(call(Numbers, { path: `${pathOf(name)}/task?function=hardReboot`, signal }), []),

    task,

    /** Tasks that the provider is at, or will be. */
    async openTasks(name: string, signal: AbortSignal): Promise<OvhTask[]> {
      const found = await Promise.all(
        ['init', 'todo', 'doing'].map((status) =>
          unlessNotFound(call(Numbers, { path: `${pathOf(name)}/task?status=${status}`, signal }), []),
        ),
      );
      return Promise.all(found.flat().map((id) => task(name, id, signal)));
    },

    async reboot(name: string, signal: AbortSignal): Promise<void> {
      await call(OvhTask, { method: 'POST', path: `${pathOf(name)}/reboot`, signal });
    },
  };
}

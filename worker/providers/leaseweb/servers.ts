import { unlessNotFound } from '../http.ts';
import { createLeasewebCall, type LeasewebAccess } from './client.ts';
import {
  Anything,
  ImagePage,
  JobPage,
  type LeasewebImage,
  LeasewebJob,
  LeasewebPower,
  LeasewebServer,
  LoginPage,
  ServerPage,
} from './schema.ts';

/** The calls that a rescue needs. Each may be repeated, but for `launchRescue` and a power cycle. */
export function createLeasewebServers(access: LeasewebAccess) {
  const { call, list } = createLeasewebCall(access);
  const pathOf = (id: string) => `/servers/${encodeURIComponent(id)}`;

  return {
    servers: (signal: AbortSignal): Promise<LeasewebServer[]> =>
      list(ServerPage, ({ servers }) => servers, { path: '/servers', signal }),

    server: (id: string, signal: AbortSignal): Promise<LeasewebServer> =>
      call(LeasewebServer, { path: pathOf(id), signal }),

    power: (id: string, signal: AbortSignal): Promise<LeasewebPower> =>
      call(LeasewebPower, { path: `${pathOf(id)}/powerInfo`, signal }),

    /** All that the provider remembers of the server, in no particular order. */
    jobs: (id: string, signal: AbortSignal): Promise<LeasewebJob[]> =>
      list(JobPage, ({ jobs }) => jobs, { path: `${pathOf(id)}/jobs`, signal }),

    /** Rescue systems for servers of this kind. */
    images(chassis: string | null | undefined, signal: AbortSignal): Promise<LeasewebImage[]> {
      const path = chassis ? `/rescueImages?chassis=${encodeURIComponent(chassis)}` : '/rescueImages';
      return list(ImagePage, ({ rescueImages }) => rescueImages, { path, signal });
    },

    /** Users of the rescue system. */
    async rescueUsers(id: string, signal: AbortSignal): Promise<string[]> {
      const path = `${pathOf(id)}/credentials/RESCUE_MODE`;
      const logins = await unlessNotFound(
        list(LoginPage, ({ credentials }) => credentials, { path, signal }),
        [],
      );
      return logins.map(({ username }) => username);
    },

    /** Restarts the server into rescue. */
    async launchRescue(id: string, wish: { image: string; publicKey: string }, signal: AbortSignal): Promise<void> {
      const body = { rescueImageId: wish.image, sshKeys: wish.publicKey.trim(), powerCycle: true };
      await call(LeasewebJob, { method: 'POST', path: `${pathOf(id)}/rescueMode`, body, signal });
    },

    /** Closes the job that runs; nothing happens to the server. */
    async expireJob(id: string, signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/expireActiveJob`, signal });
    },

    async restart(id: string, how: 'powerCycle' | 'powerOn', signal: AbortSignal): Promise<void> {
      await call(Anything, { method: 'POST', path: `${pathOf(id)}/${how}`, signal });
    },
  };
}

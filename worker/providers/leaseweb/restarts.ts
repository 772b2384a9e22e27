import { XepaError } from '../../../core/errors.ts';
import type { AdapterDeps } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import { about } from './about.ts';
import { isOff } from './fitness.ts';
import { isLaunch, type Launches, launchesAfter } from './history.ts';
import type { LeasewebJob } from './schema.ts';
import type { createLeasewebServers } from './servers.ts';

export interface RestartOptions {
  /** Port of the rescue system's sshd. */
  sshPort: number;
  resets: ResetLedger;
  readHostKey: AdapterDeps['readHostKey'];
}

const PROBE_MS = 5_000;

/** What goes before a restart, and the one that the provider keeps no record of. */
export function createRestarts(options: RestartOptions, api: ReturnType<typeof createLeasewebServers>) {
  const { resets, sshPort: port, readHostKey } = options;

  return {
    /** The server's host key, looked at without logging in; empty where nothing answers. */
    presentedBy: async (host: string) => (await readHostKey({ host, port, timeoutMs: PROBE_MS })) ?? '',

    /** A launch that did not come to its end would hold up the next one, or repeat itself: ours is closed, others are waited for. */
    async endOwnJob(id: string, jobs: readonly LeasewebJob[], before: Launches, signal: AbortSignal): Promise<void> {
      const running = jobs.filter(({ isRunning }) => isRunning);
      const ours = launchesAfter(jobs, before);
      const foreign = running.find((job) => !ours.includes(job));
      if (foreign) throw atWork(id, foreign);
      if (running.length > 0) await api.expireJob(id, signal);
    },

    async restart(id: string, signal: AbortSignal): Promise<void> {
      const how = isOff(await api.power(id, signal)) ? 'powerOn' : 'powerCycle';
      await notedRestart(resets, id, () => api.restart(id, how, signal));
    },
  };
}

function atWork(id: string, job: LeasewebJob): XepaError {
  const what = isLaunch(job) ? 'a rescue that XEPA did not ask for' : job.type;
  return new XepaError('provider-unavailable', {
    message: `a job runs on server ${id}: ${job.type}`,
    userMessage: `${about.title} is at work on the server (${what}); XEPA waits until that is over.`,
    retry: 'backoff',
  });
}

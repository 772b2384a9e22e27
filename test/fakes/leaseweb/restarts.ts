import { bootInto } from '../deferred-work.ts';
import { activeJob, type LeasewebJob, type LeasewebServer } from './account.ts';

/** What is booted is decided at the boot. `job`: what the restart is a part of. */
export async function restart(server: LeasewebServer, job: LeasewebJob | null): Promise<void> {
  // A job that was closed before its restart makes none.
  if (job !== null && job.status !== 'ACTIVE') return;
  // While a launch into rescue goes on, every boot leads there.
  const active = activeJob(server);
  const launch = active?.type === 'rescueMode' ? active : null;
  server.authorise(launch?.publicKeys ?? []);
  if (launch && !server.rescueUsers.includes('root')) server.rescueUsers.push('root');
  const went = await bootInto(server.machine, launch ? 'rescue' : 'disk');
  if (job !== null && !server.neverReports) job.status = went ? 'FINISHED' : 'FAILED';
}

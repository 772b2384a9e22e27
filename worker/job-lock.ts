/** BullMQ's lock on a job: while it is renewed, no other worker is handed the job. */
export interface JobLock {
  /** It is somebody else's by now. */
  isLost(): boolean;
  release(): void;
}

/** What of BullMQ's job is needed here. */
interface Lockable {
  /** @returns 1 when it was renewed */
  extendLock(token: string, ms: number): Promise<number>;
}

/** BullMQ's codes for a job that somebody else has by now: its lock is gone, is another one's, or it is not active. */
const notOurs = [-2, -3, -6];

/**
 * Renews the lock of one run. BullMQ's own renewal goes by the job's id, and a run that ends while the next one of the
 * same job begins would stop the renewal of both.
 * @param lost called when the lock is somebody else's; a Redis that does not answer is asked again
 */
export function keepLock(job: Lockable, hold: { token: string; lockMs: number; lost(): void }): JobLock {
  let gone = false;
  const renew = async () => {
    const answer = await job.extendLock(hold.token, hold.lockMs).catch((error: unknown) => (isNotOurs(error) ? 0 : 1));
    if (answer === 1) return;
    gone = true;
    release();
    hold.lost();
  };
  const timer = setInterval(renew, hold.lockMs / 4);
  const release = () => clearInterval(timer);
  return { isLost: () => gone, release };
}

/** True for an error of BullMQ that says that the job is in other hands. */
export function isNotOurs(error: unknown): boolean {
  return error instanceof Error && 'code' in error && notOurs.includes(Number(error.code));
}

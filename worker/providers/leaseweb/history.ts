import { z } from 'zod';
import type { LeasewebJob } from './schema.ts';

/** Launches into rescue that the provider knew at one time: when the newest was made, and which ones were made then. */
export interface Launches {
  at: number;
  uuids: readonly string[];
}

/** What is kept of the server before anything is changed. */
export const Saved = z.object({ launches: z.object({ at: z.number(), uuids: z.array(z.string()) }) });

/** "Before this request". `hostKey`: what the server presented then; empty where nothing answered. */
export interface Before {
  launches: Launches;
  resets: number;
  hostKey: string;
}

export const noLaunches: Launches = { at: 0, uuids: [] };

export function isLaunch({ type }: LeasewebJob): boolean {
  return type === 'rescueMode';
}

export function launchesOf(jobs: readonly LeasewebJob[]): Launches {
  const launches = jobs.filter(isLaunch);
  const at = Math.max(noLaunches.at, ...launches.map(timeOf));
  const newest = launches.filter((job) => timeOf(job) === at);
  return { at, uuids: newest.map(({ uuid }) => uuid).toSorted() };
}

/** Launches that came later. Times are compared with each other alone: all are the provider's. */
export function launchesAfter(jobs: readonly LeasewebJob[], { at, uuids }: Launches): LeasewebJob[] {
  const isLater = (job: LeasewebJob) => timeOf(job) > at || (timeOf(job) === at && !uuids.includes(job.uuid));
  return jobs.filter((job) => isLaunch(job) && isLater(job));
}

export function writeMarker({ launches, resets, hostKey }: Before): string {
  return [resets, hostKey, launches.at, ...launches.uuids].join(' ');
}

export function readMarker(marker: string): Before {
  const [resets = '', hostKey = '', at = '', ...uuids] = marker.split(' ');
  return { resets: Number(resets), hostKey, launches: { at: Number(at), uuids } };
}

function timeOf({ createdAt }: LeasewebJob): number {
  return Date.parse(createdAt);
}

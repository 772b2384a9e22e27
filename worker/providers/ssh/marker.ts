import { z } from 'zod';

/** What is kept of the machine before anything is changed: how often it was restarted by us. */
export const Saved = z.object({ resets: z.number().default(0) });

/** "Before this request". `bootId`: of the rescue system that answered then; empty where none did. */
export interface Before {
  bootId: string;
  resets: number;
}

export function writeMarker({ bootId, resets }: Before): string {
  return `${bootId} ${resets}`;
}

/** Markers of earlier versions are a boot id alone. */
export function readMarker(marker: string): Before {
  const [bootId = '', resets = '0'] = marker.split(' ');
  return { bootId, resets: Number(resets) };
}

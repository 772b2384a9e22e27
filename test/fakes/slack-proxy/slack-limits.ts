import type { CallArguments } from './fault-book.ts';

/** Slack's own limits: edits per minute for the workspace; posts per second for a channel, after a short burst. */
const UPDATES_PER_MINUTE = 50;
const POST_BURST = 5;
const MINUTE_MS = 60_000;

/** Seconds until the call may be made again, or null when it may be made now (and then it counts). */
export type Limiter = (method: string, args: CallArguments, nowMs: number) => number | null;

export function createSlackLimits(): Limiter {
  const updates: number[] = [];
  const channels = new Map<string, { level: number; at: number }>();
  const update = (now: number): number | null => {
    while (updates.length > 0 && (updates[0] ?? now) <= now - MINUTE_MS) updates.shift();
    if (updates.length >= UPDATES_PER_MINUTE) return Math.ceil(((updates[0] ?? now) + MINUTE_MS - now) / 1000);
    updates.push(now);
    return null;
  };
  const post = (channel: string, now: number): number | null => {
    const known = channels.get(channel) ?? { level: POST_BURST, at: now };
    const level = Math.min(POST_BURST, known.level + (now - known.at) / 1000);
    channels.set(channel, { level: level >= 1 ? level - 1 : level, at: now });
    return level >= 1 ? null : 1;
  };
  return (method, args, now) => {
    if (method === 'chat.update') return update(now);
    return method === 'chat.postMessage' ? post(args.channel ?? '', now) : null;
  };
}

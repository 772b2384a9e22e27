import type { Logger } from '../core/log.ts';
import { UnknownWorkspace } from './installations.ts';

/**
 * What Bolt could not hand to us. Deliveries of a workspace without an installation are nothing of ours: Slack hears that
 * they came, nothing runs, and each such workspace is told to the log once.
 */
export function reportUnhandled(log: Logger): (err: Error) => Promise<void> {
  const told = new Set<string>();
  return async (err) => {
    const unknown = unknownIn(err);
    if (unknown === null) return log.error({ err }, 'a delivery from Slack was not handled');
    if (told.has(unknown.id)) return;
    told.add(unknown.id);
    log.warn({ workspace: unknown.id }, 'a delivery came from a workspace in which the app is not installed');
  };
}

/** Bolt wraps what our store throws, twice. */
function unknownIn(err: unknown): UnknownWorkspace | null {
  if (err instanceof UnknownWorkspace) return err;
  if (!(err instanceof Error)) return null;
  return unknownIn('original' in err ? err.original : err.cause);
}

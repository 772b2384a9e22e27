import { z } from 'zod';
import type { Logger } from '../core/log.ts';
import { UnknownWorkspace } from './installations.ts';

/** Where a person waits for an answer, if there is somebody. */
const Waiting = z.object({ response_url: z.url() });
const ANSWER_MS = 3_000;
const sorry = 'XEPA could not look up this workspace just now, so *nothing was done*. Try again in a minute.';

/**
 * What Bolt could not hand to us. Deliveries of a workspace without an installation are nothing of ours: Slack hears that
 * they came, nothing runs, and each such workspace is told to the log once. When the token itself could not be looked
 * up, as while Redis is down, the person hears of it, for which no token is needed.
 */
export function reportUnhandled(log: Logger): (failed: { error: Error; body: unknown }) => Promise<void> {
  const told = new Set<string>();
  return async ({ error, body }) => {
    const unknown = unknownIn(error);
    if (unknown === null) {
      log.error({ err: error }, 'a delivery from Slack was not handled');
      if ('code' in error && error.code === 'slack_bolt_authorization_error') await apologise(log, body);
    } else if (!told.has(unknown.id)) {
      told.add(unknown.id);
      log.warn({ workspace: unknown.id }, 'a delivery came from a workspace in which the app is not installed');
    }
  };
}

async function apologise(log: Logger, body: unknown): Promise<void> {
  const waiting = Waiting.safeParse(body);
  if (!waiting.success) return;
  const answer = { text: sorry, response_type: 'ephemeral', replace_original: false };
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
  await fetch(waiting.data.response_url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }).catch((err: unknown) =>
    log.warn({ err }, 'could not tell the person about an error'),
  );
}

/** Bolt wraps what our store throws, twice. */
function unknownIn(err: unknown): UnknownWorkspace | null {
  if (err instanceof UnknownWorkspace) return err;
  if (!(err instanceof Error)) return null;
  return unknownIn('original' in err ? err.original : err.cause);
}

import { XepaError } from '../../core/errors.ts';
import type { ResetLedger } from './reset-ledger.ts';

/** Noted before it is sent, and again when it was taken: what became of one in between has to be found out. */
export async function notedRestart(resets: ResetLedger, deviceId: string, send: () => Promise<void>): Promise<void> {
  await resets.take(deviceId);
  try {
    await send();
  } catch (error) {
    if (isRefusal(error)) await resets.refused(deviceId);
    throw error;
  }
  await resets.heard(deviceId);
}

/** An answer that says no. A failure of the API, or no answer, leaves it open. */
function isRefusal(error: unknown): boolean {
  return error instanceof XepaError && error.code !== 'provider-unavailable';
}

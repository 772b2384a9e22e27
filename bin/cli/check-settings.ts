import { readConfig } from '../../bot/config.ts';
import { toXepaError, XepaError } from '../../core/errors.ts';
import { readConsoleSettings } from '../../web-console/config.ts';
import { readWorkerConfig } from '../../worker/config.ts';
import type { Environment } from './main.ts';

const readers: Record<string, (source: Environment) => unknown> = {
  bot: readConfig,
  worker: readWorkerConfig,
  'web-console': readConsoleSettings,
};

/**
 * Reads the settings of all three processes, so that a newcomer sees everything that is missing at once.
 * @throws XepaError bad-config with what each process says
 */
export function checkSettings(source: Environment): void {
  const faults: string[] = [];
  for (const [name, read] of Object.entries(readers)) {
    const said = faultOf(() => read(source));
    if (said !== null) faults.push(`${name}: ${said}`);
  }
  if (faults.length === 0) return;
  const text = faults.join('\n\n');
  throw new XepaError('bad-config', { message: text, userMessage: text });
}

/** What a person should read when the settings are bad; any other error is not ours to tell. */
function faultOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (thrown) {
    const error = toXepaError(thrown);
    if (error.code !== 'bad-config') throw thrown;
    return error.userMessage;
  }
}

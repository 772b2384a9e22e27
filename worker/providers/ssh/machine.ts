import { XepaError } from '../../../core/errors.ts';
import { type Command, ignoreOutput, trimmedOutput } from '../../../core/ssh/command.ts';
import type { HostShell, OpenShell } from '../../../core/ssh/host-shell.ts';
import type { InstallKey, RescueAccess } from '../types.ts';
import { addKeyCommand } from './install-key.ts';
import type { SshDevice } from './schema.ts';

export interface SshDeviceWithKey extends SshDevice {
  privateKey: string;
}

const COMMAND_MS = 30_000;
/** While a machine restarts, a connection may be taken by its network long before anything can answer it. */
const LOOK_MS = 6_000;

/** Who is asked: root, or the user whose keys are in a home of its own. */
type As = 'root' | 'the user';

/** One machine, by the key of its operator and the host key of its rescue system: each call logs in anew. */
export function createSshMachine(device: SshDeviceWithKey, openShell: OpenShell) {
  const { host, port, user } = device;
  const hostKey = device.hostKey.split(' ')[1] ?? '';
  const access = { host, port, user, sudo: user !== 'root', hostKey };

  /** @param patience ends only the wait for a connection */
  async function connected<T>(
    as: As,
    use: (shell: HostShell) => Promise<T>,
    signal: AbortSignal,
    patience: AbortSignal = signal,
  ): Promise<T> {
    const address = { ...access, sudo: access.sudo && as === 'root' };
    const { shell } = await openShell(address, device.privateKey, AbortSignal.any([signal, patience]));
    try {
      return await use(shell);
    } finally {
      shell.close();
    }
  }

  /** @throws XepaError unreachable also where it does not answer soon */
  async function soon<T>(use: (shell: HostShell) => Promise<T>, signal: AbortSignal): Promise<T> {
    const patience = AbortSignal.timeout(LOOK_MS);
    try {
      return await connected('the user', use, signal, patience);
    } catch (error) {
      signal.throwIfAborted();
      const stopped = error instanceof XepaError && error.code === 'cancelled';
      throw stopped && patience.aborted ? silent(host) : error;
    }
  }

  /** Empty where no rescue system of this machine answers now. */
  async function bootIdNow(signal: AbortSignal): Promise<string> {
    try {
      return await soon((shell) => shell.exec(bootIdCommand, signal), signal);
    } catch (error) {
      if (missingBecause(error) === null) throw error;
      return '';
    }
  }

  return {
    access: { ...access, published: [] } satisfies RescueAccess,

    bootId: (signal: AbortSignal): Promise<string> =>
      connected('root', (shell) => shell.exec(bootIdCommand, signal), signal),

    bootIdNow,

    asUser: (command: Command<undefined>, signal: AbortSignal) =>
      connected('the user', (shell) => shell.exec(command, signal), signal),

    /** Lets the install's key into a rescue system that came up after `before`. Answers with what is still waited for, or null. */
    async letIn(key: InstallKey, before: string, signal: AbortSignal): Promise<string | null> {
      const enter = async (shell: HostShell) => {
        if ((await shell.exec(bootIdCommand, signal)) === before)
          return 'the server to restart; the rescue system of before answers';
        await shell.exec(addKeyCommand(key), signal);
        return null;
      };
      try {
        return await soon(enter, signal);
      } catch (error) {
        const missing = missingBecause(error);
        if (missing === null) throw error;
        return missing;
      }
    },

    /**
     * Has it restart itself out of the rescue system `running`. The line is cut while the command still runs: that is
     * what success looks like, unless the same system still answers.
     * @throws XepaError provider-unavailable where it does
     */
    async reboot(running: string, signal: AbortSignal): Promise<void> {
      const cut = await connected('root', (shell) => rebootOver(shell, device, signal), signal);
      if (cut && (await bootIdNow(signal)) === running) throw stillThere(device.name);
    },
  };
}

const bootIdCommand: Command<string> = {
  argv: ['cat', '/proc/sys/kernel/random/boot_id'],
  timeoutMs: COMMAND_MS,
  parse: trimmedOutput,
};

/** Ended by a signal, told by the server (128) or by its shell: what a shutdown does to the command that asked for it. */
const shutDownCodes = [128, 129, 137, 143];

/** True where nobody said how the command ended. */
async function rebootOver(shell: HostShell, { reboot: argv }: SshDevice, signal: AbortSignal): Promise<boolean> {
  try {
    await shell.exec({ argv, timeoutMs: COMMAND_MS, okCodes: [0, ...shutDownCodes], parse: ignoreOutput }, signal);
    return false;
  } catch (error) {
    const unsaid = error instanceof XepaError && ['unreachable', 'host-command-timeout'].includes(error.code);
    if (unsaid) return true;
    throw error;
  }
}

/** What is waited for where no rescue system of this machine answers; null where something else is wrong. */
function missingBecause(error: unknown): string | null {
  if (!(error instanceof XepaError)) return null;
  if (error.code === 'host-key-changed')
    return 'the rescue system; what answers SSH now has another host key than the device file';
  if (error.code === 'not-allowed') return 'the rescue system; what answers SSH now refuses the key of the device file';
  const silent = error.code === 'unreachable' || error.code.startsWith('host-command');
  return silent ? 'the rescue system to answer SSH' : null;
}

function silent(host: string): XepaError {
  const text = `The server at ${host} does not answer SSH.`;
  return new XepaError('unreachable', { message: text, userMessage: text, retry: 'backoff' });
}

function stillThere(name: string): XepaError {
  const text = `The connection to ${name} was cut before its reboot command had ended, and it still runs its rescue system.`;
  return new XepaError('provider-unavailable', { message: text, userMessage: text, retry: 'backoff' });
}

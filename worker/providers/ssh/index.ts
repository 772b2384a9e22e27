import { XepaError } from '../../../core/errors.ts';
import { type Command, ignoreOutput, trimmedOutput } from '../../../core/ssh/command.ts';
import type { HostShell, OpenShell } from '../../../core/ssh/host-shell.ts';
import type { Adapter } from '../adapter.ts';
import type { ProviderAbout } from '../capabilities.ts';
import type { Provider } from '../types.ts';
import type { SshDevice } from './schema.ts';

const id = 'ssh';
const about: ProviderAbout = {
  id,
  title: 'SSH',
  capabilities: {
    rescueEntry: 'external',
    keyDelivery: 'by-ssh',
    hostKeys: 'from-config',
    readinessHint: 'none',
    pollSeconds: 1,
    activationMinutes: null,
    leave: 'own-command',
    bootPath: 'unknown',
    networkBootFirst: 'unknown',
    power: [],
    ownKernel: 'yours',
    lifeline: 'none',
    legacy: false,
  },
  tested: ['lab-install'],
};
const COMMAND_MS = 30_000;

export interface SshDeviceWithKey extends SshDevice {
  privateKey: string;
}

export const ssh: Adapter = {
  about,
  needs: ['XEPA_SSH_DEVICES'],
  connect: ({ sshDevices: devices }, { openShell }) =>
    devices.length > 0 ? createSshProvider({ devices, openShell }) : null,
};

/** Bring your own rescue: any Linux in RAM that is reachable by SSH. Leaving it is the machine's own reboot. */
export function createSshProvider(options: { devices: readonly SshDeviceWithKey[]; openShell: OpenShell }): Provider {
  const find = (deviceId: string): SshDeviceWithKey => {
    const device = options.devices.find((candidate) => candidate.name === deviceId);
    if (device) return device;
    throw new XepaError('not-found', {
      message: `no ssh device ${deviceId}`,
      userMessage: `There is no SSH device \`${deviceId}\` in the configuration.`,
    });
  };
  const connected = async <T>(device: SshDeviceWithKey, use: (shell: HostShell) => Promise<T>, at: At): Promise<T> => {
    const address = addressOf(device);
    const { shell } = await options.openShell(
      { ...address, sudo: at.sudo ?? address.sudo },
      device.privateKey,
      at.signal,
    );
    try {
      return await use(shell);
    } finally {
      shell.close();
    }
  };

  return {
    ...about,
    listDevices: async () =>
      options.devices.map(({ name, host, tags }) => ({ provider: id, id: name, name, address: host, tags })),

    async getServer(deviceId, signal) {
      const device = find(deviceId);
      const marker = await connected(device, (shell) => shell.exec(bootId, signal), { signal });
      return { name: device.name, address: device.host, macs: [], blocked: null, saved: {}, marker };
    },

    async addKey(deviceId, key, signal) {
      await connected(find(deviceId), (shell) => shell.exec(addKeyCommand(key), signal), asTheUser(signal));
    },

    async removeKey(deviceId, label, signal) {
      const remove = (shell: HostShell) => shell.exec(removeKeyCommand(label), signal);
      await connected(find(deviceId), remove, asTheUser(signal)).catch(unlessAnotherSystem);
    },

    // Whoever owns the machine has brought the rescue up; the proof in `reach` decides whether it is one.
    enterRescue: async () => undefined,
    rescueAccess: async (deviceId) => ({ ...addressOf(find(deviceId)), published: [] }),

    async leaveRescue(deviceId, request, signal) {
      const device = find(deviceId);
      const leave = async (shell: HostShell) => {
        if ((await shell.exec(bootId, signal)) === request.marker) await reboot(shell, device, signal);
      };
      await connected(device, leave, { signal }).catch(unlessAnotherSystem);
    },
  };
}

interface At {
  signal: AbortSignal;
  /** Else as the device says. */
  sudo?: boolean;
}

/** The user's keys are in a home of its own. */
function asTheUser(signal: AbortSignal): At {
  return { signal, sudo: false };
}

function addressOf(device: SshDeviceWithKey) {
  const { host, port, user } = device;
  return { host, port, user, sudo: user !== 'root', hostKey: device.hostKey.split(' ')[1] ?? '' };
}

/** Another host key than the rescue's: the machine runs its installed system, and the rescue's memory is gone. */
function unlessAnotherSystem(error: unknown): void {
  if (!(error instanceof XepaError) || error.code !== 'host-key-changed') throw error;
}

/** Ended by a signal, told by the server (128) or by its shell: what a shutdown does to the command that asked for it. */
const shutDownCodes = [128, 129, 137, 143];

/** The line is cut while the command still runs: that is what success looks like. */
async function reboot(shell: HostShell, device: SshDeviceWithKey, signal: AbortSignal): Promise<void> {
  try {
    await shell.exec(
      { argv: device.reboot, timeoutMs: COMMAND_MS, okCodes: [0, ...shutDownCodes], parse: ignoreOutput },
      signal,
    );
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'unreachable') throw error;
  }
}

const bootId: Command<string> = {
  argv: ['cat', '/proc/sys/kernel/random/boot_id'],
  timeoutMs: COMMAND_MS,
  parse: trimmedOutput,
};

const addKeyScript = `set -eu
umask 077
file=$HOME/.ssh/authorized_keys
mkdir -p "$HOME/.ssh"
touch "$file"
if [ -n "$(tail -c 1 "$file")" ]; then echo >> "$file"; fi
grep -qF -- "$1" "$file" || printf '%s\\n' "$1" >> "$file"
`;

/** The key's comment is its label, so that it can be found again. */
function addKeyCommand(key: { label: string; publicKey: string }): Command<undefined> {
  const [type, body] = key.publicKey.split(' ');
  const line = `${type} ${body} ${key.label}`;
  return { argv: ['sh', '-s', '--', line], stdin: addKeyScript, timeoutMs: COMMAND_MS, parse: ignoreOutput };
}

/** Line by line and by the whole comment: a longer label that begins the same is another key. */
const removeKeyScript = `set -eu
umask 077
file=$HOME/.ssh/authorized_keys
[ -f "$file" ] || exit 0
while IFS= read -r line || [ -n "$line" ]; do
  case $line in *" $1") ;; *) printf '%s\\n' "$line" ;; esac
done < "$file" > "$file.xepa"
cat "$file.xepa" > "$file"
rm -f "$file.xepa"
`;

function removeKeyCommand(label: string): Command<undefined> {
  return { argv: ['sh', '-s', '--', label], stdin: removeKeyScript, timeoutMs: COMMAND_MS, parse: ignoreOutput };
}

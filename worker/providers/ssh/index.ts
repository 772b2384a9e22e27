import { XepaError } from '../../../core/errors.ts';
import type { OpenShell } from '../../../core/ssh/host-shell.ts';
import type { Adapter } from '../adapter.ts';
import { notedRestart } from '../noted-restart.ts';
import type { ResetLedger } from '../reset-ledger.ts';
import type { Provider } from '../types.ts';
import { about, commanded } from './about.ts';
import { addKeyCommand, removeKeyCommand } from './install-key.ts';
import { createSshMachine, type SshDeviceWithKey } from './machine.ts';
import { type Before, readMarker, Saved, writeMarker } from './marker.ts';
import { type OwnCommand, type RunOwnCommand, runOwnCommand } from './own-command.ts';

export interface SshOptions {
  devices: readonly SshDeviceWithKey[];
  openShell: OpenShell;
  resets: ResetLedger;
  runCommand: RunOwnCommand;
}

export const ssh: Adapter = {
  about,
  needs: ['XEPA_SSH_DEVICES'],
  connect({ sshDevices: devices }, { openShell, openLedger }) {
    if (devices.length === 0) return null;
    // A history only: nobody limits it.
    const resets = openLedger({ provider: about, limit: Number.MAX_SAFE_INTEGER, windowMs: 60_000 });
    return createSshProvider({ devices, openShell, resets, runCommand: runOwnCommand });
  },
};

/**
 * Bring your own rescue: any Linux in RAM that is reachable by SSH. Who brings it up is its operator, or a command of
 * theirs; leaving it is the machine's own reboot, or another command.
 */
export function createSshProvider({ devices, openShell, resets, runCommand }: SshOptions): Provider {
  const find = (deviceId: string): SshDeviceWithKey => {
    const device = devices.find((candidate) => candidate.name === deviceId);
    if (device) return device;
    throw new XepaError('not-found', {
      message: `no ssh device ${deviceId}`,
      userMessage: `There is no SSH device \`${deviceId}\` in the configuration.`,
    });
  };
  const machineOf = (deviceId: string) => createSshMachine(find(deviceId), openShell);

  async function command(deviceId: string, name: OwnCommand['name'], signal: AbortSignal): Promise<void> {
    const { [name]: argv = [], commandSeconds } = find(deviceId);
    const asked = { name, device: deviceId, argv, timeoutMs: commandSeconds * 1_000 };
    await notedRestart(resets, deviceId, () => runCommand(asked, signal));
  }

  /** A machine that answers no more, or as another system, has left. */
  async function rebootItself(deviceId: string, { bootId, resets: known }: Before, signal: AbortSignal): Promise<void> {
    const machine = machineOf(deviceId);
    try {
      if ((await machine.bootId(signal)) !== bootId) return;
      await notedRestart(resets, deviceId, () => machine.reboot(bootId, signal));
    } catch (error) {
      const { code } = error instanceof XepaError ? error : { code: null };
      const wasAsked = code === 'unreachable' && (await resets.since(deviceId, known)) === 'unsure';
      if (!wasAsked && code !== 'host-key-changed') throw error;
    }
  }

  return {
    ...about,
    capabilitiesOf: (deviceId) =>
      isCommanded(devices.find(({ name }) => name === deviceId)) ? commanded : about.capabilities,
    listDevices: async () =>
      devices.map(({ name, host, tags }) => ({ provider: about.id, id: name, name, address: host, tags })),

    async getServer(deviceId, signal) {
      const device = find(deviceId);
      const machine = machineOf(deviceId);
      const bootId = isCommanded(device) ? await machine.bootIdNow(signal) : await machine.bootId(signal);
      const count = await resets.count(deviceId);
      const marker = writeMarker({ bootId, resets: count });
      return { name: device.name, address: device.host, macs: [], blocked: null, saved: { resets: count }, marker };
    },

    /** Where a command brings the rescue up, its memory is not there yet: `rescueAccess` lets the key in. */
    async addKey(deviceId, key, signal) {
      if (!isCommanded(find(deviceId))) await machineOf(deviceId).asUser(addKeyCommand(key), signal);
    },

    async removeKey(deviceId, label, signal) {
      const gone = isCommanded(find(deviceId)) ? goneWithRescue : anotherSystem;
      try {
        await machineOf(deviceId).asUser(removeKeyCommand(label), signal);
      } catch (error) {
        if (!(error instanceof XepaError) || !gone.includes(error.code)) throw error;
      }
    },

    // Else whoever owns the machine has brought the rescue up; the proof in `reach` decides whether it is one.
    async enterRescue(deviceId, { marker }, signal) {
      if (!isCommanded(find(deviceId))) return 'running';
      // One of which nobody knows what became is asked for again: nothing runs there yet.
      if ((await resets.since(deviceId, readMarker(marker).resets)) === 'heard') return 'heard';
      await command(deviceId, 'toRescue', signal);
      return 'asked';
    },

    async rescueAccess(deviceId, { marker, key }, signal) {
      const machine = machineOf(deviceId);
      if (!isCommanded(find(deviceId))) return machine.access;
      const missing = await machine.letIn(key, readMarker(marker).bootId, signal);
      return missing === null ? machine.access : { ...machine.access, missing };
    },

    async leaveRescue(deviceId, { marker, saved }, signal) {
      const device = find(deviceId);
      const before = readMarker(marker);
      // A machine that no command restarted runs what it ran before.
      if (isCommanded(device) && (await resets.since(deviceId, Saved.parse(saved).resets)) === 'none') return;
      const asked = await resets.since(deviceId, before.resets);
      if (asked === 'heard') return;
      if (device.toDisk === undefined) return rebootItself(deviceId, before, signal);
      // Nobody saw how the last one ended: if the same rescue system still answers, or none did then, it is asked for again.
      if (asked === 'unsure' && (await machineOf(deviceId).bootIdNow(signal)) !== before.bootId) return;
      await command(deviceId, 'toDisk', signal);
    },
  };
}

/** Another host key than the rescue's: the machine runs its installed system, and the rescue's memory is gone. */
const anotherSystem: readonly string[] = ['host-key-changed'];
/** A machine that may never have been in its rescue need not answer at all. */
const goneWithRescue: readonly string[] = [...anotherSystem, 'unreachable', 'not-allowed'];

function isCommanded(device: SshDeviceWithKey | undefined): boolean {
  return device?.toRescue !== undefined;
}

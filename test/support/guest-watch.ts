import type { Device } from '../../core/contracts/device.ts';
import { openQuestion } from '../../core/questions.ts';
import { diagnose } from '../lab/machine/diagnosis.ts';
import type { Machine } from '../lab/machine/machine.ts';
import { LAB_DIR } from '../lab/paths.ts';
import { inside } from './inside.ts';
import { installerSerial } from './installer-serial.ts';
import type { World } from './world.ts';

/** A guest that runs says something within seconds; in emulation under load within two minutes. */
const STALL_MS = 150_000;
const LOOK_EVERY_MS = 5_000;
/** Marks after which the mini installer rightly says nothing more until a person acts. */
const WAITING_MARKS = /INSTALL-(ASKS|FAILED|DONE)[^\n]*\s*$/;

/**
 * The emulated processor sometimes stops the nested guest for good. That is the lab's fault and not the product's, so it
 * is told apart from a failure: diagnosed, said aloud, and tried once more on a fresh machine.
 */
export class GuestStalled extends Error {
  override readonly name = 'GuestStalled';
}

interface Sight {
  text: string;
  changedAt: number;
  lookedAt: number;
}

const sights = new WeakMap<World, Map<string, Sight>>();

/** @throws GuestStalled when the VM runs and its guest has printed nothing new for a long time */
export async function failIfStalled(world: World, installId: string): Promise<void> {
  const record = await world.state.store.load(installId);
  if (record.at !== 'attend' || record.phase !== 'forward') return;
  const ofWorld = sights.get(world) ?? new Map<string, Sight>();
  sights.set(world, ofWorld);
  const now = Date.now();
  const last = ofWorld.get(installId) ?? { text: '', changedAt: now, lookedAt: 0 };
  if (now - last.lookedAt < LOOK_EVERY_MS) return;
  const text = await installerSerial(world, installId);
  const changedAt = text === last.text && !WAITING_MARKS.test(text) ? last.changedAt : now;
  ofWorld.set(installId, { text, changedAt, lookedAt: now });
  if (now - changedAt < STALL_MS) return;
  const mark = text.trim().split('\n').at(-1);
  throw await stalled(world, installId, `after "${mark}"`, `guest's serial port:\n${text}`);
}

/**
 * Under load the emulated metal sometimes stands still at its boot loader. The product cannot tell that from a system that does not
 * start, and asks people; here nobody answers.
 * @throws GuestStalled when it asks, and the metal has not come to the installed system's own line
 */
export async function failIfMetalStalled(world: World, installId: string): Promise<void> {
  const record = await world.state.store.load(installId);
  if (record.at !== 'verify' || openQuestion(record)?.kind !== 'silent') return;
  const text = machineOf(world, record.device)?.serial.text ?? '';
  if (text.includes('INSTALLED-OS-OK')) return;
  throw new GuestStalled(`the metal does not come to its own line; its serial port ends: ${text.slice(-500)}`);
}

/** What to throw when nothing but the lab can be the reason: diagnosed before anybody ends the machine. */
export async function stalled(world: World, installId: string, where: string, shown: string): Promise<GuestStalled> {
  const { device } = await world.state.store.load(installId);
  const machine = machineOf(world, device);
  const within = `${shown}\n\n${await lookInside(world, installId)}`;
  const report = machine ? await diagnose(machine, LAB_DIR, within) : 'no machine';
  return new GuestStalled(`the nested guest stands still ${where}; diagnosis in ${report}`);
}

/** By name: an id is what the provider calls it. */
export function machineOf(world: World, device: Pick<Device, 'name'>): Machine | undefined {
  return world.lab.devices.find(({ hostname }) => hostname === device.name)?.machine;
}

const LOOK = `
ask() { { echo '{"execute":"qmp_capabilities"}'; for c in "$@"; do echo '{"execute":"human-monitor-command","arguments":{"command-line":"'"$c"'"}}'; done; sleep 2; } | socat -t2 - UNIX-CONNECT:"$0/qmp-console.sock" | sed 's/\\\\r\\\\n/\\n/g'; }
echo "guest's processor, twice:"; ask 'info status' 'info registers' 'info lapic' 'info pic'; sleep 1; ask 'info registers' 'info irq'
echo "QEMU's threads:"; for t in /proc/$(cat "$0/qemu.pid")/task/*; do echo "$(cat $t/comm) $(cat $t/wchan) $(cut -d' ' -f14,15 $t/stat)"; done
echo 'interrupts, twice:'; cat /proc/interrupts; sleep 1; grep -E 'LOC|nvme|vfio|kvm' /proc/interrupts
echo 'kernel:'; dmesg | tail -n 40; cat /proc/uptime
`;

/** What the rescue system and the VM's own monitor say; empty when the server does not answer any more. */
async function lookInside(world: World, installId: string): Promise<string> {
  try {
    const dir = (await world.state.store.load(installId)).facts.launch?.dir ?? '';
    return await inside(world, installId, ['sh', '-c', LOOK, dir]);
  } catch (error) {
    return `the server does not answer: ${String(error)}`;
  }
}

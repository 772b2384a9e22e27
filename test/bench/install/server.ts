import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreOutput } from '../../../core/ssh/command.ts';
import type { HostShell } from '../../../core/ssh/host-shell.ts';
import { generateSshKey } from '../../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../../core/ssh/ssh-shell.ts';
import type { LabDevice } from '../../lab/lab.ts';
import { processorSeconds } from '../../lab/machine/processor-seconds.ts';
import { RfbHand } from '../../support/rfb-hand.ts';
import type { World } from '../../support/world.ts';

/** When it was, in milliseconds since the epoch. */
export interface Times {
  /** The rescue system's sshd has started. */
  reachable: number;
  /** The guest shows something on its screen. */
  firstFrame: number;
  /** The installed system has said so on the metal's serial port. */
  metal: number;
  /** What the emulated server took of a processor until the first frame, in seconds: the same however busy this machine is. */
  work: number;
}

/** The one server, and a key of ours that its rescue system lets in whoever asked for rescue. */
export interface Server {
  world: World;
  device: LabDevice;
  keyFile: string;
  privateKey: string;
}

const RESCUE_MS = 240_000;
const VM_MS = 300_000;
const INSTALL_MS = 600_000;
/** Waits in bash itself: a program for each look, be it `sleep`, would take the emulated server as much time as it waits. */
const SOCKET =
  'f=$(mktemp -u); mkfifo "$f"; exec 9<>"$f"; rm "$f"; until [ -S "$0" ]; do read -r -t 0.1 -u 9; done; true';

export async function serverOf(world: World): Promise<Server> {
  const [device] = world.lab.devices;
  if (!device) throw new Error('the lab has no device');
  const { privateKey, publicKey } = generateSshKey('operator');
  const keyFile = join(world.folder, 'operator.key');
  await writeFile(keyFile, privateKey, { mode: 0o600 });
  await ask(world, `/projects/${world.lab.projectId}/ssh-keys`, {
    ...{ label: 'operator', key: publicKey, instances_ids: [device.id] },
  });
  return { world, device, keyFile, privateKey };
}

/** An empty disk, so that nothing but this very install can boot from it; the server is on. */
export async function emptied({ device: { machine } }: Server): Promise<void> {
  await machine.powerOff();
  await truncate(machine.diskPath, 0);
  await truncate(machine.diskPath, machine.spec.diskMib * 2 ** 20);
  await machine.powerOn('disk');
}

export async function ask({ lab }: World, path: string, body: object): Promise<void> {
  const headers = { 'X-Auth-Token': lab.token, 'Content-Type': 'application/json' };
  const answer = await fetch(`${lab.apiUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the lab's API answers ${answer.status} to ${path}`);
}

/**
 * Watches one install from outside, in the same way whoever does it.
 * @param vnc the socket of the VM's screen on the server, once it is there
 */
export async function watch(server: Server, vnc: string): Promise<Times> {
  const { machine } = server.device;
  await machine.waitForSerial(/RESCUE-SSHD/, RESCUE_MS);
  const reachable = Date.now();
  const worked = await workOf(machine);
  const firstFrame = await untilFrame(server, vnc);
  const work = (await workOf(machine)) - worked;
  await machine.waitForSerial(/INSTALLED-OS-OK fw=BIOS ID=mini /, INSTALL_MS);
  return { reachable, firstFrame, metal: Date.now(), work };
}

function workOf({ pid }: LabDevice['machine']): Promise<number> {
  if (pid === undefined) throw new Error('the server is off');
  return processorSeconds(pid);
}

async function untilFrame({ world, device, privateKey }: Server, vnc: string): Promise<number> {
  const address = { host: device.address, port: world.lab.sshPort, user: 'root', sudo: false, hostKey: null };
  const { shell } = await openSshShell(address, privateKey);
  try {
    const argv = ['bash', '-c', SOCKET, vnc];
    await shell.exec({ argv, timeoutMs: VM_MS, parse: ignoreOutput });
    const hand = await RfbHand.open(await listening(shell, vnc));
    await hand.seesSomething();
    hand.close();
    return Date.now();
  } finally {
    shell.close();
  }
}

/** The socket is there a moment before anybody listens at it. */
async function listening(shell: HostShell, vnc: string): Promise<Awaited<ReturnType<HostShell['forward']>>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await shell.forward(vnc);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import { askForInstall, theEnd } from '../demo/play.ts';
import { buildImages } from '../lab/images/images.ts';
import { kernelRelease } from '../lab/images/packages.ts';
import { bootForgetful } from '../support/boot-forgetful.ts';
import { playScene } from '../support/scene.ts';
import { nestedUefi, type World } from '../support/world.ts';
import { judge, type Seen } from './judge.ts';
import { type RescueFiles, serveRescueFiles } from './rescue-files.ts';
import { smallInitrd } from './small-initrd.ts';
import type { Start } from './starts.ts';

const MINUTE = 60_000;
const DEVICE = 'web-01';
/** Where the server reaches the operator's files. */
const DOOR = 8080;
/** Before: the server's entry into rescue, and the download of its files at the speed of an emulated network. */
const JUMP_MS = 10 * MINUTE;
const END_MS = 20 * MINUTE;

type Say = (line: string) => void;

/**
 * A whole install on a server whose rescue kernel leaves the IOMMU alone, from the command in Slack to the metal's own line; the files
 * of its rescue kernel are named by the operator.
 * @throws AssertionError with what is not as it should be
 */
export async function playKexec(start: Start, say: Say): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'xepa-kexec-'));
  const server = await serveRescueFiles(await filesOf(start, folder));
  try {
    const named = await server.entry(await kernelRelease(), `http://10.0.2.100:${DOOR}`);
    const kernels = JSON.stringify({ 'equinix-metal': [named] });
    const { firmware = 'bios' } = start;
    const device = { hostname: DEVICE, firmware, iommu: 'off', memoryMib: 2560, content: 'installed-system' } as const;
    const guestForwards = [{ guestPort: DOOR, hostPort: server.port }];
    let seen: Seen | undefined;
    const settings = { XEPA_RESCUE_KERNELS: kernels, XEPA_RESCUE_MINUTES: `${start.rescueMinutes}` };
    const env = firmware === 'uefi' ? { ...nestedUefi, ...settings } : settings;
    const lab = { devices: [{ ...device, guestForwards }] };
    const world = await playScene({ lab, product: 'none', env }, async (stage) => {
      seen = await install(stage, start, say);
    });
    await world.stop();
    if (seen) judge(seen, start);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

async function filesOf({ init }: Start, folder: string): Promise<RescueFiles> {
  const images = await buildImages(() => undefined);
  const initrd = init === undefined ? images.rescueInitrd : await smallInitrd(init, folder);
  return { kernel: images.bzImage, initrd };
}

async function install(stage: World, { meanwhile, firmware }: Start, say: Say): Promise<Seen> {
  const [device] = stage.lab.devices;
  if (!device) throw new Error('the lab has no device');
  await stage.start('worker', 'worker-a');
  await stage.start('bot', 'bot');
  const iso = firmware === 'uefi' ? 'mini-uefi' : 'mini';
  const id = await askForInstall({ world: stage, device: DEVICE, iso, say });
  const before = await theJump(stage, id);
  const jumped = Date.now();
  say('the old kernel was told to start the new one');
  await meanwhile?.(device.machine);
  await eventually('the other side', async () => (await kexecState(stage, id)) !== 'jumping' || null, JUMP_MS);
  say(`${Math.round((Date.now() - jumped) / 1000)} s after the jump: ${await kexecState(stage, id)}`);
  const after = await theEnd({ world: stage }, id, END_MS);
  const line = new RegExp(`INSTALLED-OS-OK[^\\r\\n]*ID=${iso} [^\\r\\n]*`);
  const [booted] = await device.machine.waitForSerial(line);
  const metal = firmware === 'uefi' ? await bootForgetful(device.machine, line) : booted;
  say(`the metal says: ${metal}`);
  const rescues = stage.lab.api.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('"rescue"'));
  return { before, after, metal, thread: await threadOf(stage), entries: rescues.length };
}

/** @throws with the reason where there is none */
function theJump(stage: World, id: string): Promise<InstallRecord> {
  return eventually(
    'the jump',
    async () => {
      const record = await stage.state.store.load(id);
      const { kexec } = record.facts;
      if (kexec?.state === 'refused' || record.failure) throw new Error(kexec?.why || record.failure?.message);
      return kexec?.state === 'jumping' ? record : null;
    },
    JUMP_MS,
  );
}

async function kexecState(stage: World, id: string): Promise<string> {
  return (await stage.state.store.load(id)).facts.kexec?.state ?? 'none';
}

async function threadOf(stage: World): Promise<string> {
  const replies = (await stage.slack.messages()).filter(({ thread_ts }) => thread_ts !== undefined);
  return replies.map((message) => JSON.stringify(message)).join('\n');
}

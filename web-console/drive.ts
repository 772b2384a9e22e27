import { z } from 'zod';
import { cdDeviceId } from '../core/contracts/cd-drive.ts';
import { XepaError } from '../core/errors.ts';
import type { Qmp } from '../core/qmp.ts';
import { isBrowserDisc } from './browser-disc/node-name.ts';
import type { Drive } from './machine-contract.ts';

/** qapi/block-core.json, BlockInfo: what we need of it. */
const Blocks = z.array(
  z.looseObject({
    qdev: z.string().optional(),
    locked: z.boolean(),
    tray_open: z.boolean().optional(),
    inserted: z.looseObject({ file: z.string(), 'node-name': z.string().optional() }).optional(),
  }),
);

/** For a guest to let go of a disc once it was asked: udev does it within a moment, an installer that reads never. */
const LOOKS = 15;
const LOOK_MS = 200;

/** The CD drive in an answer to `query-block`; null where the VM has none. */
export function driveOf(answer: unknown): Drive | null {
  const cd = Blocks.parse(answer).find(({ qdev }) => qdev === cdDeviceId || qdev?.endsWith(`/${cdDeviceId}`));
  if (!cd) return null;
  const { inserted } = cd;
  const name = inserted?.['node-name'] ?? '';
  const file = isBrowserDisc(name) ? name : (inserted?.file ?? null);
  return { trayOpen: cd.tray_open ?? false, held: cd.locked, file };
}

export async function lookAtDrive(qmp: Qmp): Promise<Drive | null> {
  return driveOf(await qmp.execute('query-block'));
}

/** @throws XepaError conflict when the guest holds the disc and goes on holding it; vm-failed */
export function ejectDisc(qmp: Qmp, force: boolean): Promise<void> {
  return unlessHeld(qmp, () => qmp.execute('eject', { id: cdDeviceId, force }));
}

/**
 * Takes out what is in the drive, puts the file in, and closes the tray. An empty one may be locked all the same, as
 * Debian's installer leaves it after a disc was taken by force: nothing can be lost then, so nobody is asked.
 * @throws like ejectDisc
 */
export async function insertDisc(qmp: Qmp, disc: { file: string; force: boolean }): Promise<void> {
  const { file: filename } = disc;
  const force = disc.force || (await lookAtDrive(qmp))?.file === null;
  // Never guessed: an image that names other files in its head must not be believed.
  const raw = { format: 'raw', 'read-only-mode': 'read-only' };
  return unlessHeld(qmp, () => qmp.execute('blockdev-change-medium', { id: cdDeviceId, filename, ...raw, force }));
}

/** QEMU refuses where the tray is locked, and asks the guest to open it: a guest that does so is waited for. */
async function unlessHeld(qmp: Qmp, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!isHeld(error)) throw error;
    if (!(await letsGo(qmp))) throw held();
    await act();
  }
}

async function letsGo(qmp: Qmp): Promise<boolean> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await new Promise((wake) => setTimeout(wake, LOOK_MS));
    const drive = await lookAtDrive(qmp);
    if (!drive?.held || drive.trayOpen) return true;
  }
  return false;
}

function isHeld(error: unknown): boolean {
  return error instanceof XepaError && /is locked/.test(error.message);
}

function held(): XepaError {
  return new XepaError('conflict', {
    message: 'the guest holds the disc',
    userMessage: 'The system on the server holds the disc: it was asked to let go, and did not.',
  });
}

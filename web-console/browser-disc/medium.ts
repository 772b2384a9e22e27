import { z } from 'zod';
import { cdDeviceId } from '../../core/contracts/cd-drive.ts';
import { XepaError } from '../../core/errors.ts';
import type { Qmp } from '../../core/qmp.ts';
import { ejectDisc, lookAtDrive } from '../drive.ts';
import { exportName, QEMU_RECONNECT_SECONDS } from './disc-contract.ts';
import { isBrowserDisc } from './node-name.ts';

const Nodes = z.array(z.looseObject({ 'node-name': z.string() }));

/**
 * Puts a disc into the drive whose bytes come by that socket. May be repeated, also after half of it was done; what was
 * in the drive goes.
 * @throws XepaError conflict when the guest holds what is in the drive; not-found when nobody serves the disc; vm-failed
 */
export async function insertBrowserDisc(
  qmp: Qmp,
  disc: { name: string; socket: string; force: boolean },
): Promise<void> {
  const drive = await lookAtDrive(qmp);
  if (drive?.file !== disc.name) {
    await addNode(qmp, disc);
    // An empty drive may be locked all the same, and nothing can be lost from it.
    await ejectDisc(qmp, disc.force || drive?.file === null);
    await qmp.execute('blockdev-insert-medium', { id: cdDeviceId, 'node-name': disc.name });
  }
  await qmp.execute('blockdev-close-tray', { id: cdDeviceId });
}

/** Lets QEMU forget each such disc that is not in the drive; it hangs up on whoever serves it. */
export async function dropUnusedDiscs(qmp: Qmp): Promise<void> {
  const drive = await lookAtDrive(qmp);
  for (const name of await nodes(qmp)) {
    if (isBrowserDisc(name) && name !== drive?.file) await qmp.execute('blockdev-del', { 'node-name': name });
  }
}

/** Before the drive is touched: where nobody serves the disc, what is in the drive stays. */
async function addNode(qmp: Qmp, { name, socket: path }: { name: string; socket: string }): Promise<void> {
  if ((await nodes(qmp)).includes(name)) return;
  const readOnly = { 'read-only': true };
  const server = { type: 'unix', path };
  const again = { 'reconnect-delay': QEMU_RECONNECT_SECONDS };
  const file = { driver: 'nbd', server, export: exportName, ...again, ...readOnly };
  try {
    // Raw, and never guessed: an image that names other files in its head must not be believed.
    await qmp.execute('blockdev-add', { driver: 'raw', 'node-name': name, ...readOnly, file });
  } catch (cause) {
    if (cause instanceof XepaError && /connect|socket|Unexpected end-of-file/i.test(cause.message)) throw nobody(cause);
    throw cause;
  }
}

async function nodes(qmp: Qmp): Promise<string[]> {
  const answer = Nodes.parse(await qmp.execute('query-named-block-nodes', { flat: true }));
  return answer.map((node) => node['node-name']);
}

function nobody(cause: XepaError): XepaError {
  return new XepaError('not-found', {
    message: `nobody serves the disc: ${cause.message}`,
    userMessage: 'The computer that has this file is not connected right now. Its page has to be open.',
    cause,
  });
}

import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import type { Qmp } from '../core/qmp.ts';
import { dropUnusedDiscs, insertBrowserDisc } from './browser-disc/medium.ts';
import { browserSocket } from './browser-disc/node-name.ts';
import { ejectDisc, insertDisc, lookAtDrive } from './drive.ts';
import type { DiscId, MachineView, PowerAction } from './machine-contract.ts';
import { discFile, machineView } from './machine-view.ts';
import { askPower, switchVm } from './power.ts';
import type { TakeTurn } from './qmp-turns.ts';
import type { Targets } from './target.ts';

/** What is to happen to the drive. `force`: also where the guest has locked the tray. */
export type MediaWish = { action: 'eject'; force: boolean } | { action: 'insert'; disc: DiscId; force: boolean };

/** The VM of an install, by QMP. */
export interface Machine {
  /** @throws XepaError conflict, vm-failed, unreachable */
  power(record: InstallRecord, action: PowerAction): Promise<MachineView>;
  /** @throws XepaError conflict when the guest holds the disc; not-found, vm-failed, unreachable */
  media(record: InstallRecord, wish: MediaWish): Promise<MachineView>;
  /** As it is now. @throws XepaError vm-failed, unreachable */
  look(record: InstallRecord): Promise<MachineView>;
  /** The same for who passes by: asks QEMU only where a connection to the device is open anyway, and at most every few seconds. */
  glance(record: InstallRecord): Promise<MachineView | null>;
}

export interface MachineDeps {
  takeTurn: TakeTurn;
  targets: Pick<Targets, 'inUse'>;
  clock: Clock;
  log: Logger;
}

const FRESH_MS = 10_000;
const MAX_REMEMBERED = 1_000;

export function createMachine(deps: MachineDeps): Machine {
  const { takeTurn, clock } = deps;
  const seen = new Map<string, { at: number; view: Promise<MachineView | null> }>();

  /** Acts, and tells how things stand afterwards, in one conversation. */
  async function act(record: InstallRecord, work: (qmp: Qmp) => Promise<void>): Promise<MachineView> {
    const view = await takeTurn(record, async (qmp) => {
      await work(qmp);
      return see(qmp, record);
    });
    seen.delete(record.id);
    return view;
  }

  async function ask(record: InstallRecord): Promise<MachineView | null> {
    try {
      return await takeTurn(record, (qmp) => see(qmp, record));
    } catch (err) {
      deps.log.debug({ installId: record.id, err }, 'QEMU did not tell its state');
      return null;
    }
  }

  return {
    power: (record, action) =>
      act(record, async (qmp) => {
        if (action === 'installer') await putInstallerBack(qmp, record);
        await switchVm(qmp, action === 'installer' ? 'boot-cd' : action);
      }),
    media: (record, wish) =>
      act(record, async (qmp) => {
        await moveDisc(qmp, record, wish);
        await dropUnusedDiscs(qmp);
      }),
    look: (record) => takeTurn(record, (qmp) => see(qmp, record)),
    glance(record) {
      if (!deps.targets.inUse(record.id)) return Promise.resolve(null);
      const known = seen.get(record.id);
      if (known && clock.now() - known.at < FRESH_MS) return known.view;
      const view = ask(record);
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.set(record.id, { at: clock.now(), view });
      return view;
    },
  };
}

async function see(qmp: Qmp, record: InstallRecord): Promise<MachineView> {
  return machineView(record, { power: await askPower(qmp), drive: await lookAtDrive(qmp) });
}

async function moveDisc(qmp: Qmp, record: InstallRecord, wish: MediaWish): Promise<void> {
  if (wish.action === 'eject') return ejectDisc(qmp, wish.force);
  const { disc, force } = wish;
  const file = fileOf(record, disc);
  if (disc !== 'browser') return insertDisc(qmp, { file, force });
  return insertBrowserDisc(qmp, { name: file, socket: browserSocket(record), force });
}

/** Whatever is in the drive goes: the guest that may hold it is reset right afterwards. */
async function putInstallerBack(qmp: Qmp, record: InstallRecord): Promise<void> {
  const file = fileOf(record, 'own');
  const drive = await lookAtDrive(qmp);
  if (drive?.file !== file || drive.trayOpen) await insertDisc(qmp, { file, force: true });
  await dropUnusedDiscs(qmp);
}

/** @throws XepaError not-found when it does not lie on the server */
function fileOf(record: InstallRecord, disc: DiscId): string {
  const path = discFile(record, disc);
  if (path !== null) return path;
  throw new XepaError('not-found', {
    message: `no disc ${disc} on the device of ${record.id}`,
    userMessage:
      disc === 'browser'
        ? 'No file of a computer is there for the drive (any more).'
        : 'That disc is not on the server (any more).',
  });
}

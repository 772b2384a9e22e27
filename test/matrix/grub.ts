import { dirname, join } from 'node:path';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { isFinal } from '../../core/contracts/install.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import type { Machine } from '../lab/machine/machine.ts';
import { run } from '../lab/run.ts';
import { installerSerial } from '../support/installer-serial.ts';
import { putInstall } from '../support/put-install.ts';
import { RfbHand } from '../support/rfb-hand.ts';
import type { World } from '../support/world.ts';
import type { Cell } from './cells.ts';
import { grubDisc } from './grub-disc.ts';
import { CELL_DEVICE, CELL_INSTALL, playCell } from './install-cell.ts';

const FILE = '(hd0,msdos1)/findings.txt';
const MARK = 'written-by-grub';
/** GRUB finds the partition, reads a file of it, changes it in place, forgets it, and reads it anew. */
const LINES: readonly [typed: string, answer: RegExp][] = [
  ['ls', /\(hd0,msdos1\)/],
  [`cat ${FILE}`, /ID=factory/],
  [`set ID=${MARK}`, /grub>/],
  [`save_env -f ${FILE} ID`, /grub>/],
  ['set ID=', /grub>/],
  [`load_env -f ${FILE} ID`, /grub>/],
  ['echo AGAIN=$ID', new RegExp(`AGAIN=${MARK}`)],
];
const BOOT_MS = 240_000;
const ECHO_MS = 20_000;
const ANSWER_MS = 60_000;
const TRIES = 4;
/** A BIOS remembers 15 keys, and GRUB in emulation takes its time with each. */
const KEY_MS = 150;

/**
 * A system that is no Linux and knows nothing of us: it reaches the disk by the drivers of the VM's firmware. It installs
 * nothing; it reads a file of the system on the disk and writes to it, and the metal then prints what was written.
 */
export async function playGrub(cell: Cell): Promise<string> {
  const disc = await grubDisc();
  return playCell(cell, {
    device: { content: 'installed-system', on: false },
    isoFolder: disc.folder,
    proof: new RegExp(`INSTALLED-OS-OK fw=${cell.firmware.toUpperCase()} [^\\r\\n]*ID=${MARK}`),
    async act(stage, machine) {
      await layEnvironmentBlock(machine);
      await machine.powerOn('disk');
      await putInstall(stage, { id: CELL_INSTALL, device: CELL_DEVICE, iso: disc.iso, rungs: { disk: cell.rung } });
      const record = await atConsole(stage);
      if (!isFinal(record)) await typeIntoGrub(stage, record);
      return theEnd({ world: stage }, CELL_INSTALL);
    },
  });
}

/** GRUB cannot make a file longer, so one of its own kind is laid where the installed system prints it. */
async function layEnvironmentBlock({ diskPath }: Machine): Promise<void> {
  const file = join(dirname(diskPath), 'environment-block');
  await run('grub-editenv', [file, 'create']);
  await run('grub-editenv', [file, 'set', 'ID=factory']);
  await run('mcopy', ['-o', '-i', `${diskPath}@@1M`, file, '::/findings.txt']);
}

function atConsole({ state }: World): Promise<InstallRecord> {
  return eventually(
    'the console',
    async () => {
      const record = await state.store.load(CELL_INSTALL);
      return record.at === 'attend' || record.phase !== 'forward' ? record : null;
    },
    BOOT_MS,
  );
}

async function typeIntoGrub(stage: World, record: InstallRecord): Promise<void> {
  const shell = await stage.shells.shellOf(record, AbortSignal.timeout(ECHO_MS));
  const hand = await RfbHand.open(await shell.forward(record.facts.launch?.vnc ?? ''));
  const said = async () => plain(await installerSerial(stage, CELL_INSTALL));
  const heard = (what: RegExp, from: number, limitMs: number) =>
    eventually(String(what), async () => (what.test((await said()).slice(from)) ? true : null), limitMs).catch(
      async (cause: unknown) => {
        throw new Error(`GRUB says ${JSON.stringify((await said()).slice(-300))}`, { cause });
      },
    );
  try {
    await heard(/grub> ?$/, 0, BOOT_MS);
    for (const [typed, answer] of LINES) {
      const from = (await said()).length;
      await typeLine(hand, typed, (echo) => heard(echo, from, ECHO_MS));
      const echoed = (await said()).length;
      await hand.type('\n', KEY_MS);
      await heard(answer, echoed, ANSWER_MS);
      await heard(/grub> ?$/, echoed, ANSWER_MS);
    }
    await typeLine(hand, 'halt', (echo) => heard(echo, 0, ECHO_MS));
    await enterUntilHalted(stage, hand);
  } finally {
    hand.close();
  }
}

/** With the connection a key that is still on its way is gone, so it stays open until the end was seen. */
async function enterUntilHalted({ state }: World, hand: RfbHand): Promise<void> {
  const left = async () => ((await state.store.load(CELL_INSTALL)).at === 'attend' ? null : true);
  for (let tries = 1; ; tries += 1) {
    await hand.type('\n', KEY_MS);
    const halted = await eventually('the end of GRUB', left, ECHO_MS).catch(() => false);
    if (halted) return;
    if (tries === TRIES) throw new Error('GRUB does not halt');
  }
}

/** A key may be lost while an emulated machine is busy: what does not come back is taken away, and typed once more. */
async function typeLine(hand: RfbHand, text: string, echoes: (what: RegExp) => Promise<boolean>): Promise<void> {
  const echo = new RegExp(`${text.replaceAll(/[$()]/g, '\\$&')}$`);
  for (let tries = 1; ; tries += 1) {
    await hand.type(text, KEY_MS);
    const came = await echoes(echo).catch(() => false);
    if (came) return;
    if (tries === TRIES) throw new Error(`GRUB does not hear ${text}`);
    await hand.type('\b'.repeat(text.length), KEY_MS);
  }
}

/** What is left when the orders to the terminal are gone. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an order to the terminal begins with one
  return text.replaceAll(/\x1b\[[=?0-9;]*[A-Za-z]/g, '').replaceAll('\r', '');
}

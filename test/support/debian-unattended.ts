import type { DiskRung } from '../../core/contracts/ladder.ts';
import { eventually } from '../demo/eventually.ts';
import { theEnd } from '../demo/play.ts';
import { debianUnattended } from '../lab/images/debian-unattended.ts';
import type { Machine } from '../lab/machine/machine.ts';
import type { MachineSpec } from '../lab/machine/spec.ts';
import { startForgetful } from './boot-forgetful.ts';
import { putInstall } from './put-install.ts';
import { playScene } from './scene.ts';
import { nestedUefi, type World, type WorldOptions } from './world.ts';

const MINUTE = 60_000;
const INSTALL = 'xe-debian';
const HOSTNAME = 'web-01';

/** A preseed file as people write them; everything that depends on the server is left to XEPA. */
const PRESEED = `# Debian without a person
d-i netcfg/get_hostname string {{xepa.hostname}}
d-i passwd/root-password-crypted password {{xepa.password_hash}}
d-i partman-auto/disk string {{xepa.disk.by_id}}
d-i preseed/early_command string \\
  for m in ahci sr_mod isofs; do modprobe $m; done; mkdir -p /cdrom; \\
  until mount -t iso9660 /dev/sr0 /cdrom; do sleep 1; done; sh /cdrom/install.sh
`;
/** Of a password that nobody logs in with. */
const PASSWORD_HASH =
  '$6$labmachine$BKXxRPlrbVkiQXA2y3ZH29arxfKmeOANpVB9OLXgDk2tL861SLFSEsGfu95mcjKC1Ggg7TaF78U39csKzDXAO1';

/** A server of the lab, and how its disk gets into the VM. */
export interface DebianCell {
  firmware: MachineSpec['firmware'];
  bus: MachineSpec['disk'];
  rung: DiskRung;
  /** Hears how far it is. */
  say?: (line: string) => void;
}

/**
 * Debian's installer answers its own questions and reboots once; the metal then boots Debian to its login prompt, and a UEFI
 * server once more with firmware that has forgotten everything. Twelve minutes under software emulation, on two busy cores.
 * @returns what the metal printed: the line above its prompt, and the prompt
 */
export async function playDebianUnattended(cell: DebianCell): Promise<{ proof: string }> {
  const { firmware, bus, rung } = cell;
  const { folder, iso } = await debianUnattended(cell.say ?? (() => undefined));
  const device = { hostname: HOSTNAME, firmware, disk: bus, diskMib: 3072 };
  let proof = '';
  const options: WorldOptions = {
    lab: { devices: [device], isoFolder: folder },
    product: 'none',
    env: {
      ...(firmware === 'uefi' ? nestedUefi : {}),
      ...{ XEPA_VM_MEMORY_MB: '864', XEPA_VERIFY_MINUTES: '10', XEPA_ANSWER_PASSWORD_HASH: PASSWORD_HASH },
    },
  };
  const world = await playScene(options, async (stage) => {
    await stage.start('worker', 'worker-a');
    const machine = stage.lab.devices[0]?.machine;
    if (!machine) throw new Error('the lab has no machine');
    await install(stage, { iso, rung, say: cell.say });
    proof = await loginPrompt(machine);
    if (firmware !== 'uefi') return;
    await startForgetful(machine);
    proof = `${await loginPrompt(machine)} (firmware variables fresh)`;
  });
  await world.stop();
  return { proof };
}

async function install(
  stage: World,
  { iso, rung, say }: { iso: string; rung: DiskRung; say: DebianCell['say'] },
): Promise<void> {
  const wish = { id: INSTALL, device: HOSTNAME, iso, rungs: { disk: rung }, answer: PRESEED };
  // The emulation loses timer interrupts, and likes programs that lie where they lay: see the lab's own rescue kernel. Who
  // says nothing is taken for stalled.
  await putInstall(stage, { ...wish, kernelArgs: 'console=ttyS0,115200 nohz=off highres=off norandmaps' });
  const record = await theEnd({ world: stage }, INSTALL, 40 * MINUTE);
  if (record.phase !== 'done') throw new Error(`${record.phase}: ${record.failure?.message ?? 'no reason'}`);
  if (record.sealed.answer !== undefined) throw new Error('the answer file is still in the record');
  say?.(`installed; the metal: ${record.facts.verify?.evidence ?? 'nothing'}`);
}

/** No line ends behind a prompt, so the line above it is waited for. */
async function loginPrompt(machine: Machine): Promise<string> {
  const [issue] = await machine.waitForSerial(/Debian GNU\/Linux \d+ \S+ ttyS0/, 10 * MINUTE);
  const prompt = await eventually(
    'the login prompt',
    async () => /\S+ login: /.exec(machine.serial.text)?.[0].trim() ?? null,
    MINUTE,
  );
  return `${issue} / ${prompt}`;
}

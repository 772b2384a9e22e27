import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { consolePlacement, consoleWords } from './console-words.ts';
import type { Findings, PlacedDisk, PlanInput } from './plan-types.ts';
import { diskInWords, mebibytes } from './words.ts';

/** Arrays whose members must be written together: who starts one half of them has two different halves afterwards. */
const arrays = /^(linux_raid_member|zfs_member|ddf_raid_member|isw_raid_member)$/;

const scratchLimits = { leastMb: 256, mostMb: 8192 } as const;

/** How much a snapshot may write, in MiB: an eighth of the memory, within limits. Zero where there is none. */
export function scratchMbFor({ survey, request }: PlanInput): number {
  if (request.snapshot !== true) return 0;
  const share = Math.floor(mebibytes(survey.memoryAvailableBytes) / 8);
  return Math.min(scratchLimits.mostMb, Math.max(scratchLimits.leastMb, share));
}

/** Says what speaks against starting the installed system in a VM, and what to know about it. */
export function checkConsole({ survey, request }: PlanInput, disk: PlacedDisk | null, findings: Findings): void {
  if (!disk) return;
  const { target } = disk;
  if (request.snapshot === true && !disk.block) {
    findings.refusals.push(
      'A snapshot is possible only where the disk gets into the virtual machine as raw block, and here it does not.',
    );
  }
  const apart = membersApart(survey, disk);
  if (apart.length > 0 && request.snapshot !== true) {
    findings.refusals.push(
      `${diskInWords(target.disk)} is part of an array with ${apart.map(diskInWords).join('; ')}, which the virtual machine does not get: what is written to one of them alone makes the array fall apart. Where they share a controller, \`--rung passthrough\` gives both; \`--snapshot\` only looks.`,
    );
  }
  findings.warnings.push(...diskWarnings(survey, target.disk), ...firmwareWarnings(survey));
}

/** What every plan for a console ends with; the disk of a snapshot gets the memory for what is written. */
export function consolePlan(plan: Plan, scratchMb: number): Plan {
  const block = plan.block && scratchMb > 0 ? { ...plan.block, scratchMb } : plan.block;
  const ladder = plan.ladder.map(consolePlacement).map((placement) => {
    if (placement.part === 'disk' && block?.scratchMb !== undefined)
      return { ...placement, how: snapshotHow(block), risks: snapshotRisks(block) };
    return placement.rung === 'emulated' ? { ...placement, risks: natRisks } : placement;
  });
  const warnings = [...plan.warnings.map(consoleWords), itRuns(plan)];
  return { ...plan, block, ladder, warnings };
}

/** Members of the same kind of array on disks that stay with the rescue system. */
function membersApart(survey: Survey, { target, erases }: PlacedDisk): Disk[] {
  const kinds = (disk: Disk) => disk.contents.map(({ type }) => type).filter((type) => arrays.test(type));
  const own = kinds(target.disk);
  const given = erases.map(({ path }) => path);
  return survey.disks.filter((disk) => !given.includes(disk.path) && kinds(disk).some((kind) => own.includes(kind)));
}

function diskWarnings({ tpm }: Survey, { contents }: Disk): string[] {
  const types = new Set(contents.map(({ type }) => type));
  const sealed = types.has('crypto_LUKS') || types.has('BitLocker');
  const locked = types.has('BitLocker')
    ? 'A volume is encrypted by BitLocker: it asks for its recovery key, since the virtual machine is another machine to it.'
    : 'A volume is encrypted (LUKS): its passphrase has to be typed at the console.';
  return [
    ...(sealed ? [locked] : []),
    ...(sealed && tpm
      ? ['The virtual machine has no TPM: a key that is sealed in that of the server does not open anything.']
      : []),
    ...(types.has('swsuspend')
      ? [
          'The system hibernates on this disk: what was open in it is lost, or comes back on hardware that it does not expect.',
        ]
      : []),
  ];
}

/** Entries made by the installed system are in the server's own firmware. */
function firmwareWarnings({ firmware }: Survey): string[] {
  if (firmware === 'bios') return [];
  return [
    'The virtual machine knows no boot entries of the server: it starts \\EFI\\BOOT\\BOOTX64.EFI. Where the disk has none, the firmware’s menu comes up: Boot Maintenance Manager, Boot From File.',
  ];
}

function snapshotHow(block: BlockDisk): string {
  return `The virtual machine gets an emulated disk with the same serial and sectors. It reads ${block.path}, which is opened read-only; what it writes goes into ${block.scratchMb} MB of the rescue system's memory and is thrown away at the end.`;
}

function snapshotRisks({ scratchMb }: BlockDisk): string[] {
  return [
    `When it has written ${scratchMb} MB, the virtual machine stands still: look at what you need first, and write little.`,
    'A system that was not shut down cleanly mends its file systems in the virtual machine, and has to do so once more on the metal.',
    'It sees another model and WWN than the metal has: what it mounts by these (/dev/disk/by-id) is not found; by UUID or label it is.',
  ];
}

const natRisks: string[] = [
  'With a static address the installed system reaches nothing: only DHCP, which gives it 10.0.2.15, leads out. It never sees the server’s own network.',
  'The port has another name and another driver than on the metal: what is set up by such a name is not there in the virtual machine.',
];

/** Nobody expects a system that they look at to send mail. */
function itRuns({ nic }: Plan): string {
  const reach =
    nic.mode === 'passthrough'
      ? "and are in the server's own network by its other port, where they can be called"
      : 'and can call out, by DHCP; nobody can call them';
  return `The installed system runs for real: its services and timers start, ${reach}.`;
}

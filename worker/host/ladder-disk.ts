import type { Stop } from '../../core/contracts/disk-stack.ts';
import type { DiskRung, Placement, Rung } from '../../core/contracts/ladder.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { blockDisk, blockHow, blockObstacles, blockRisks } from './ladder-block.ts';
import { type KexecOutcome, kexecNotes, kexecRefusal } from './ladder-kexec.ts';
import { functionObstacles } from './ladder-reasons.ts';
import { functionRisks } from './ladder-resets.ts';
import { setObstacles } from './ladder-sets.ts';
import { groupMembers, hangsOn, isVmd } from './pci.ts';
import { disksOf, inUse, targetDisk } from './plan-disk.ts';
import type { Findings, PlacedDisk, Target } from './plan-types.ts';
import { stackOn } from './stack-stops.ts';
import { stopsFirst, stopsRisks } from './stack-words.ts';
import { contentsInWords, diskInWords } from './words.ts';

type Refused = Placement['refused'];

/**
 * The best rung for the disk: its controller by passthrough, else the disk alone by way of the rescue system's kernel.
 * Where neither is safe, `findings` gets the reasons against each of them.
 * @param asked the only rung that will do
 */
export function placeDisk(
  survey: Survey,
  target: Target,
  { asked, findings, kexec }: { asked: DiskRung | undefined; findings: Findings; kexec?: KexecOutcome | undefined },
): PlacedDisk | null {
  const passthrough = passthroughObstacles(survey, target, asked);
  if (passthrough.length === 0) return passedThrough(survey, target, { asked, kexec });
  const refused: Refused = [
    { rung: 'passthrough', why: passthrough.join(' ') },
    { rung: 'kexec', why: kexecRefusal(survey, kexec) },
  ];
  const block = asked === 'passthrough' ? ['Passthrough was asked for.'] : blockObstacles(survey, target);
  if (block.length === 0) return asBlock(survey, target, { refused, asked });
  const reasons = [...refused, { rung: 'raw-block' as const, why: block.join(' ') }];
  findings.refusals.push(noWay(target, reasons));
  return null;
}

/** Somebody who asks for passthrough by name has read that other disks come along. */
function passthroughObstacles(survey: Survey, target: Target, asked: DiskRung | undefined): string[] {
  if (asked === 'raw-block') return ['Raw block was asked for.'];
  const { beside, apart } = disksAlong(survey, target);
  const used = [...beside, ...apart].filter((other) => other.mountpoints.length > 0);
  const unasked = (others: readonly Disk[]) =>
    asked === 'passthrough' ? [] : others.filter((other) => !used.includes(other));
  return [
    ...functionObstacles(survey, target.controller),
    ...used.map(inUse),
    ...unasked(beside).map(
      (other) => `${diskInWords(other)} is on the same controller and was not chosen: the installer would see it too.`,
    ),
    ...unasked(apart).map(
      (other) =>
        `${diskInWords(other)} is in the same IOMMU group and was not chosen: the rescue system would have to let go of it too.`,
    ),
    ...stackOn(survey, [target.disk, ...beside, ...apart], { alone: false }).obstacles,
    ...setObstacles(survey, [target.disk, ...beside, ...apart]),
  ];
}

/** Disks that leave the rescue system together with the chosen one: on its controller, and elsewhere in its group. */
function disksAlong(survey: Survey, { disk, controller }: Target): Record<'beside' | 'apart', Disk[]> {
  const group = controller.iommuGroup === null ? [] : groupMembers(survey.pci, controller.iommuGroup);
  const addresses = new Set([controller.address, ...group.map(({ address }) => address)]);
  const beside = disksOf(survey, controller.address).filter((other) => other !== disk);
  const apart = survey.disks.filter((other) => other !== disk && !beside.includes(other) && hangsOn(other, addresses));
  return { beside, apart };
}

function passedThrough(
  survey: Survey,
  target: Target,
  { asked, kexec }: { asked: DiskRung | undefined; kexec: KexecOutcome | undefined },
): PlacedDisk {
  const anew = kexecNotes(kexec);
  const { disk, controller } = target;
  const { beside, apart } = disksAlong(survey, target);
  const leaving = [disk, ...beside, ...apart];
  const { stops } = stackOn(survey, leaving, { alone: false });
  const risks = [
    ...beside.map(
      (other) =>
        `${diskInWords(other)} is on the same controller: the installer sees it too and can erase it (holds ${contentsInWords(other)}).`,
    ),
    ...apart.map(
      (other) =>
        `${diskInWords(other)} shares the IOMMU group ${controller.iommuGroup}: the rescue system lets go of it, and the installer is not shown it, but nothing keeps devices of one group apart (holds ${contentsInWords(other)}).`,
    ),
    ...(isVmd(controller) ? [vmdRisk] : []),
    ...functionRisks(survey, controller),
    ...stopsRisks(survey, stops, leaving),
    ...anew.risks,
  ];
  const how = `The controller ${controller.address} itself goes into the virtual machine; the installer drives the real disk with its own driver.${anew.how}`;
  return {
    target,
    group: controller.iommuGroup,
    block: null,
    stops,
    erases: leaving.map((one) => targetDisk(one, one.pci ?? controller.address)),
    placement: placement(target, 'passthrough', { asked, how, risks, refused: [], ...firstOf(survey, stops) }),
  };
}

const vmdRisk =
  'The disk sits behind Intel VMD: an installer without a driver for that (Windows) finds no disk before it is given one.';

function asBlock(
  survey: Survey,
  target: Target,
  { refused, asked }: { refused: Refused; asked: DiskRung | undefined },
): PlacedDisk {
  const block = blockDisk(target);
  const { stops } = stackOn(survey, [target.disk], { alone: true });
  const risks = [...blockRisks, ...stopsRisks(survey, stops, [target.disk])];
  const how = blockHow(target, block);
  return {
    target,
    group: null,
    block,
    stops,
    erases: [targetDisk(target.disk, block.controller)],
    placement: placement(target, 'raw-block', { asked, how, risks, refused, ...firstOf(survey, stops) }),
  };
}

function firstOf(survey: Survey, stops: readonly Stop[]): Pick<Placement, 'first'> {
  return stops.length > 0 ? { first: stopsFirst(survey, stops) } : {};
}

function placement(
  { disk }: Target,
  rung: DiskRung,
  rest: Pick<Placement, 'how' | 'refused' | 'risks' | 'first'> & { asked: DiskRung | undefined },
): Placement {
  return { part: 'disk', device: diskInWords(disk), rung, ...rest, asked: rest.asked === rung };
}

const byRung: Readonly<Record<Rung, string>> = {
  passthrough: 'By passthrough',
  kexec: 'By kexec',
  'raw-block': 'As raw block',
  emulated: 'Emulated',
};

function noWay({ disk }: Target, reasons: Refused): string {
  const each = reasons.map(({ rung, why }) => `${byRung[rung]}: ${why}`).join(' ');
  return `There is no safe way to give ${diskInWords(disk)} to a virtual machine. ${each}`;
}

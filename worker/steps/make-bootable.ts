import type { HandbackFacts } from '../../core/contracts/facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { copyLoader, isInPlace } from '../host/boot-files.ts';
import { judgeBootable } from '../host/bootable.ts';
import { type Installed, type InstalledPartition, readInstalled } from '../host/installed.ts';
import { chooseLoader, type LoaderChoice, loaderInPlace, removablePath, restartsOnce } from '../host/loader-choice.ts';
import { vmPaths } from '../host/vm-paths.ts';
import type { StepContext } from '../saga/step.ts';
import { need, runDir } from './deps.ts';
import type { WrittenFiles } from './written-files.ts';

type Boots = Pick<HandbackFacts, 'loaders' | 'loader' | 'bootable'>;

/** Disks that the installer had in its hands: those of a controller that was passed through, or the one that it got as raw block. */
export function placesOf(plan: Plan): string[] {
  if (plan.block) return [plan.block.path];
  return plan.passed.filter(({ purpose }) => purpose === 'disk').map(({ address }) => address);
}

/** What is on the disks now. Without the VM's firmware variables where there are none any more. */
export function lookAtDisks(context: StepContext, shell: HostShell): Promise<Installed> {
  const plan = need(context.record.facts.plan, 'plan');
  const vars = plan.firmware === 'uefi' ? vmPaths(runDir(context.record)).vars : null;
  const places = placesOf(plan);
  // Of a disk in the same group that the installer was not shown nothing is looked at.
  const disks = plan.block ? 1 : plan.erases.filter(({ controller }) => places.includes(controller)).length;
  return shell.exec(readInstalled({ places, disks }, vars), context.signal);
}

/** Boot entries made in the VM stay in the VM: the loader must lie where UEFI firmware looks by itself. */
export async function makeBootable(
  context: StepContext,
  shell: HostShell,
  { found, files }: { found: Installed; files: WrittenFiles },
): Promise<Boots> {
  const { firmware } = need(context.record.facts.plan, 'plan');
  const before = judgeBootable(found, firmware);
  if (firmware === 'bios') return { loaders: [before.why], loader: null, bootable: before };
  const signed = context.record.facts.survey?.secureBoot === true;
  const results: Result[] = [];
  for (const partition of found.disks.flatMap((disk) => disk.partitions)) {
    if (partition.type !== 'vfat') continue;
    const choice = chooseLoader(partition, { entries: found.entries, signed });
    results.push(choice ? await putLoader(context, shell, { choice, files }) : asItIs(partition));
  }
  const loader = results.find(({ ready }) => ready !== null)?.ready ?? null;
  const ready = loader !== null && before.verdict !== 'yes';
  return {
    loaders: results.length > 0 ? results.map(({ said }) => said) : [before.why],
    loader,
    bootable: ready ? { verdict: 'yes', why: 'Its loader was put where firmware finds it' } : before,
  };
}

/** `ready`: the loader that firmware starts from this partition. */
interface Result {
  said: string;
  ready: string | null;
}

function asItIs(partition: InstalledPartition): Result {
  const present = loaderInPlace(partition);
  const restart = restartsOnce(partition)
    ? '; it adds boot entries to the firmware at its first start, and restarts once'
    : '';
  if (present !== null) {
    return { said: `${partition.name} has its loader where firmware finds it${restart}`, ready: present };
  }
  return {
    said: `${partition.name} ${partition.state === 'read' ? 'has no loader' : 'could not be read'}`,
    ready: null,
  };
}

async function putLoader(
  context: StepContext,
  shell: HostShell,
  { choice, files }: { choice: LoaderChoice; files: WrittenFiles },
): Promise<Result> {
  const { partition, loader, copies } = choice;
  const sentenceOf = ({ from, to }: { from: string; to: string }) => `${partition}: ${to}, a copy of ${from}`;
  await files.intend(copies.map(sentenceOf));
  const copied = await shell.exec(copyLoader(choice), context.signal);
  const done = copied.filter(({ state }) => state !== 'failed').map(sentenceOf);
  files.drop(copies.map(sentenceOf).filter((one) => !done.includes(one)));
  if (isInPlace(choice, copied)) {
    return { said: `${partition} got its loader ${loader} copied to where firmware finds it`, ready: removablePath };
  }
  return {
    said: `${partition} has a loader, ${loader}, that could not be copied to where firmware finds it`,
    ready: null,
  };
}

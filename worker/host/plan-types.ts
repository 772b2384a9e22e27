import type { Stop } from '../../core/contracts/disk-stack.ts';
import type { InstallRequest } from '../../core/contracts/install.ts';
import type { BlockDisk, Placement } from '../../core/contracts/ladder.ts';
import type { BondedPort } from '../../core/contracts/lifeline.ts';
import type { Plan, TargetDisk } from '../../core/contracts/plan.ts';
import type { Disk, PciDevice, Survey } from '../../core/contracts/survey.ts';
import type { KexecOutcome } from './ladder-kexec.ts';

/** What a plan is made from. */
export interface PlanInput {
  survey: Survey;
  request: Pick<InstallRequest, 'purpose' | 'iso' | 'snapshot' | 'disk' | 'rungs' | 'vm' | 'fix'>;
  /** Ports of the device's bond at its provider; there where our connection is to move to another one of them. */
  ports?: readonly BondedPort[] | undefined;
  /** MAC of the one port that may go into the VM; absent: any that can be spared. */
  give?: string | undefined;
  /** Size of the ISO, which lies in the server's memory; null or absent while it is not known. */
  isoBytes?: number | null | undefined;
  /** Upper bounds that an operator sets; by default 8 GiB and 8 processors. */
  limits?: { memoryMb?: number | undefined; cpus?: number | undefined } | undefined;
  /** What became of starting the rescue kernel anew; absent where nobody tried. */
  kexec?: KexecOutcome | undefined;
}

/** Collects everything that is to be said, so that a person hears it all at once. */
export interface Findings {
  refusals: string[];
  warnings: string[];
}

/** The disk to install on, and its controller. */
export interface Target {
  disk: Disk;
  controller: PciDevice;
}

/** The disk on its rung. `group`: the IOMMU group of the controller that is passed through; null where none is. */
export interface PlacedDisk {
  target: Target;
  group: number | null;
  block: BlockDisk | null;
  /** What the rescue system has built on it by itself, the top first. */
  stops: Stop[];
  erases: TargetDisk[];
  placement: Placement;
}

/** The network port on its rung. */
export interface PlacedNic {
  nic: Plan['nic'];
  placement: Placement;
}

/** A plan with its warnings, or every reason why there is none, in sentences for people. */
export type PlanResult = { plan: Plan } | { refusals: string[]; warnings: string[] };

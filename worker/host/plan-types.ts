import type { IsoRequest } from '../../core/contracts/install.ts';
import type { Disk, PciDevice, Survey } from '../../core/contracts/survey.ts';

/** What a plan is made from. */
export interface PlanInput {
  survey: Survey;
  request: { iso: IsoRequest; disk?: string | undefined };
  /** Size of the ISO, which lies in the server's memory; null or absent while it is not known. */
  isoBytes?: number | null | undefined;
  /** Upper bounds that an operator sets; by default 8 GiB and 8 processors. */
  limits?: { memoryMb?: number | undefined; cpus?: number | undefined } | undefined;
}

/** Collects everything that is to be said, so that a person hears it all at once. */
export interface Findings {
  refusals: string[];
  warnings: string[];
}

/** The disk to install on and the controller that goes into the VM for it. */
export interface Target {
  disk: Disk;
  controller: PciDevice;
  group: number;
}

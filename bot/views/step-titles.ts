import { startsFromDisk } from '../../core/console-round.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';

/** How a step is called where people read it. */
export interface StepWords {
  /** In a list: "Reserve". */
  short: string;
  /** While it runs: "Reserving the server". */
  doing: string;
  /** What "undone" meant for the device; null where nothing had to be put back. */
  undone: string | null;
  /** How long it usually takes; null where that depends on a person. */
  usual: string | null;
}

export const stepWords: Readonly<Record<StepName, StepWords>> = {
  reserve: {
    short: 'Reserve',
    doing: 'Reserving the server',
    undone: 'the server is free again',
    usual: 'a few seconds',
  },
  rescue: {
    short: 'Rescue mode',
    doing: 'Starting the rescue system',
    undone: 'rescue mode is off and our key is deleted',
    usual: '1–5 min',
  },
  reach: { short: 'Reach', doing: 'Waiting for the rescue system to answer', undone: null, usual: '1–4 min' },
  survey: { short: 'Survey', doing: 'Looking at the hardware', undone: null, usual: 'a few seconds' },
  plan: { short: 'Plan', doing: 'Deciding which hardware the installer gets', undone: null, usual: 'a moment' },
  prepare: {
    short: 'Tools',
    doing: 'Adding the tools that are missing',
    undone: 'the added tools are removed',
    usual: '10–60 s',
  },
  media: { short: 'ISO', doing: 'Fetching the ISO', undone: 'the ISO is deleted', usual: '1–10 min' },
  bind: {
    short: 'Hand over hardware',
    doing: 'Handing disk and network over to the VM',
    undone: 'disk and network are back with the rescue system',
    usual: 'a few seconds',
  },
  launch: {
    short: 'Start VM',
    doing: 'Starting the VM with the installer',
    undone: 'the VM is stopped',
    usual: 'a few seconds',
  },
  console: {
    short: 'Screen',
    doing: 'Waiting for the first picture of the screen',
    undone: 'console links are void',
    usual: 'under 30 s',
  },
  attend: { short: 'Install', doing: 'The installer runs', undone: null, usual: null },
  handback: {
    short: 'Hand back',
    doing: 'Stopping the VM and making the disk bootable',
    undone: null,
    usual: '10–60 s',
  },
  boot: { short: 'Boot', doing: 'Booting the metal from its disk', undone: null, usual: '1–5 min' },
  verify: { short: 'Verify', doing: 'Checking that the metal came up', undone: null, usual: '1–10 min' },
  release: { short: 'Release', doing: 'Deleting keys and freeing the server', undone: null, usual: 'a few seconds' },
};

/** What is called otherwise where nothing is installed. */
const atConsole: Readonly<Partial<Record<StepName, Partial<StepWords>>>> = {
  plan: { doing: 'Deciding how disk and network get into the VM' },
  media: { short: 'Drive', doing: 'Leaving the drive empty', undone: 'the drive is empty', usual: 'a moment' },
  launch: { doing: 'Starting the VM from the disk' },
  attend: { short: 'Console', doing: 'The system runs on its screen' },
  handback: { doing: 'Stopping the VM and taking the disk back' },
};

/** The words for a step of this install, or of a console. */
export function stepWordsOf(record: InstallRecord, step: StepName): StepWords {
  return startsFromDisk(record) ? { ...stepWords[step], ...atConsole[step] } : stepWords[step];
}

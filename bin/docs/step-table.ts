import { type StepName, stepNames } from '../../core/contracts/step-name.ts';

/** What the README says of each step; the type keeps it complete. No undo means that there is nothing to undo. */
const steps: Record<StepName, { does: string; undo?: string }> = {
  reserve: {
    does: "takes the device's lease (one install per device) and keeps what the provider says of it",
    undo: 'releases the lease',
  },
  rescue: {
    does: 'makes an SSH key for this install alone, gives it to the provider and enters rescue',
    undo: 'leaves rescue and deletes the key',
  },
  reach: { does: 'SSH answers, its host key is pinned, and the system proves that it is the rescue system, in RAM' },
  survey: {
    does: 'reads hardware, firmware and disks in one round trip; where only its command line keeps the IOMMU off, starts the rescue kernel anew',
  },
  plan: { does: 'decides what goes into the VM and what will be erased, or lists every reason why it cannot' },
  lifeline: {
    does: "only with `--lifeline move`: the provider makes a second path to the server, and XEPA's connection moves to it",
    undo: 'takes all of it back at the provider',
  },
  prepare: {
    does: 'installs what the rescue system lacks: QEMU, firmware, modules',
    undo: 'removes what it added',
  },
  media: { does: 'brings the ISO there and checks its digest', undo: 'deletes it' },
  bind: {
    does: "stops what the rescue system has built on the disk, arms the device's own dead-man timer, then hands network card and disk controller to VFIO",
    undo: 'gives them back to their drivers',
  },
  launch: {
    does: 'starts the VM from the ISO: **from here on the disk may be written**',
    undo: 'stops the VM',
  },
  console: { does: "the VM's screen answers: the console link may be asked for", undo: 'voids links and sessions' },
  attend: { does: 'waits, for hours if need be, until the installer powers off or a person decides' },
  handback: {
    does: 'stops the VM, gives the hardware back, makes sure that the disk boots, and asks before the restart where nothing would',
  },
  boot: { does: 'leaves rescue and boots the metal from its disk' },
  verify: {
    does: 'watches the installed system come up; when nothing answers it asks how to go on, and goes back into rescue on request',
  },
  release: { does: 'deletes the key, releases the lease and says so in the thread' },
};

/** Steps that the table says can be undone; a test holds it against the steps themselves. */
export const stepsWithUndo: readonly StepName[] = stepNames.filter((name) => steps[name].undo !== undefined);

/** The step table of the README. */
export function stepTable(): string {
  const lines = stepNames.map((name, index) => {
    const { does, undo = '–' } = steps[name];
    return `| ${index + 1} | ${name} | ${does} | ${undo} |`;
  });
  return ['| # | step | what it does | undo |', '|---|---|---|---|', ...lines].join('\n');
}

import { deviceKey } from '../../core/contracts/device.ts';
import { type InstallRecord, type IsoRequest, isTroubleshooting } from '../../core/contracts/install.ts';
import { retryAction } from '../actions/stuck.ts';
import { badInput } from '../bad-input.ts';
import type { IsoCatalogue } from '../catalogue.ts';
import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { stateText } from '../operations.ts';
import { retryAdvice } from '../views/advice.ts';
import { vmAsTyped } from '../vm-wish.ts';
import { consoleCommand } from './console.ts';
import { installCommand } from './install.ts';
import { press } from './press.ts';
import type { Command, ParsedCommand } from './spec.ts';

export const retryCommand: Command = {
  spec: {
    verb: 'retry',
    action: 'retry',
    summary: 'Tries a stuck undo again, or asks anew for what a failed install was asked for.',
    target: { name: 'install|device', required: true },
    options: { confirm: { value: 'DEVICE', about: "the device's name once more, where the policy wants it" } },
    examples: ['/xepa retry xe-7f3kq2'],
  },
  async run(deps, asker, { target = '', options: { confirm } }) {
    const record = await findInstall(deps, target);
    if (record.phase === 'stuck') return press(() => retryAction.run(deps, asker, record, 0), deps, asker, record);
    if (mayBeAskedAgain(record)) {
      const command = isTroubleshooting(record) ? consoleCommand : installCommand;
      return command.run(deps, asker, typedAgain(record, { isos: deps.rules.isos, confirm }));
    }
    await authorise(deps, asker, { action: 'look' });
    throw badInput(`${stateText(record)} ${retryAdvice(record)}`);
  },
};

/** It ended without an installed system, and nobody said no to it. */
function mayBeAskedAgain(record: InstallRecord): boolean {
  return record.phase === 'undone' || (record.phase === 'denied' && record.approval?.state === 'expired');
}

/** The command line that this install was asked for with: what holds today holds for it too. */
export function typedAgain(
  record: InstallRecord,
  { isos, confirm }: { isos: IsoCatalogue; confirm?: string | undefined },
): ParsedCommand {
  const { iso, disk, rungs, lifeline, vm, answer, also, kernelArgs, media, fix, reason, snapshot } = record.request;
  if (answer?.name === 'typed') {
    throw badInput(
      'That install had an answer file that was typed in, and it was forgotten when the install ended. Ask anew with `/xepa install`.',
    );
  }
  const wishes = {
    ...(iso ? { iso: isoAsTyped(iso, isos), sha256: iso.sha256 } : {}),
    disk,
    rung: rungs?.disk,
    nic: rungs?.nic,
    lifeline,
    ...vmAsTyped(vm ?? {}),
    answer: answer?.name,
    also: also?.map((disc) => alsoAsTyped(disc)).join(','),
    'kernel-args': kernelArgs,
    media,
    fix: fix?.join(','),
    reason,
    confirm,
  };
  const options = Object.entries(wishes).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return {
    verb: (iso ? installCommand : consoleCommand).spec.verb,
    target: deviceKey(record.device),
    options: Object.fromEntries(options),
    flags: new Set(snapshot ? ['snapshot'] : []),
    help: false,
  };
}

function alsoAsTyped({ name = 'disc', url, sha256 }: IsoRequest): string {
  return `${name}=${url}${sha256 === undefined ? '' : `#sha256=${sha256}`}`;
}

/** Its name, while that still stands for the same address; else the address. */
function isoAsTyped(iso: IsoRequest, isos: IsoCatalogue): string {
  return iso.name !== undefined && isos.get(iso.name)?.url === iso.url ? iso.name : iso.url;
}

import type { InstallRecord } from '../../core/contracts/install.ts';
import { findInstall } from '../find-install.ts';
import { cut } from '../text.ts';
import { approveFor, denyFor } from '../voting.ts';
import { press } from './press.ts';
import type { Command } from './spec.ts';

const REASON_MAX = 2_000;

export const approveCommand: Command = {
  spec: {
    verb: 'approve',
    action: 'approve',
    summary: 'Agrees to an install that waits for approval, as its button does.',
    target: { name: 'install|device', required: true },
    options: {},
    examples: ['/xepa approve xe-7f3kq2'],
  },
  async run(deps, asker, { target = '' }) {
    const record = await findInstall(deps, target);
    await press(() => approveFor(deps, asker, { record, round: roundOf(record) }), deps, asker, record);
  },
};

export const denyCommand: Command = {
  spec: {
    verb: 'deny',
    action: 'approve',
    summary: 'Turns down an install that waits for approval, as its button does.',
    target: { name: 'install|device', required: true },
    options: { reason: { value: '"TEXT"', about: 'why, for the person who asked and for the audit trail' } },
    examples: ['/xepa deny xe-7f3kq2 --reason "not before Monday"'],
  },
  async run(deps, asker, { target = '', options: { reason } }) {
    const why = reason === undefined ? {} : { reason: cut(reason, REASON_MAX) };
    const record = await findInstall(deps, target);
    await press(() => denyFor(deps, asker, { record, round: roundOf(record), ...why }), deps, asker, record);
  },
};

/** Who types means what is asked now. */
function roundOf(record: InstallRecord): number {
  return record.approval?.round ?? 0;
}

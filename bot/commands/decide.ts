import { approveAction, denyBecause } from '../actions/decide.ts';
import { findInstall } from '../find-install.ts';
import { cut } from '../text.ts';
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
  run: async (deps, asker, { target = '' }) => press(approveAction.run, deps, asker, await findInstall(deps, target)),
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
    const run = denyBecause(reason === undefined ? undefined : cut(reason, REASON_MAX));
    await press(run, deps, asker, await findInstall(deps, target));
  },
};

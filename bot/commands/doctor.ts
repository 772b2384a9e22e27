import { authoriseGenerally } from '../authorise.ts';
import { mayAudit } from '../rights.ts';
import { doctorReport } from '../views/doctor.ts';
import type { Command } from './spec.ts';

export const doctorCommand: Command = {
  spec: {
    verb: 'doctor',
    action: 'audit',
    summary: 'Looks at Redis, Slack, workers, ISOs and the console, and says what to do.',
    target: null,
    options: {},
    examples: ['/xepa doctor'],
  },
  async run(deps, asker) {
    await authoriseGenerally(deps, asker, mayAudit, 'doctor');
    await asker.tell(doctorReport(await deps.examine()));
  },
};

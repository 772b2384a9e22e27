import { authorise } from '../judging.ts';
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
    await authorise(deps, asker, { action: 'audit' });
    await asker.tell(doctorReport(await deps.examine()));
  },
};

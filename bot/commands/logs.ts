import { consoleIsOpen } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';
import { askWorker } from '../ask-worker.ts';
import { badInput } from '../bad-input.ts';
import { nearest } from '../did-you-mean.ts';
import { findInstall } from '../find-install.ts';
import { authorise } from '../judging.ts';
import { sendLogs } from '../send-logs.ts';
import { code } from '../text.ts';
import { sentence } from '../views/message.ts';
import type { Command } from './spec.ts';

const USUAL_LINES = 50;
const MOST_LINES = 500;

export const logsCommand: Command = {
  spec: {
    verb: 'logs',
    aliases: ['log'],
    action: 'look',
    summary: 'Shows you what happened in an install, and while the installer runs also the ends of its own logs.',
    target: { name: 'install|device', required: true },
    options: {
      step: { value: 'NAME', about: 'only what happened in that step' },
      tail: { value: 'LINES', about: `how many lines of each log, at most ${MOST_LINES}; ${USUAL_LINES} by default` },
      file: { value: null, about: 'as a file in your messages with XEPA, as long logs are anyway' },
    },
    examples: ['/xepa logs web-07', '/xepa logs xe-7f3kq2 --step media --tail 200 --file'],
  },
  async run(deps, asker, { target = '', options, flags }) {
    const wish = { lines: linesOf(options.tail), step: stepOf(options.step), asFile: flags.has('file') };
    const record = await findInstall(deps, target);
    await authorise(deps, asker, { action: 'look', record });
    if (!consoleIsOpen(record)) {
      const tell = (message: Parameters<typeof asker.tell>[0]) => asker.tell(message);
      return sendLogs(deps, record, { ...wish, user: asker.user, tell }, { device: null });
    }
    // What the installer prints is what its screen shows: whoever may not watch the one may not read the other.
    await authorise(deps, asker, { action: 'console-view', record });
    await askWorker(deps, asker, record, { ...wish, what: 'logs' });
    await asker.tell(sentence('Asking the server for its logs…'));
  },
};

function linesOf(typed: string | undefined): number {
  const lines = typed === undefined ? USUAL_LINES : Number(typed);
  if (Number.isInteger(lines) && lines >= 1 && lines <= MOST_LINES) return lines;
  throw badInput(`\`--tail\` must be a number of lines from 1 to ${MOST_LINES}.`);
}

function stepOf(typed: string | undefined): StepName | undefined {
  const step = stepNames.find((name) => name === typed?.toLowerCase());
  if (step !== undefined || typed === undefined) return step;
  const near = nearest(typed, stepNames);
  const hint = near ? ` Did you mean ${code(near)}?` : '';
  throw badInput(
    `There is no step ${code(typed)}.${hint} There are ${stepNames.map((name) => code(name)).join(', ')}.`,
  );
}

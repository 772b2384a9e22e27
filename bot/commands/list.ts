import type { InstallRecord } from '../../core/contracts/install.ts';
import { openInstalls } from '../../core/open-installs.ts';
import { badInput } from '../bad-input.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { authorise } from '../judging.ts';
import { type ListFilter, listStates, matches, pageOf } from '../list-filter.ts';
import { code } from '../text.ts';
import { approvalList } from '../views/approval-list.ts';
import { installList } from '../views/install-list.ts';
import type { Command, ParsedCommand } from './spec.ts';

/** As many lines as surely fit into one section. */
const PAGE = 15;
/** So many of the newest installs are searched. */
const NEWEST = 500;
const subjects = ['installs', 'approvals'];

export const listCommand: Command = {
  spec: {
    verb: 'list',
    action: 'look',
    summary: 'Lists the newest installs, or what waits for approval.',
    target: { name: subjects.join('|'), required: false },
    options: {
      mine: { value: null, about: 'only those that you asked for' },
      state: { value: listStates.join('|'), about: 'only those; `waiting`: for a person, `failed`: without a system' },
      device: { value: 'DEVICE', about: 'only those of that device' },
      page: { value: 'N', about: 'older ones' },
    },
    examples: ['/xepa list', '/xepa list approvals', '/xepa list --mine --state failed'],
  },
  async run(deps, asker, parsed) {
    await authorise(deps, asker, { action: 'look' });
    const subject = subjectOf(parsed);
    const filter = filterOf(asker, parsed);
    const records = subject === 'approvals' ? await pending(deps) : await deps.store.listRecent(NEWEST);
    const found = records.filter((record) => matches(record, filter));
    const page = pageOf(found, pageNumber(parsed), PAGE);
    const show = subject === 'approvals' ? approvalList : installList;
    await asker.tell(show(page, deps.clock.now()));
  },
};

async function pending(deps: BotDeps): Promise<InstallRecord[]> {
  const { records } = await openInstalls(deps.store);
  return records.filter((record) => record.phase === 'approval');
}

function subjectOf({ target = 'installs' }: ParsedCommand): string {
  const subject = target.toLowerCase();
  if (subjects.includes(subject)) return subject;
  throw badInput(`There is no list of ${code(target)}. There are ${subjects.map((name) => code(name)).join(' and ')}.`);
}

function filterOf(asker: Asker, { options, flags }: ParsedCommand): ListFilter {
  const state = listStates.find((known) => known === options.state?.toLowerCase()) ?? null;
  if (options.state !== undefined && state === null) {
    throw badInput(`${code('--state')} is one of ${listStates.map((known) => code(known)).join(', ')}.`);
  }
  return { by: flags.has('mine') ? asker.user : null, state, device: options.device ?? null };
}

function pageNumber({ options }: ParsedCommand): number {
  const { page = '1' } = options;
  if (/^[1-9]\d{0,5}$/.test(page)) return Number(page);
  throw badInput(`${code('--page')} is a number from 1 on.`);
}

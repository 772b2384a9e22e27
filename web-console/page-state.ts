import { startsFromDisk } from '../core/console-round.ts';
import { type InstallRecord, type IsoRequest, journalOf } from '../core/contracts/install.ts';
import { stepNames } from '../core/contracts/step-name.ts';
import { isCancelled } from '../core/decisions.ts';
import type { Entry } from './access.ts';
import { awaitsDisc } from './disc-standing.ts';
import type { MachineView } from './machine-contract.ts';
import type { Ending, PageState } from './page-contract.ts';
import { portCount } from './serial/ports.ts';

/** What is not in the record. */
interface Seen {
  machine: MachineView | null;
  browserDisc: PageState['browserDisc'];
  now: number;
}

/** The page's view of the record: no key, no address, nothing that the person does not need. */
export function pageState(entry: Entry, seen: Seen): PageState {
  const { record, session, standing } = entry;
  const line = journalOf(record, record.at);
  return {
    install: record.id,
    device: record.device.name,
    iso: isoName(record),
    purpose: startsFromDisk(record) ? 'console' : 'install',
    who: session.slackUser,
    right: session.right,
    recorded: record.recording !== undefined,
    phase: record.phase,
    standing,
    ending: standing === 'ended' ? endingOf(record) : null,
    step: record.at,
    stepNumber: stepNames.indexOf(record.at) + 1,
    stepCount: stepNames.length,
    since: line?.startedAt ?? record.updatedAt,
    why: line?.why ?? null,
    progress: line?.progress ?? null,
    failure: record.failure?.message ?? null,
    up: record.facts.verify?.up ?? null,
    power: seen.machine?.power ?? null,
    drive: seen.machine?.drive ?? null,
    awaitsDisc: awaitsDisc(record),
    browserDisc: seen.browserDisc,
    serialPorts: portCount(record),
    endsAt: session.endsAt,
    closesAt: standing === 'open' ? closingTime(record) : null,
    now: seen.now,
  };
}

/** What the screen shows, as a heading says it: the ISO, or that it is what is installed. */
export function isoName(record: InstallRecord): string {
  const { iso } = record.request;
  return iso && !startsFromDisk(record) ? isoTitle(iso) : 'Installed system';
}

/** The ISO's name, or the last part of its address without query and fragment, which may hold a secret. */
export function isoTitle({ name, url }: IsoRequest): string {
  if (name !== undefined) return name;
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  return path.split('/').at(-1) || 'ISO';
}

/** An install from before this was noted has a limit too, but nobody here knows it. */
function closingTime(record: InstallRecord): number | null {
  const startedAt = journalOf(record, 'attend')?.startedAt;
  const openForMs = record.facts.console?.openForMs;
  return startedAt === undefined || openForMs === undefined ? null : startedAt + openForMs;
}

function endingOf(record: InstallRecord): Ending {
  if (isCancelled(record)) return 'cancelled';
  if (record.failure || record.phase === 'stuck' || record.phase === 'denied') return 'failed';
  if (record.decision) return 'boot-metal';
  return 'powered-off';
}

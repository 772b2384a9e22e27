import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { countProven, turnAway } from '../../bot/approvals.ts';
import { systemClock } from '../../core/clock.ts';
import type { Approval } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { SlackPerson } from '../../core/contracts/slack-person.ts';
import type { Change, InstallStore } from '../../core/install-store.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createPasskeyStore, type PasskeyStore } from '../../core/passkey-store.ts';
import { createStepUpLinks, type StepUpLinks } from '../../core/step-up-links.ts';
import { anApproval } from './an-approval.ts';
import { alice, bob } from './an-install.ts';
import { type ConsoleBench, secret, startConsoleBench } from './console-bench.ts';

/** A console at a host name, and what the bot would do for the passkey page. */
export interface StepUpBench extends ConsoleBench {
  links: StepUpLinks;
  passkeys: PasskeyStore;
  /** Puts an install into Redis that waits for approval; Bob has voted and is to show his passkey. */
  waiting(id: string, approval?: Partial<Approval>, parts?: Partial<InstallRecord>): Promise<InstallRecord>;
  /** Does what the bot does with the vote that Bob proves next, and allows. @returns when it counts */
  botCounts(id: string): Promise<void>;
  /** The same where the bot turns it away. */
  botTurnsAway(id: string, why: string): Promise<void>;
  /** Bob's link to confirm his vote. */
  voteTicket(id: string, person?: SlackPerson): Promise<string>;
  /** The Cookie header of a tab: what no script can read, the browser itself tells. */
  cookie(page: Page): Promise<string>;
}

/** Bob in the workspace of the installs. */
export const bobHere: SlackPerson = { team: 'T01TEST', user: bob.id };

export const bobsVote = { by: bob, at: 1, fits: [0], stepUp: 'awaited' as const };

export async function startStepUpBench(): Promise<StepUpBench> {
  const bench = await startConsoleBench({}, 'localhost');
  const { redis } = bench;
  const links = createStepUpLinks({ redis, keyring: parseKeyring(secret), clock: systemClock });
  return {
    ...bench,
    links,
    passkeys: createPasskeyStore(redis),
    waiting(id, given = {}, parts = {}) {
      const approval = anApproval({ stepUp: true, votes: [bobsVote], expiresAt: Date.now() + 3_600_000, ...given });
      const request = {
        iso: { url: approval.binds.iso?.url ?? '', name: 'debian-13' },
        reason: 'CHG-4471 replace the corrupt system',
        requestedBy: alice,
      };
      return bench.install(id, {
        phase: 'approval',
        at: 'reserve',
        journal: [],
        facts: {},
        request,
        approval,
        ...parts,
      });
    },
    botCounts: (id) => judgeNext(bench.store, id, (record) => countProven(record, { ...judgement(record), fits: [0] })),
    botTurnsAway: (id, why) =>
      judgeNext(bench.store, id, (record) => turnAway(record, { ...judgement(record), why: [why], named: [] })),
    async voteTicket(installId, person = bobHere) {
      const { approval } = await bench.store.load(installId);
      if (!approval) throw new Error(`${installId} waits for nobody`);
      return (await links.issueVote({ person, installId, approval })).ticket;
    },
    async cookie(page) {
      const cookies = await page.context().cookies(bench.url);
      return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
  };
}

const judgement = (record: InstallRecord) => ({ by: bob, at: Date.now(), round: record.approval?.round ?? 0 });

/** Looks every few milliseconds, as the bot hears of every write. @throws after ten seconds */
async function judgeNext(
  store: InstallStore,
  id: string,
  judge: (record: InstallRecord) => Change | null,
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    let judged = false;
    await store.update(id, (record) => {
      const change = judge(record);
      judged = change !== null;
      return change;
    });
    if (judged) return;
    await pause(20);
  }
  throw new Error(`nobody has proven a vote for ${id}`);
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Question } from '../../core/contracts/question.ts';
import { openQuestion } from '../../core/questions.ts';
import { anApproval } from '../support/an-approval.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const system = { via: 'system', id: 'test' } as const;
const policy = `version: 1
roles:
  viewer: { everyone: true }
  operator: { users: [${alice}] }
  approver: { users: [${carol}] }
rules:
  - name: shop-consoles
    match: { actions: [troubleshoot], tags: [shop] }
    require: [{ approvals: 1 }]
`;
let world: BotWorld;
let folder: string;
let id: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xepa-policy-'));
  writeFileSync(join(folder, 'policy.yaml'), policy);
  world = await startBotWorld('socket', { XEPA_POLICY_FILE: join(folder, 'policy.yaml') });
  await world.slack.command(alice, 'install web-01 --iso debian-13 --fix serial,network');
  id = await vi.waitFor(async () => {
    const [found] = await world.store.listRecent(1);
    if (!found) throw new Error('nothing was asked for');
    return found.id;
  }, soon);
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function ask(n: number, kind: Question['kind'], answers: Question['answers']): Promise<void> {
  const until = Date.now() + 3_600_000;
  const question: Question = {
    n,
    kind,
    step: 'verify',
    askedAt: 1,
    until,
    why: 'So it is.',
    findings: ['seen'],
    logs: [],
    answers,
  };
  await world.store.update(id, (record) => ({
    record: {
      ...record,
      phase: 'forward',
      at: 'verify',
      facts: { ...record.facts, boot: { requestedAt: 1, marker: '' }, question },
    },
    note: { type: 'test-change', actor: system, detail: {} },
  }));
}

/** The reply in the thread that has this button for this question. */
async function replyWith(actionId: string, n: number): Promise<SlackMessage> {
  return vi.waitFor(async () => {
    const messages = await world.slack.messages();
    const found = messages.find((one) => one.thread_ts && findButton(one, actionId)?.value === `${id}#${n}`);
    if (!found) throw new Error('there is no such button');
    return found;
  }, soon);
}

const press = async (user: string, actionId: string, n: number) =>
  world.slack.clickOn(await replyWith(actionId, n), { user, actionId, value: `${id}#${n}` });

async function told(user: string, words: string): Promise<void> {
  await vi.waitFor(async () => {
    const found = (await world.slack.messages()).some(
      (one) => one.ephemeral_to === user && JSON.stringify(one).includes(words),
    );
    if (!found) throw new Error(`${user} was not told: ${words}`);
  }, soon);
}

test('what may be changed on the installed system is kept with what was asked for', async () => {
  expect((await world.store.load(id)).request.fix).toEqual(['network', 'serial']);
  await world.slack.command(alice, 'install web-02 --iso debian-13 --fix everything');
  await told(alice, '`--fix` takes any of');
});

test('who may act on the install answers in the thread, once, and it stands in the trail', async () => {
  await ask(1, 'silent', ['look-again', 'to-rescue', 'is-up']);
  await press(alice, 'xepa.answer-look', 1);
  await vi.waitFor(
    async () =>
      expect((await world.store.load(id)).answer).toMatchObject({ n: 1, kind: 'look-again', by: { id: alice } }),
    soon,
  );
  await press(alice, 'xepa.answer-up', 1);
  await told(alice, 'This question was answered already');
  const events = await world.store.events(id);
  expect(events.find(({ type }) => type === 'question-answered')).toMatchObject({
    actor: { id: alice },
    detail: { question: 'silent', answer: 'look-again' },
  });
});

test('a button of an earlier question does not answer a later one', async () => {
  const old = await replyWith('xepa.answer-up', 1);
  await ask(2, 'silent', ['look-again', 'to-rescue', 'is-up']);
  await world.slack.clickOn(old, { user: alice, actionId: 'xepa.answer-up', value: `${id}#1` });
  await told(alice, 'This question was answered already');
  expect(openQuestion(await world.store.load(id))?.n).toBe(2);
});

test('who may not is refused, and nothing is changed', async () => {
  await ask(3, 'in-rescue', ['boot', 'leave-in-rescue']);
  await press(bob, 'xepa.answer-boot', 3);
  await vi.waitFor(async () => {
    const refused = (await world.store.events(id)).filter(({ type, actor }) => type === 'refused' && actor.id === bob);
    expect(refused).toHaveLength(1);
  }, soon);
  expect(openQuestion(await world.store.load(id))?.n).toBe(3);
});

test('the console again asks the policy like a first console: what was not approved is refused, with the way there', async () => {
  await ask(4, 'in-rescue', ['console-again', 'boot', 'leave-in-rescue']);
  await tagged(['shop']);
  await press(alice, 'xepa.answer-console', 4);
  await told(alice, 'type /xepa console web-01: that asks for the approval');
  expect(openQuestion(await world.store.load(id))?.n).toBe(4);
  await world.store.update(id, (record) => ({
    record: { ...record, approval: anApproval({ state: 'approved', by: { via: 'slack', id: carol }, at: 1 }) },
    note: { type: 'test-change', actor: system, detail: {} },
  }));
  await press(alice, 'xepa.answer-console', 4);
  await vi.waitFor(
    async () => expect((await world.store.load(id)).answer).toMatchObject({ n: 4, kind: 'console-again' }),
    soon,
  );
});

test('a freeze stops the console again, and not the other answers', async () => {
  await ask(5, 'in-rescue', ['console-again', 'boot', 'leave-in-rescue']);
  await tagged([]);
  await world.slack.command(carol, 'freeze --until 2h --reason "a release"');
  await vi.waitFor(async () => expect(JSON.stringify(await world.slack.messages())).toContain('is frozen by'), soon);
  await press(alice, 'xepa.answer-console', 5);
  await told(alice, 'Everything is frozen');
  expect(openQuestion(await world.store.load(id))?.n).toBe(5);
  await press(alice, 'xepa.answer-leave', 5);
  await vi.waitFor(
    async () => expect((await world.store.load(id)).answer).toMatchObject({ n: 5, kind: 'leave-in-rescue' }),
    soon,
  );
});

async function tagged(tags: string[]): Promise<void> {
  await world.store.update(id, (record) => ({
    record: { ...record, device: { ...record.device, tags } },
    note: { type: 'test-change', actor: system, detail: {} },
  }));
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { type Browser, openBrowser } from '../support/browser.ts';

/** Set it to keep pictures of what each of them sees. */
const pictures = process.env.XEPA_PICTURES;
const soon = { timeout: 15_000, interval: 50 };

const policy = `
version: 1
roles:
  viewer: { everyone: true }
  operator: { everyone: true }
  approver: { everyone: true }
rules:
  - name: production
    match: { actions: [install], tags: [prod] }
    require: [{ approvals: 1, label: somebody else of the team }]
    deny: { reason: required }
`;

/** The page of one person, in a browser of their own. */
interface Seat {
  page: Page;
  /** Until `thaw`, what the workspace sends does not arrive: the person looks at what was true before. */
  freeze(): void;
  thaw(): void;
  type(text: string): Promise<void>;
  /** Opens the newest thread, once it is the one with this text. */
  openThread(text: string): Promise<void>;
  press(name: string): Promise<void>;
  sees(text: string | RegExp): Promise<void>;
  picture(name: string): Promise<void>;
}

let world: BotWorld;
let folder: string;
const browsers: Browser[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xepa-two-people-'));
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy);
  world = await startBotWorld('socket', { XEPA_POLICY_FILE: file });
}, 60_000);
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function sit(person: string): Promise<Seat> {
  const browser = await openBrowser();
  browsers.push(browser);
  const page = await browser.page({ width: 1340, height: 900 });
  let frozen = false;
  const held: (() => void)[] = [];
  await page.routeWebSocket('**/ui', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const pass = () => socket.send(message);
      if (frozen) held.push(pass);
      else pass();
    });
  });
  await page.goto(world.slack.url);
  await page.getByLabel('Act as').selectOption({ label: person });
  return {
    page,
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
      for (const pass of held.splice(0)) pass();
    },
    async type(text) {
      await page.getByPlaceholder(/^Message #ops/).fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).first().click();
    },
    openThread: (text) =>
      vi.waitFor(async () => {
        await page
          .getByRole('button', { name: /repl(y|ies)/ })
          .last()
          .click();
        await page.getByText(text).last().waitFor({ timeout: 1_000 });
      }, soon),
    press: (name) => page.getByRole('button', { name, exact: true }).last().click(),
    sees: (text) => page.getByText(text).last().waitFor(),
    async picture(name) {
      if (!pictures) return;
      mkdirSync(pictures, { recursive: true });
      // What was clicked a moment ago scrolls into view.
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(pictures, `two-people-${name}.png`) });
    },
  };
}

async function installOf(device: string, phase: InstallRecord['phase']): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(10)).find((record) => record.device.name === device);
    if (found?.phase !== phase) throw new Error(`${device} is in ${found?.phase}`);
    return found;
  }, soon);
}

test('two people, two browsers: asked, refused to oneself, approved, denied with a reason, too late, expired', async () => {
  const alice = await sit('Alice Anderson');
  const bob = await sit('Bob Brown');

  await alice.type('/xepa install db-01 --iso debian-13 --reason "CHG-4471 corrupt system"');
  await alice.openThread('Approval needed: install on db-01');
  await alice.press('Approve');
  await alice.sees('somebody else has to decide');
  await alice.picture('1-own-approval-refused');
  await installOf('db-01', 'approval');

  await bob.openThread('Approval needed: install on db-01');
  await bob.picture('2-asked');
  await bob.press('Approve');
  await bob.sees(/approved by/);
  await installOf('db-01', 'forward');
  await alice.sees(/approved by/);
  await alice.picture('3-approved');

  await alice.type('/xepa install db-02 --iso debian-13');
  await installOf('db-02', 'approval');
  await bob.sees(/Waiting for approval: db-02/);
  await bob.openThread('Approval needed: install on db-02');
  const late = await sit('Carol Cole');
  await late.openThread('Approval needed: install on db-02');
  // From now on she looks at what is no longer true.
  late.freeze();
  await bob.press('Deny');
  await bob.sees('Why not?');
  await bob.page.getByRole('textbox').last().fill('not before the backup is done');
  await bob.picture('4-reason-for-no');
  await bob.press('Deny');
  await installOf('db-02', 'denied');
  await bob.sees(/denied by/);
  await bob.picture('5-denied');

  await late.press('Approve');
  await vi.waitFor(async () => {
    const whispers = (await world.slack.messages()).filter(({ ephemeral_to }) => ephemeral_to === 'U03CAROL');
    expect(whispers.map(({ text }) => text).join()).toContain('Your click came too late');
  }, soon);
  late.thaw();
  await late.sees(/Your click came too late/);
  await late.sees(/denied by/);
  await late.picture('6-too-late');
  expect((await installOf('db-02', 'denied')).approval?.votes).toEqual([]);

  await alice.type('/xepa install db-03 --iso debian-13');
  const { id } = await installOf('db-03', 'approval');
  await bob.sees(/Waiting for approval: db-03/);
  await bob.openThread('Approval needed: install on db-03');
  await world.store.update(id, (record) => ({
    record: { ...record, ...(record.approval ? { approval: { ...record.approval, expiresAt: 1 } } : {}) },
    note: { type: 'test-hour-passed', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  await bob.press('Approve');
  await installOf('db-03', 'denied');
  await bob.sees(/expired: nobody decided in time/);
  await bob.picture('7-expired');
}, 120_000);

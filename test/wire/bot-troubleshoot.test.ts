import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { picture } from '../support/page-pictures.ts';

const { alice, bob } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const system = { via: 'system', id: 'test' } as const;

let world: BotWorld;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startBotWorld('http'), openBrowser()]);
});
afterAll(async () => {
  await Promise.all([world.stop(), browser.close()]);
});

/** The last form that was opened, as it was sent to Slack. */
async function form(words: string): Promise<string> {
  return vi.waitFor(async () => {
    const calls = await world.slack.calls('views.open');
    const found = calls.map(({ detail }) => JSON.stringify(detail)).findLast((view) => view.includes(words));
    if (found === undefined) throw new Error(`no form says ${words}`);
    return found;
  }, soon);
}

async function recordOf(device: string): Promise<InstallRecord> {
  return vi.waitFor(async () => {
    const found = (await world.store.listRecent(50)).find((record) => record.device.name === device);
    if (!found) throw new Error('not recorded yet');
    return found;
  }, soon);
}

async function message(words: string | RegExp): Promise<SlackMessage> {
  return vi.waitFor(async () => {
    const found = (await world.slack.messages()).findLast((one) => new RegExp(words).test(JSON.stringify(one)));
    if (!found) throw new Error(`nothing says ${words}`);
    return found;
  }, soon);
}

function move(id: string, change: Partial<InstallRecord>): Promise<InstallRecord> {
  const note = { type: 'test-moved', actor: system, detail: {} };
  return world.store.update(id, (current) => ({ record: { ...current, ...change }, note }));
}

async function seeThread(name: string): Promise<void> {
  const page = await browser.page({ width: 1500, height: 1000 });
  await page.goto(world.slack.url);
  await page
    .getByText(/^\d+ repl(y|ies)$/)
    .last()
    .click();
  await page.waitForLoadState('networkidle');
  await picture(page, name);
  await page.close();
}

describe('a console of what is installed', () => {
  test('is asked for in a form that says what goes down, and shows its own words all the way', async () => {
    await world.slack.command(alice, 'console web-01 --reason "does not boot"');
    const asked = await form('Console on the server');
    expect(asked).toMatch(/what runs on it is down/);
    expect(asked).toMatch(/Nothing is erased by XEPA/);
    expect(asked).not.toMatch(/installer|may be erased/i);
    expect(await world.store.listRecent(50)).toEqual([]);
    await world.slack.submit(alice, {});
    const { id, request, phase } = await recordOf('web-01');
    expect(request).toEqual({ purpose: 'console', reason: 'does not boot', requestedBy: { via: 'slack', id: alice } });
    expect(phase).toBe('forward');
    expect((await world.store.events(id))[0]).toMatchObject({ type: 'requested', detail: { purpose: 'console' } });
    await message(/Getting the console ready: web-01 · console/);
    await move(id, { at: 'attend' });
    const ready = await message(/The screen is ready/);
    expect(findButton(ready, 'xepa.console')?.value).toBe(id);
    await message(/the screen on web-01 is ready/);
    await world.slack.command(alice, 'console web-01');
    await message(/Your console of web-01 is one click away/);
    await move(id, { phase: 'done', at: 'release', facts: { verify: { up: true, evidence: 'SSH answers' } } });
    await message(/web-01 is back: it runs from its disk again/);
    const thread = (await world.slack.messages()).filter((one) => one.ephemeral_to === undefined);
    expect(JSON.stringify(thread)).not.toMatch(/installer|Install of|was installed/i);
    await seeThread('troubleshoot-thread');
  });

  test('with the name typed no form is needed, and a wrong one does nothing', async () => {
    await world.slack.command(alice, 'console web-02 --confirm web-03');
    await message(/`web-03` is not the name of the server/);
    await world.slack.command(alice, 'console web-02 --snapshot --confirm web-02');
    expect((await recordOf('web-02')).request).toMatchObject({
      ...{ purpose: 'console', snapshot: true, rungs: { disk: 'raw-block' } },
    });
    await message(/nothing that it writes is kept/);
  });

  test('on a production device somebody else has to agree, and is told that it goes down', async () => {
    await world.slack.command(alice, 'console db-01 --confirm db-01');
    const { id, phase, approval } = await recordOf('db-01');
    expect(phase).toBe('approval');
    expect(approval?.binds).toMatchObject({ iso: null, console: { snapshot: false } });
    const card = await message(/Approval needed: console on db-01/);
    expect(JSON.stringify(card)).toMatch(/what runs on it is down.*Nothing is erased by XEPA/);
    await seeThread('troubleshoot-approval');
    await world.slack.clickOn(card, { user: bob, actionId: 'xepa.approve', value: `${id}#1` });
    await message(/your console on db-01 was approved by .*It begins\./);
    expect((await world.store.load(id)).phase).toBe('forward');
  });

  test.each([
    ['console web-04 --view-only', /Nothing is being installed on `web-04`, so there is no link yet for `--view-only`/],
    ['console web-04 --snapshot --rung passthrough', /Leave one of `--rung` and `--snapshot` away/],
    ['console web-99', /There is no device `web-99`/],
    ['console xe-nothere', /There is no install `xe-nothere`/],
  ])('%s does nothing', async (typed, words) => {
    await world.slack.command(alice, typed);
    await message(words);
    expect((await world.store.listRecent(50)).filter(({ device }) => device.name === 'web-04')).toEqual([]);
  });

  test('where an install runs its options say nothing, and the device is not restarted', async () => {
    await world.slack.command(alice, 'install web-05 --iso debian-13');
    await recordOf('web-05');
    await world.slack.command(alice, 'console web-05 --snapshot');
    await message(/has its console already, so `--snapshot` says nothing here/);
  });

  test('the card of a free device has its button', async () => {
    await world.slack.command(alice, 'device show web-06');
    const card = await message(/Console…/);
    await world.slack.clickOn(card, { user: alice, actionId: 'xepa.device-console', value: 'lab/srv-6' });
    await form('web-06 is restarted into its rescue system');
  });

  test('one that failed is asked for anew, by its form', async () => {
    await world.slack.command(alice, 'console web-07 --snapshot --confirm web-07');
    const { id } = await recordOf('web-07');
    const failure = { step: 'rescue' as const, code: 'timeout', message: 'It did not come up.', at: 1 };
    await move(id, { phase: 'undone', failure });
    await world.store.markEnded(id);
    await world.slack.command(alice, `retry ${id}`);
    expect(await form('web-07 is restarted into its rescue system')).toMatch(/A snapshot: nothing is written/);
  });
});

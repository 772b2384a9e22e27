import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from '../support/console-process.ts';

/** Two consoles behind a plain TCP balancer, and a person in a real browser who should not care which one serves. */
let bench: ConsoleBench;
let balancer: Balancer;
let browser: Browser;
let publicUrl: string;
const consoles: ConsoleProcess[] = [];
const vncs: FakeVnc[] = [];

beforeAll(async () => {
  bench = await startConsoleBench();
  balancer = await startBalancer();
  publicUrl = `http://127.0.0.1:${balancer.port}`;
  browser = await openBrowser();
}, 60_000);
beforeEach(async () => {
  while (consoles.length < 2) {
    const started = await startConsoleProcess(bench, { publicUrl });
    consoles.push(started);
    balancer.upstreams.push(started.port);
  }
}, 60_000);
afterAll(async () => {
  await browser.close();
  for (const each of consoles) await each.stop();
  await balancer.close();
  for (const vnc of vncs) await vnc.close();
  await bench.close();
});

/** What the page's body said of itself, in order, and whether words ever covered the screen. */
interface Story {
  states: string[];
  curtains: string[];
}

/** A page that is at its screen, and keeps a diary from now on. */
async function atTheScreen(id: string): Promise<Page> {
  vncs.push(await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' }));
  await bench.install(id);
  const page = await browser.page();
  await page.goto(`${publicUrl}/c#${await bench.ticket(id)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForSelector('body[data-state=connected]');
  await page.waitForSelector('body[data-line=live]');
  await page.evaluate(`(() => {
    const story = { states: [], curtains: [] };
    window.story = story;
    const curtain = document.getElementById('curtain');
    const look = () => {
      const state = document.body.dataset.state;
      if (story.states.at(-1) !== state) story.states.push(state);
      const title = curtain.hidden ? '' : document.getElementById('curtain-title').textContent;
      if (title !== '' && story.curtains.at(-1) !== title) story.curtains.push(title);
    };
    look();
    new MutationObserver(look).observe(document.body, { attributes: true, subtree: true, childList: true, characterData: true });
  })()`);
  return page;
}

function storyOf(page: Page): Promise<Story> {
  return page.evaluate<Story>('window.story');
}

/** The console that has the page's screen. @throws while the one of a page before has not noticed that it left */
function whoServes(): ConsoleProcess {
  const serving = consoles.filter((each) => each.log().includes('"msg":"a screen opened"') && !isClosed(each));
  if (serving.length !== 1 || !serving[0]) throw new Error(`${serving.length} consoles have a screen open`);
  return serving[0];
}

function isClosed(each: ConsoleProcess): boolean {
  const count = (text: string) => each.log().split(`"msg":"${text}"`).length;
  return count('a screen closed') >= count('a screen opened');
}

/** Another one is started in its place before the next test. */
function forget(gone: ConsoleProcess): void {
  consoles.splice(consoles.indexOf(gone), 1);
  balancer.upstreams.splice(balancer.upstreams.indexOf(gone.port), 1);
}

describe('the page', () => {
  it('is back by itself when the console that serves it is killed', async () => {
    const page = await atTheScreen('xe-kill');
    const serving = await vi.waitFor(whoServes);
    const from = performance.now();
    await serving.stop('SIGKILL');
    await vi.waitFor(async () => expect((await storyOf(page)).states.slice(1)).toContain('connected'), {
      timeout: 30_000,
    });
    const { states, curtains } = await storyOf(page);
    expect(states[0]).toBe('connected');
    expect(states).toContain('reconnecting');
    expect(curtains).toEqual(['Connection lost']);
    // The picture moves again, and the line answers.
    await page.waitForSelector('body[data-line=live]');
    console.info(`the page was back ${Math.round(performance.now() - from)} ms after kill -9`);
    forget(serving);
    await page.close();
  }, 90_000);

  it('goes over to another console without a word when its own is told to stop', async () => {
    const page = await atTheScreen('xe-stop');
    const codes: number[] = [];
    page.on('websocket', () => codes.push(0));
    const serving = await vi.waitFor(whoServes);
    await serving.stop('SIGTERM');
    await vi.waitFor(async () => expect((await storyOf(page)).states.slice(1)).toContain('connected'), {
      timeout: 30_000,
    });
    const { states, curtains } = await storyOf(page);
    expect(states).toEqual(['connected', 'connecting', 'connected']);
    expect(curtains).toEqual([]);
    expect(codes).toHaveLength(1);
    expect(serving.log()).toContain('"reason":"goingAway"');
    await page.waitForSelector('body[data-line=live]');
    forget(serving);
    await page.close();
  }, 90_000);

  it('keeps its place: to everybody else its person never left', async () => {
    const page = await atTheScreen('xe-place');
    await vi.waitFor(async () =>
      expect((await bench.store.events('xe-place')).map(({ type }) => type)).toContain('console-opened'),
    );
    const serving = await vi.waitFor(whoServes);
    await serving.stop('SIGTERM');
    await vi.waitFor(async () => expect((await storyOf(page)).states.slice(1)).toContain('connected'), {
      timeout: 30_000,
    });
    const types = (await bench.store.events('xe-place')).map(({ type }) => type);
    expect(types.filter((type) => type === 'console-opened')).toHaveLength(1);
    expect(types).not.toContain('console-closed');
    forget(serving);
    await page.close();
  }, 90_000);
});

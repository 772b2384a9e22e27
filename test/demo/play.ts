import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Browser } from '../support/browser.ts';
import { failIfMetalStalled, failIfStalled } from '../support/guest-watch.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import type { World } from '../support/world.ts';
import { eventually } from './eventually.ts';
import { installerSaid } from './installer-said.ts';

const MINUTE = 60_000;

export interface Play {
  world: World;
  browser: Browser;
  /** Name of the device, as people type it. */
  device: string;
  iso: string;
  /** What else to look at while the console is open. */
  atConsole?: (installId: string, page: Page) => Promise<void>;
  /** Folder for the pictures. */
  folder: string;
  say: (line: string) => void;
}

export interface Played {
  record: InstallRecord;
  /** The line that the metal printed from its own disk. */
  proof: string;
  pictures: string[];
}

/** Plays a whole install as two people do it: one asks in Slack, one approves, the first drives the installer. */
export async function playInstall(play: Play): Promise<Played> {
  const { world, browser, say } = play;
  const pictures: string[] = [];
  await mkdir(play.folder, { recursive: true });
  const shoot = async (page: Page, name: string) => {
    const path = join(play.folder, `${name}.png`);
    await page.screenshot({ path });
    pictures.push(path);
  };

  const id = await askForInstall(play);
  const thread = await browser.page({ width: 1500, height: 1000 });
  await thread.goto(world.slack.url);
  if (await needsApproval(play, id)) {
    await openThread(thread);
    await thread.getByText('Approve', { exact: true }).first().waitFor();
    await settled(thread);
    await shoot(thread, '1-thread-approval');
    await world.slack.click(workspace.bob, 'xepa.approve');
    say('Bob approved it.');
  }

  say('Waiting for the installer (usually a minute) …');
  await slackButton(play, 'xepa.console');
  await settled(thread);
  await shoot(thread, '2-thread-console-ready');
  const console_ = await openConsole(play);
  say('The console is open in a real browser.');
  await installerSaid(world, id, 'INSTALL-ASKS');
  await settled(console_);
  await shoot(console_, '3-console-installer-asks');
  await play.atConsole?.(id, console_);
  await console_.locator('#screen canvas').click();
  await console_.keyboard.press('Enter');
  say('Pressed Enter in the installer; it writes the disk.');
  await installerSaid(world, id, 'INSTALL-DONE');
  await settled(console_);
  await shoot(console_, '4-console-installer-done');
  await console_.waitForSelector('body[data-state=ended]', { timeout: 2 * MINUTE });
  await shoot(console_, '5-console-ended');

  say('The installer has powered off; the metal boots from its disk …');
  const record = await theEnd(play, id);
  await eventually('the last message', async () => (await rootMessage(play, id))?.text.includes('Installed') || null);
  await thread.reload();
  await openThread(thread);
  await settled(thread);
  await shoot(thread, '6-thread-done');
  const { machine } = deviceOf(play);
  const [proof] = await machine.waitForSerial(/INSTALLED-OS-OK[^\r\n]*/, 2 * MINUTE);
  return { record, proof, pictures };
}

/** @returns the id of the install that the command made */
export async function askForInstall(play: Pick<Play, 'world' | 'device' | 'iso' | 'say'>): Promise<string> {
  const { world, device, iso, say } = play;
  await eventually('the inventory', async () => (await world.state.redis.exists('xepa:inventory')) === 1 || null);
  const text = `install ${device} --iso ${iso} --reason "CHG-4471 new system"`;
  await world.slack.command(workspace.alice, text);
  say(`Alice typed: /xepa ${text}`);
  return eventually('the install', async () => (await world.state.store.listRecent(1))[0]?.id ?? null);
}

async function needsApproval(play: Play, id: string): Promise<boolean> {
  return (await play.world.state.store.load(id)).phase === 'approval';
}

export function slackButton(play: Pick<Play, 'world'>, actionId: string): Promise<SlackMessage> {
  return eventually(
    `the button ${actionId}`,
    async () => (await play.world.slack.messages()).find((message) => findButton(message, actionId)) ?? null,
    5 * MINUTE,
  );
}

/** Presses "Get console link", opens what only Alice gets to see, and enters. */
export async function openConsole(play: Pick<Play, 'world' | 'browser'>): Promise<Page> {
  await play.world.slack.click(workspace.alice, 'xepa.console');
  const link = await eventually('the console link', async () => {
    const messages = (await play.world.slack.messages()).filter((message) => message.ephemeral_to === workspace.alice);
    return messages.flatMap((message) => findButton(message, 'xepa.open-link')?.url ?? []).at(-1) ?? null;
  });
  const page = await play.browser.page();
  await page.goto(link);
  await page.locator('#go').click();
  await page.waitForSelector('body[data-state=connected]', { timeout: MINUTE });
  return page;
}

export async function theEnd(play: Pick<Play, 'world'>, id: string, limitMs = 8 * MINUTE): Promise<InstallRecord> {
  const ended = ['done', 'undone', 'stuck', 'denied'];
  return eventually(
    'the end of the install',
    async () => {
      const record = await play.world.state.store.load(id);
      if (ended.includes(record.phase)) return record;
      await failIfStalled(play.world, id);
      await failIfMetalStalled(play.world, id);
      return null;
    },
    limitMs,
  );
}

async function rootMessage(play: Play, id: string): Promise<SlackMessage | undefined> {
  return (await play.world.slack.messages()).find(
    (message) => !message.thread_ts && JSON.stringify(message.blocks).includes(id),
  );
}

export function deviceOf(play: Pick<Play, 'world' | 'device'>) {
  const found = play.world.lab.devices.find(({ hostname }) => hostname === play.device);
  if (!found) throw new Error(`the lab has no device ${play.device}`);
  return found;
}

/** The look-alike opens a thread beside the channel when its count of replies is pressed. */
async function openThread(page: Page): Promise<void> {
  await page
    .getByText(/^\d+ repl(y|ies)$/)
    .first()
    .click();
}

/** A moment for what has arrived to be painted. */
async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 500)))');
}

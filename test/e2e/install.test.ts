import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findBreak } from '../../core/audit-chain.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import { type Played, playInstall } from '../demo/play.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { listeners } from '../support/inside.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { playScene } from '../support/scene.ts';
import type { World, WorldOptions } from '../support/world.ts';

/** One boot of the lab's machine for all of this: a person in Slack, a person at the console, and the metal. */
let world: World;
let browser: Browser;
let played: Played;
let seen: { listening: string[]; link: string; serial: string };

const scene: WorldOptions = {
  lab: { devices: [{ hostname: 'web-01', tags: ['prod'], content: 'installed-system' }] },
  product: 'none',
};

beforeAll(async () => {
  browser = await openBrowser();
  world = await playScene(scene, act);
}, 900_000);

async function act(stage: World): Promise<void> {
  world = stage;
  await world.start('worker', 'worker-a');
  await world.start('bot', 'bot');
  await world.start('web-console', 'web-console');
  played = await playInstall({
    world,
    browser,
    device: 'web-01',
    iso: 'mini-ask',
    folder: join(world.folder, 'pictures'),
    say: () => undefined,
    atConsole: async (id, page) => {
      seen = { listening: await listeners(world, id), link: await lastLink(), serial: await serialPort(page) };
    },
  });
}

tellOnFailure(() => world);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
}, 60_000);

/** What the first serial port's tab shows; the screen is in front again afterwards. */
async function serialPort(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'Serial 1' }).click();
  const rows = page.locator('#serial-1 .xterm-rows', { hasText: 'INSTALL-ASKS' });
  await rows.waitFor();
  const text = await rows.innerText();
  await page.getByRole('tab', { name: 'Screen', exact: true }).click();
  return text;
}

async function lastLink(): Promise<string> {
  const texts = (await world.slack.messages()).filter((message) => message.ephemeral_to).map((m) => JSON.stringify(m));
  return texts.flatMap((text) => /http:\/\/localhost:\d+\/c#[\w.-]+/.exec(text)?.[0] ?? []).at(-1) ?? '';
}

it('shows beside the screen what the installer said on its serial port before anybody looked', () => {
  expect(seen.serial).toContain('INSTALL-ASKS');
});

it('ends with the metal printing, from its own disk, what the installer found on it', () => {
  expect(played.record.phase).toBe('done');
  expect(played.proof).toMatch(/INSTALLED-OS-OK fw=BIOS ID=mini-ask/);
  expect(played.proof).toContain('serial=XEPANVME01');
  expect(played.proof).toContain('mac=52:54:00:bb:00:01');
  expect(played.proof).toContain('label=XEPA_INSTALL');
});

it('sees by itself that the installed system is up', () => {
  expect(played.record.facts.verify).toMatchObject({ up: true });
  expect(played.record.facts.verify?.evidence).toContain('SSH answers with a new host key');
});

it('lets nothing listen on the device but its sshd, while the console is open', () => {
  expect(new Set(seen.listening.map((address) => address.split(':').at(-1)))).toEqual(new Set(['22']));
});

it('leaves no key at the provider, no lease and no secret', async () => {
  expect(await world.state.redis.keys('xepa:lease:*')).toEqual([]);
  expect(played.record.sealed).toEqual({});
  const response = await fetch(`${world.lab.apiUrl}/projects/${world.lab.projectId}/ssh-keys`, {
    headers: { 'X-Auth-Token': world.lab.token },
  });
  expect(await response.json()).toMatchObject({ ssh_keys: [] });
  expect(deviceKey(played.record.device)).toContain('equinix-metal/');
});

it('has an audit trail that is whole and names who asked, who approved and who opened the console', async () => {
  const events = await world.state.store.events(played.record.id);
  expect(findBreak(events, (await world.state.store.load(played.record.id)).audit)).toBeNull();
  const actors = events.map(({ type, actor }) => `${type} ${actor.id}`);
  expect(actors.join('\n')).toMatch(/U01ALICE/);
  expect(actors.join('\n')).toMatch(/U02BOB/);
  expect(events.length).toBeGreaterThan(30);
});

it('gives the link to the person who asked, and to nobody else', async () => {
  const messages = await world.slack.messages();
  const open = messages.filter((message) => !message.ephemeral_to).map((message) => JSON.stringify(message));
  expect(open.some((text) => text.includes('/c#'))).toBe(false);
  expect(seen.link).toMatch(/\/c#v1\./);
});

it('refuses the used link to anybody else, in words', async () => {
  const other = await openBrowser();
  const page = await other.page();
  await page.goto(seen.link);
  await page.locator('#go').click();
  await page.waitForSelector('body[data-state=refused]');
  expect(await page.locator('#text').textContent()).toMatch(/Slack/);
  await other.close();
});

it('keeps the pages free of errors and of breaches of their security policy', () => {
  const unexpected = browser.complaints().filter((text) => !/status of (4\d\d|410)/.test(text));
  expect(unexpected.filter((text) => /Content Security|TrustedHTML|TypeError|ReferenceError/.test(text))).toEqual([]);
});

it('keeps secrets out of the logs', async () => {
  const { readFile, readdir } = await import('node:fs/promises');
  for (const file of (await readdir(world.folder)).filter((name) => name.endsWith('.log'))) {
    const log = await readFile(join(world.folder, file), 'utf8');
    expect(log).not.toContain(world.lab.token);
    expect(log).not.toContain(seen.link.split('#')[1]);
    expect(log).not.toContain('PRIVATE KEY');
  }
});

import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEBIAN_VOLUME_ID } from '../lab/images/debian-installer.ts';
import type { Machine } from '../lab/machine/machine.ts';
import { type DebianScene, openDebianScene } from '../support/debian-scene.ts';
import type { GuestScreen } from '../support/guest-screen.ts';
import { inside } from '../support/inside.ts';
import { typeOnServer } from '../support/keyboard-stage.ts';
import { tellOnFailure } from '../support/on-failure.ts';
import { picture } from '../support/page-pictures.ts';

/** Debian's own installer, at a console in the lab: one boot, and then one test goes on where the other has stopped. */
let scene: DebianScene;
let page: Page;
let screen: GuestScreen;

const CUT_MS = 10_000;
/** What Debian's installer asks, once all of it is drawn. */
const asks = (title: string) => new RegExp(`\\[!!\\] ${title}[\\s\\S]*<Go Back>[\\s\\S]*<Tab> moves`);

beforeAll(async () => {
  scene = await openDebianScene();
  ({ page, screen } = scene);
}, 900_000);
tellOnFailure(() => scene?.world);
let broken = false;
beforeEach(({ skip }) => skip(broken, 'what it goes on from was not reached'));
afterEach(({ task }) => {
  broken ||= task.result?.state === 'fail';
});
afterAll(() => scene?.close(), 60_000);

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

function serverMachine(): Machine {
  const [device] = scene.world.lab.devices;
  if (!device) throw new Error('the lab has a device');
  return device.machine;
}

/** What an interruption of the network must leave as it is: the VM's process with its age, and how far the install is. */
async function theVm(): Promise<object> {
  const { world, installId } = scene;
  const { phase, at, journal, facts } = await world.state.store.load(installId);
  const pid = await inside(world, installId, ['cat', `${facts.launch?.dir}/qemu.pid`]);
  const [itself, startedAt] = [1, 22];
  const qemu = await inside(world, installId, ['cut', '-d', ' ', '-f', `${itself},${startedAt}`, `/proc/${pid}/stat`]);
  // That a worker's look at the VM failed meanwhile is no harm: it looks again.
  return { phase, at, steps: journal.map(({ step }) => step), qemu };
}

describe('the screens of Debian’s installer, by keys in the page', () => {
  it('are answered, gone back on, and answered again', async () => {
    await picture(page, '1-language');
    await page.locator('#screen canvas').click();
    await press('Enter');
    await screen.shows(asks('Select your location'));
    await press('Tab', 'Enter');
    await screen.shows(asks('Select a language'));
    await picture(page, '2-gone-back');
    await press('Enter');
    await screen.shows(asks('Select your location'));
    await press('ArrowUp');
    await picture(page, '3-location');
    await press('Enter');
    // Of all keyboards it proposes the one of the country that the arrow chose.
    await screen.shows(asks('Configure the keyboard'));
    await picture(page, '4-keyboard');
    await press('Enter');
  });

  it('come to the network, by the card of the server itself', async () => {
    expect(await screen.shows(asks('Configure the network'), 500_000)).toContain('Name server addresses');
  });

  it('have fields that take what is typed', async () => {
    await page.keyboard.type('10.0.2.3');
    await screen.shows(/ 10\.0\.2\.3_/);
    await picture(page, '5-typed');
  });
});

describe('a network that is cut for ten seconds', () => {
  it('between the browser and XEPA is named, comes back by itself, and the VM does not notice', async () => {
    const before = await theVm();
    scene.line.cut();
    const tenSeconds = pause(CUT_MS);
    await page.keyboard.type(' 10.0.2.4');
    await page.locator('#line', { hasText: /waiting for the network/i }).waitFor();
    await picture(page, '6-cut-from-browser');
    await tenSeconds;
    expect(await screen.text()).not.toContain('10.0.2.4');
    scene.line.mend();
    await page.waitForSelector('body[data-state=connected][data-line=live]');
    // What was typed meanwhile arrives, and so does what is typed now.
    await screen.shows(/ 10\.0\.2\.3 10\.0\.2\.4_/);
    await press('Backspace');
    await screen.shows(/ 10\.0\.2\.3 10\.0\.2\._/);
    expect(await theVm()).toEqual(before);
  });

  it('between XEPA and the server is named, comes back by itself, and the VM does not notice', async () => {
    const before = await theVm();
    await serverMachine().plug(false);
    const tenSeconds = pause(CUT_MS);
    await page.keyboard.type('5');
    await page.locator('#line', { hasText: /waiting for the server/i }).waitFor();
    await picture(page, '7-cut-from-server');
    await tenSeconds;
    expect(await screen.text()).not.toContain('10.0.2.5');
    await serverMachine().plug(true);
    await page.waitForSelector('body[data-state=connected][data-line=live]', { timeout: 120_000 });
    await screen.shows(/ 10\.0\.2\.3 10\.0\.2\.5_/);
    await press('Backspace');
    await screen.shows(/ 10\.0\.2\.3 10\.0\.2\._/);
    expect(await theVm()).toEqual(before);
    await picture(page, '8-network-is-back');
  });
});

describe('the CD drive, as a system in the VM sees it', () => {
  let answers = 0;
  /** Types a command into the guest's shell by the page, and answers with what it printed. */
  async function run(command: string): Promise<string> {
    answers += 1;
    await typeOnServer(page, `${command}; echo =${answers}=$?\n`, 'gb');
    const shown = await screen.shows(new RegExp(`=${answers}=\\d`));
    const echoed = shown.lastIndexOf(`=${answers}=$?`);
    return shown.slice(echoed).replaceAll('\n', ' ');
  }

  async function choose(item: RegExp): Promise<void> {
    await page.getByRole('button', { name: /^CD/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
  }

  async function takeByForce(name?: string): Promise<void> {
    await page.getByRole('heading', { name: 'The system holds the disc' }).waitFor();
    if (name !== undefined) await picture(page, name);
    await page.getByRole('button', { name: 'Take it by force' }).click();
  }

  const said = (words: string) => page.locator('#notice', { hasText: words }).waitFor({ timeout: 120_000 });

  it('has the installer’s disc, says the shell behind Alt-F2', async () => {
    await page.getByRole('button', { name: /^Keys/ }).click();
    await page.getByRole('button', { name: 'Alt-F2', exact: true }).click();
    await screen.shows('Please press Enter');
    await page.keyboard.press('Escape');
    await page.locator('#screen canvas').click();
    await press('Enter');
    await screen.shows(/~ #/);
    expect(await run('debconf-get debian-installer/country')).toContain(' GB ');
    expect(await run('blkid /dev/sr0')).toContain(`LABEL="${DEBIAN_VOLUME_ID}"`);
  });

  it('is empty once the disc was taken, which the system does not let go by itself', async () => {
    await choose(/^Eject/);
    await takeByForce('9-held');
    await said('The disc is out of the drive.');
    expect(await run('head -c1 /dev/sr0')).toContain('No medium found');
    await picture(page, '10-ejected');
  });

  it('takes another ISO that the server has fetched from its mirror', async () => {
    await choose(/^Another ISO/);
    await page.getByLabel('Name, or full https:// address').fill('mini');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await page.locator('#fetch').waitFor();
    await picture(page, '11-fetching');
    await said('mini is on the server.');
    await choose(/^Insert mini/);
    await said('mini is in the drive.');
    expect(await run('mount -t iso9660 /dev/sr0 /mnt && ls /mnt && blkid /dev/sr0')).toMatch(
      /os\.img\.gz.*LABEL="XEPA_INSTALL"/,
    );
    await picture(page, '12-another-iso');
    expect(await run('umount /mnt')).toContain('=0');
  });

  it('takes the installer’s disc back', async () => {
    await choose(/^Insert the installer/);
    await takeByForce();
    await said('debian-installer.iso is in the drive.');
    expect(await run('blkid /dev/sr0')).toContain(`LABEL="${DEBIAN_VOLUME_ID}"`);
  });
});

it('leaves on the audit trail what was done at the console, and no text that was typed', async () => {
  const events = await scene.world.state.store.events(scene.installId);
  const media = events.filter(({ type }) => type === 'console-media').map(({ detail }) => detail);
  const own = { action: 'insert', disc: 'debian-installer.iso' };
  expect(media).toEqual([
    ...[{ action: 'eject' }, { action: 'eject', force: true }],
    ...[{ action: 'fetch', disc: 'mini' }, { action: 'insert', disc: 'mini' }, own, { ...own, force: true }],
  ]);
  expect(events.some(({ type }) => type === 'console-typed')).toBe(true);
  expect(JSON.stringify(events)).not.toContain('blkid');
});

it('keeps the page free of errors', () => {
  // A disc that is held, and a request that the cut network swallowed half of.
  expect(scene.browser.complaints().filter((text) => !/status of (408|409)/.test(text))).toEqual([]);
});

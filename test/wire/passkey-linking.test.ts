import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plugIn } from '../support/authenticator.ts';
import { bob, button, type PasskeyStage, picture, startPasskeyStage } from '../support/passkey-stage.ts';
import { bobHere } from '../support/step-up-bench.ts';

let stage: PasskeyStage;

beforeAll(async () => {
  stage = await startPasskeyStage();
}, 60_000);
beforeEach(() => stage.reset());
afterAll(() => stage.close());

describe('linking a passkey', () => {
  it('needs the link alone for the first one, and uses the link up', async () => {
    const page = await stage.browser.page();
    const authenticator = await plugIn(page);
    const { ticket } = await stage.bench.links.issueLink(bobHere);
    await page.goto(`${stage.bench.url}/p#${ticket}`);
    await stage.reaches(page, 'ready');
    expect(page.url()).toBe(`${stage.bench.url}/p`);
    await picture(page, 'passkey-1-ready');
    await button(page, 'Continue').click();
    await stage.reaches(page, 'create');
    expect(await page.locator('#whose').textContent()).toContain(`Slack user ${bob}`);
    await picture(page, 'passkey-2-create');
    await page.getByLabel('Name of the new passkey').fill('Laptop <b>');
    await page.keyboard.press('Enter');
    await stage.reaches(page, 'manage');
    await page.getByRole('heading', { name: '“Laptop <b>” is linked' }).waitFor();
    expect(await authenticator.count()).toBe(1);
    expect(await stage.bench.passkeys.list(bobHere)).toMatchObject([{ label: 'Laptop <b>', transports: ['internal'] }]);
    await picture(page, 'passkey-3-linked');

    const other = await stage.browser.page();
    await other.context().clearCookies();
    await stage.openLink(other, ticket);
    await other.getByRole('heading', { name: 'This link was already used' }).waitFor();
    await picture(other, 'passkey-4-used');
    await other.close();
    await page.close();
  });

  it('goes on in the same browser after a reload, and when the link was opened twice', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    const { ticket } = await stage.bench.links.issueLink(bobHere);
    await stage.openLink(page, ticket);
    await stage.reaches(page, 'create');
    await page.reload();
    await stage.reaches(page, 'create');
    const twin = await stage.browser.page();
    await stage.openLink(twin, ticket);
    await stage.reaches(twin, 'create');
    await twin.close();
    await page.close();
  });

  it('needs the first one before a second one, and then lists and removes them', async () => {
    const page = await stage.browser.page();
    const first = await plugIn(page);
    await stage.enrol(page);
    await stage.openLink(page, (await stage.bench.links.issueLink(bobHere)).ticket);
    await stage.reaches(page, 'prove');
    expect(await page.getByText('Laptop').count()).toBe(0);
    await picture(page, 'passkey-5-prove');

    await first.recognise(false);
    await button(page, 'Use my passkey').click();
    await page.getByRole('alert').filter({ hasText: 'No passkey was used' }).waitFor();
    await first.recognise(true);
    await button(page, 'Use my passkey').click();
    await stage.reaches(page, 'manage');

    await plugIn(page, 'usb');
    await page.getByLabel('Name of the new passkey').fill('Blue key');
    await button(page, 'Link another passkey').click();
    await page.getByRole('heading', { name: '“Blue key” is linked' }).waitFor();
    expect((await stage.bench.passkeys.list(bobHere)).map(({ label }) => label)).toEqual(['Laptop', 'Blue key']);
    await picture(page, 'passkey-6-two');

    await button(page, 'Remove Laptop').click();
    await picture(page, 'passkey-7-remove');
    await button(page, 'Keep it').click();
    await button(page, 'Remove Laptop').click();
    await button(page, 'Remove').click();
    await page.getByRole('heading', { name: 'Show your passkey first' }).waitFor();
    expect((await stage.bench.passkeys.list(bobHere)).map(({ label }) => label)).toEqual(['Blue key']);
    await page.close();
  });

  it('refuses a second one to whoever only has another link, whatever they send', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    // Two links are open before anybody has a passkey; both pages may make the first one.
    const late = await stage.bench.ask('/api/step-up/begin', {
      body: { ticket: (await stage.bench.links.issueLink(bobHere)).ticket },
    });
    const lateCookie = (late.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const offered = await stage.post('offer', {}, lateCookie);
    expect(offered.body).toMatchObject({ kind: 'create', options: { attestation: 'none', rp: { id: 'localhost' } } });
    await stage.enrol(page);
    await page.goto(`${stage.bench.url}/p`);
    const made = await page.evaluate(`(async () => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify({
        ...offered.body.options,
        user: { ...offered.body.options?.user, id: 'b3RoZXI' },
      })});
      return (await navigator.credentials.create({ publicKey })).toJSON();
    })()`);
    const answer = await stage.post('answer', { answer: made }, lateCookie);
    expect(answer).toMatchObject({ status: 409, body: { refused: 'passkey-rule' } });
    expect(await stage.bench.passkeys.list(bobHere)).toHaveLength(1);
    // From now on that page must show the first one as well.
    expect((await stage.post('offer', {}, lateCookie)).body).toMatchObject({ kind: 'get' });
    await page.close();
  });
});

it('the page has logged no error and broken no policy in any of this', () => {
  expect(stage.complaints()).toEqual([]);
});

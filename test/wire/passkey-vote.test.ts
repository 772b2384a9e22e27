import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { someFacts } from '../support/an-install.ts';
import { plugIn } from '../support/authenticator.ts';
import { bob, button, type PasskeyStage, picture, startPasskeyStage } from '../support/passkey-stage.ts';
import { bobHere, bobsVote } from '../support/step-up-bench.ts';

let stage: PasskeyStage;

beforeAll(async () => {
  stage = await startPasskeyStage();
}, 60_000);
beforeEach(() => stage.reset());
afterAll(() => stage.close());

describe('confirming a vote', () => {
  it('shows what is approved before it asks for the passkey, then lets the install begin', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    const disk = { path: '/dev/nvme0n1', model: 'SAMSUNG PM9A3', sizeBytes: 1.92e12, controller: '0000:01:00.0' };
    const erases = [{ ...disk, serial: 'S64HNS0R', holds: 'ext4 root (1.9 TB)' }];
    const plan = {
      ...({ firmware: 'uefi', accel: 'kvm', memoryMb: 8192, cpus: 4 } as const),
      passed: [],
      warnings: [],
    };
    const nic = { mode: 'emulated' as const, mac: '52:54:00:00:00:01', address: null };
    const binds = {
      ...{ device: 'equinix-metal/d-1', serial: 'SGH247', disks: ['S64HNS0R', 'S64HNS0S'], answer: null },
      iso: { url: 'https://mirror.example.org/debian-13.2.0-amd64-netinst.iso', sha256: '9c1e'.repeat(16) },
    };
    const facts = { ...someFacts, plan: { ...plan, nic, erases, block: null, ladder: [], digest: 'x' } };
    await stage.bench.waiting('xe-vote01', { binds, rules: ['prod-reinstall', 'db'] }, { facts });
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote01'));
    await stage.reaches(page, 'confirm');
    const shown = (await page.locator('#subject').textContent()) ?? '';
    for (const fact of [
      ...['web-07', 'equinix-metal/d-1', 'SGH247', 'debian-13', binds.iso.url, binds.iso.sha256],
      ...['S64HNS0R · SAMSUNG PM9A3 · 1,920 GB · now: ext4 root (1.9 TB)', 'S64HNS0S'],
      ...['Slack user U01ALICE', 'CHG-4471', 'because web-07 has the tag prod', 'Rules: prod-reinstall, db'],
      ...['xe-vote01, round 1', 'd'.repeat(64)],
    ]) {
      expect(shown).toContain(fact);
    }
    expect(await page.locator('#whose').textContent()).toContain(`vote of Slack user ${bob}`);
    await picture(page, 'passkey-8-vote');

    // By keyboard: from the heading the next stop is the button.
    expect(await page.evaluate('document.activeElement.id')).toBe('title');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('go');
    const counted = stage.bench.botCounts('xe-vote01');
    await page.keyboard.press('Enter');
    await counted;
    await stage.reaches(page, 'counted');
    await page.getByText('XEPA begins to install debian-13 on web-07').waitFor();
    await picture(page, 'passkey-9-counted');

    const [passkey] = await stage.bench.passkeys.list(bobHere);
    const record = await stage.bench.store.load('xe-vote01');
    expect(record).toMatchObject({ phase: 'forward', approval: { state: 'approved', by: { via: 'slack', id: bob } } });
    const [confirmed, approved] = (await stage.bench.store.events('xe-vote01')).slice(-2);
    expect(confirmed).toMatchObject({
      type: 'vote-confirmed',
      actor: { via: 'console', id: bob },
      detail: { credential: passkey?.id, round: 1 },
    });
    expect(approved).toMatchObject({ type: 'approved', actor: { via: 'slack', id: bob } });
    expect(passkey?.lastUsedAt).toBeGreaterThan(0);
    await page.close();
  });

  it('says whom the approval still waits for, and that the disks are not known', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    const needs = ['sre-leads', 'dba'].map((label) => ({ label, count: 1, users: [], groups: [] }));
    await stage.bench.waiting('xe-vote02', { needs });
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote02'));
    await stage.reaches(page, 'confirm');
    await page.getByText('Nobody has looked at this server yet').waitFor();
    await page.getByText('None was given: the file is only as good as its server.').waitFor();
    await picture(page, 'passkey-10-unknown');
    const counted = stage.bench.botCounts('xe-vote02');
    await button(page, 'Confirm with passkey').click();
    await counted;
    await page.getByText('still waits for others: 1 × dba').waitFor();
    expect((await stage.bench.store.load('xe-vote02')).phase).toBe('approval');
    await page.close();
  });

  it('says why where the policy does not let the vote count any more', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-vote06');
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote06'));
    await stage.reaches(page, 'confirm');
    const turnedAway = stage.bench.botTurnsAway('xe-vote06', 'Everything is frozen until 18:00: release');
    await button(page, 'Confirm with passkey').click();
    await turnedAway;
    await page.getByText('Your passkey was accepted, but the vote does not count now. Everything is frozen').waitFor();
    await picture(page, 'passkey-13-turned-away');
    await page.close();
  });

  it('without a bot counts nothing, and says that it was not judged yet', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-vote07');
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote07'));
    await stage.reaches(page, 'confirm');
    await button(page, 'Confirm with passkey').click();
    await stage.reaches(page, 'shown');
    await picture(page, 'passkey-14-shown');
    const record = await stage.bench.store.load('xe-vote07');
    expect(record).toMatchObject({ phase: 'approval', approval: { state: 'pending', votes: [{ stepUp: 'shown' }] } });
    await page.close();
  });

  it('sends somebody without a passkey to link one first', async () => {
    const page = await stage.browser.page();
    await stage.bench.waiting('xe-vote03');
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote03'));
    await page.getByRole('heading', { name: 'Link your passkey first' }).waitFor();
    expect(await stage.lastEvent('xe-vote03')).toMatchObject({ type: 'refused', detail: { reason: 'no-passkey' } });
    await picture(page, 'passkey-11-none');
    await page.close();
  });

  it('of an earlier round is refused with a sentence, and the trail has it', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-vote04');
    const ticket = await stage.bench.voteTicket('xe-vote04');
    await stage.bench.store.update('xe-vote04', (record) => ({
      record: record.approval ? { ...record, approval: { ...record.approval, round: 2, votes: [bobsVote] } } : record,
      note: { type: 'votes-voided', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await stage.openLink(page, ticket);
    await page.getByRole('heading', { name: 'This vote cannot be confirmed' }).waitFor();
    expect(await page.locator('#text').textContent()).toContain('voided after you pressed Approve');
    await picture(page, 'passkey-12-round');
    expect(await stage.lastEvent('xe-vote04')).toMatchObject({
      type: 'refused',
      actor: { via: 'console', id: bob },
      detail: { what: 'confirm-vote', reason: 'other-round', round: 1 },
    });
    expect((await stage.bench.store.load('xe-vote04')).approval?.votes).toEqual([bobsVote]);
    await page.close();
  });

  it('is refused to the same user id of another workspace, who has a passkey there', async () => {
    const page = await stage.browser.page();
    const twin = { ...bobHere, team: 'T02OTHER' };
    const key = { id: 'dHdpbg', publicKey: 'pQECAyYg', counter: 0, transports: [], label: 'Key' };
    await stage.bench.passkeys.add(twin, { ...key, createdAt: 1, lastUsedAt: null }, null);
    await stage.bench.waiting('xe-vote09');
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote09', twin));
    await page.getByRole('heading', { name: 'This vote cannot be confirmed' }).waitFor();
    expect(await page.locator('#text').textContent()).toContain('another Slack workspace');
    expect((await stage.bench.store.load('xe-vote09')).approval?.votes).toEqual([bobsVote]);
    // Nor does that passkey speak for Bob.
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote09'));
    await page.getByRole('heading', { name: 'Link your passkey first' }).waitFor();
    await page.close();
  });

  it('is refused when what is approved changes while the page is open', async () => {
    const page = await stage.browser.page();
    await plugIn(page);
    await stage.enrol(page);
    await stage.bench.waiting('xe-vote05');
    await stage.openLink(page, await stage.bench.voteTicket('xe-vote05'));
    await stage.reaches(page, 'confirm');
    await stage.bench.store.update('xe-vote05', (record) => ({
      record: record.approval ? { ...record, approval: { ...record.approval, digest: 'e'.repeat(64) } } : record,
      note: { type: 'changed', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await button(page, 'Confirm with passkey').click();
    await page.getByText('no longer what you voted for').waitFor();
    expect((await stage.bench.store.load('xe-vote05')).phase).toBe('approval');
    await page.close();
  });
});

it('the page has logged no error and broken no policy in any of this', () => {
  expect(stage.complaints()).toEqual([]);
});

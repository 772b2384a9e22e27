import { describe, expect, it } from 'vitest';
import { factsOf, refusedTitle, sheetOf } from '../../web-console/public/passkey-words.ts';
import type { LinkView, VoteView } from '../../web-console/step-up/contract.ts';
import { refuseLink, refuseTurnedAway, refuseVote } from '../../web-console/step-up/refusals.ts';
import { voteView } from '../../web-console/step-up/vote-view.ts';
import { anApproval } from '../support/an-approval.ts';
import { aConsole, anInstall } from '../support/an-install.ts';

const approval = anApproval({ expiresAt: 7_000 });
const record = anInstall({ phase: 'approval', approval, sealed: { sshKey: 'v1.sealed' } });

function viewOf(given: Partial<VoteView> = {}): VoteView {
  return { ...voteView(record, approval, { person: 'U02BOB', stage: 'confirm' }), ...given };
}

function linesOf(name: string, view: VoteView): string[] {
  const fact = factsOf(view, (at) => `at ${at}`).find((one) => one.name === name);
  return fact?.lines.map(({ text }) => text) ?? [];
}

describe('what is approved', () => {
  it('is what the approval is bound to, not what the request says', () => {
    const binds = { ...approval.binds, iso: { url: 'https://bound.example/x.iso', sha256: 'ab' } };
    expect(voteView(record, { ...approval, binds }, { person: 'U02BOB', stage: 'confirm' })).toMatchObject({
      iso: { name: 'debian-13', url: 'https://bound.example/x.iso', sha256: 'ab' },
      digest: approval.digest,
      round: 1,
    });
  });

  it.each([
    [false, 'Can be changed', []],
    [true, 'Is only read', ['Nothing that it writes is kept.']],
  ])('is a console, of which nothing is erased; a snapshot: %s', (snapshot, fate, kept) => {
    const binds = { ...approval.binds, iso: null, console: { snapshot }, disks: ['S1'] };
    const view = voteView(aConsole(), { ...approval, binds }, { person: 'U02BOB', stage: 'confirm' });
    expect(linesOf(fate, view)).toEqual(['S1']);
    expect(linesOf('Starts', view)).toEqual([
      'The installed system, on a screen',
      ...kept,
      'web-07 is restarted for it: what runs on it is down meanwhile.',
    ]);
    const names = factsOf(view, String).map(({ name }) => name);
    for (const name of ['Will be erased', 'Installs', 'ISO’s SHA-256']) expect(names).not.toContain(name);
    expect(sheetOf(view).title).toBe('Approve the console on web-07?');
    expect(sheetOf({ ...view, stage: 'counted', missing: [] }).text).toContain('XEPA restarts web-07');
  });

  it('holds no address or key of the device', () => {
    const text = JSON.stringify(viewOf());
    for (const secret of ['127.0.77.1', 'v1.sealed']) expect(text).not.toContain(secret);
  });

  it.each<[string, Partial<VoteView>, string, string[]]>([
    [
      'disks nobody has seen',
      {},
      'Will be erased',
      [
        'The disks are not known yet.',
        'Nobody has looked at this server yet; the installer may erase everything on it.',
      ],
    ],
    [
      'a disk that was asked for',
      { wantedDisk: 'S1' },
      'Will be erased',
      [
        'The disk with serial S1 was asked for.',
        'Nobody has looked at this server yet; the installer may erase everything on it.',
      ],
    ],
    ['disks that are known', { disks: ['S1', 'S2'] }, 'Will be erased', ['S1', 'S2']],
    ['rungs nobody knows', {}, 'Into the VM', ['Not known yet: the best way that is safe will be taken.']],
    [
      'rungs below passthrough',
      { rungs: { disk: 'raw-block', nic: 'emulated' } },
      'Into the VM',
      ['the disk as raw block: the rescue system’s kernel writes to it; an emulated network port behind NAT'],
    ],
    [
      'a rung that alone was asked for',
      { rungs: { disk: 'passthrough', nic: null } },
      'Into the VM',
      ['the disk with its controller, by passthrough'],
    ],
    ['an ISO without checksum', {}, 'ISO’s SHA-256', ['None was given: the file is only as good as its server.']],
    ['an answer file', { answer: 'cd' }, 'Answer file', ['cd']],
    ['no answer file', {}, 'Answer file', []],
    ['no reason', {}, 'Reason', ['None was given.']],
    ['no rules', { rules: [] }, 'Needs approval', ['because web-07 has the tag prod']],
    ['its time', {}, 'Request', ['xe-7f3kq2, round 1, open until at 7000']],
  ])('is said of %s', (_what, given, name, expected) => {
    expect(linesOf(name, viewOf(given))).toEqual(expected);
  });
});

describe('the words of the page', () => {
  it('say whose vote it is before, and what it did after', () => {
    expect(sheetOf(viewOf()).whose).toContain('vote of Slack user U02BOB');
    const missing = [
      { label: 'sre-leads', count: 1 },
      { label: 'dba', count: 2 },
    ];
    const shown = sheetOf(viewOf({ stage: 'shown', missing: [] }));
    expect(shown).toMatchObject({ state: 'shown', title: 'Your passkey was accepted' });
    expect(shown.go).toBeUndefined();
    expect(sheetOf(viewOf({ stage: 'counted', missing })).text).toContain('waits for others: 1 × sre-leads, 2 × dba.');
    expect(sheetOf(viewOf({ stage: 'counted', missing: [] })).text).toContain('The approval is complete');
  });

  it('ask for an existing passkey before anything else', () => {
    const view: LinkView = { purpose: 'link', stage: 'prove', person: 'U02BOB', passkeys: [], linked: null };
    expect(sheetOf(view)).toMatchObject({ go: 'Use my passkey', title: 'Show your passkey first' });
  });

  it('know every refusal that ends the page', () => {
    const other = refusedTitle('nothing-of-ours');
    for (const why of ['bad', 'expired', 'used'] as const)
      expect(refusedTitle(refuseLink(why).refused)).not.toBe(other);
    expect(refusedTitle(refuseVote('denied').refused)).not.toBe(other);
    expect(refuseTurnedAway(['It is frozen.']).message).toContain('does not count now. It is frozen.');
    expect(refuseVote('expired').message).toContain('expired');
  });
});

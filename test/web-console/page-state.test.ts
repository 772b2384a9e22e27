import { describe, expect, it } from 'vitest';
import { isoName, pageState } from '../../web-console/page-state.ts';
import { standingOf } from '../../web-console/standing.ts';
import { alice, anInstall, anInstallAt, someFacts } from '../support/an-install.ts';

const session = {
  ...{ installId: 'xe-7f3kq2', slackUser: 'U01ALICE', right: 'view' as const },
  ...{ epoch: 0, openedAt: 0, endsAt: 9_000 },
};

function stateOf(record = anInstallAt('attend')) {
  return pageState(
    { record, session, standing: standingOf(record) },
    { browserDisc: null, machine: { power: 'running', drive: null, discs: [] }, now: 5_000 },
  );
}

describe('what the page is told', () => {
  it('is the step, its place in the saga, and since when', () => {
    expect(stateOf()).toMatchObject({ step: 'attend', stepNumber: 11, stepCount: 15, standing: 'open', ending: null });
  });

  it('is when the install’s time at its console is over, where that is known and matters', () => {
    const facts = { ...someFacts, console: { readyAt: 1, openForMs: 60_000 } };
    const attend = { step: 'attend', state: 'waiting', run: 'r', failures: 0, startedAt: 40 } as const;
    const given = { facts, journal: [attend] };
    expect(stateOf(anInstallAt('attend', given)).closesAt).toBe(60_040);
    expect(stateOf(anInstallAt('attend', { ...given, facts: someFacts })).closesAt).toBeNull();
    expect(stateOf(anInstallAt('handback', given)).closesAt).toBeNull();
  });

  it('holds no address, key or fact of the device', () => {
    const record = anInstallAt('attend', { facts: someFacts, sealed: { sshKey: 'v1.sealed' } });
    const text = JSON.stringify(stateOf(record));
    for (const secret of ['127.0.77.1', 'v1.sealed', 'AAAA', '/run/xepa']) expect(text).not.toContain(secret);
  });

  it.each([
    ['a decision', { decision: { kind: 'boot-metal' as const, by: alice, at: 1 } }, 'boot-metal'],
    ['a cancellation', { cancel: { by: alice, at: 1 } }, 'cancelled'],
    [
      'a failure',
      { phase: 'undo' as const, failure: { step: 'attend' as const, code: 'x', message: 'm', at: 1 } },
      'failed',
    ],
    ['the guest powering off', { at: 'handback' as const }, 'powered-off'],
  ])('says that the console ended by %s', (_how, given, ending) => {
    expect(stateOf(anInstallAt('attend', given)).ending).toBe(ending);
  });

  it.each([
    ['its name', { url: 'https://example.org/x.iso', name: 'debian-13' }, 'debian-13'],
    ['the last part of its address', { url: 'https://example.org/isos/debian.iso?token=secret#x' }, 'debian.iso'],
    ['something at least', { url: 'https://example.org/' }, 'ISO'],
  ])('names the ISO by %s', (_what, iso, expected) => {
    expect(isoName(anInstall({ request: { iso, requestedBy: alice } }))).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { typedAgain } from '../../bot/commands/retry.ts';
import { releaseAdvice, retryAdvice } from '../../bot/views/advice.ts';
import { anApproval } from '../support/an-approval.ts';
import { aConsole, alice, anInstall } from '../support/an-install.ts';

const url = 'https://example.org/debian-13.iso';

describe('asking again', () => {
  test('is what was typed, by the name of the catalogue and the id of the device', () => {
    const request = {
      iso: { url, name: 'debian-13', sha256: 'ab'.repeat(32) },
      disk: 'S64G',
      reason: 'CHG-1',
      requestedBy: alice,
    };
    expect(typedAgain(anInstall({ request }), { isos: new Map([['debian-13', { url }]]) })).toEqual({
      verb: 'install',
      target: 'equinix-metal/d-1',
      options: { iso: 'debian-13', sha256: 'ab'.repeat(32), disk: 'S64G', reason: 'CHG-1' },
      flags: new Set(),
      help: false,
    });
  });

  test('is the address where the name means something else by now, or never was one', () => {
    const elsewhere = new Map([['debian-13', { url: 'https://example.org/debian-13.1.iso' }]]);
    expect(typedAgain(anInstall(), { isos: elsewhere }).options).toEqual({ iso: url });
    expect(typedAgain(anInstall(), { isos: new Map() }).options).toEqual({ iso: url });
  });
});

describe('a console', () => {
  const rungs = { disk: 'raw-block' as const };
  const record = aConsole({}, { snapshot: true, rungs, reason: 'CHG-2' });

  test('is asked for anew as it was typed', () => {
    expect(typedAgain(record, { isos: new Map() })).toEqual({
      verb: 'console',
      target: 'equinix-metal/d-1',
      options: { rung: 'raw-block', reason: 'CHG-2' },
      flags: new Set(['snapshot']),
      help: false,
    });
  });

  test('is not advised to be an install', () => {
    expect(releaseAdvice(record)).toContain('The VM does not run yet');
    for (const phase of ['denied', 'done'] as const)
      expect(retryAdvice({ ...record, phase })).not.toContain('xepa install');
  });
});

describe('what to do instead', () => {
  const decision = { kind: 'boot-metal' as const, by: alice, at: 1 };
  test.each([
    ['it waits for approval', anInstall({ phase: 'approval', approval: anApproval() }), 'xepa cancel xe-7f3kq2'],
    ['it has just begun', anInstall(), 'does not run yet'],
    ['somebody was quicker', anInstall({ at: 'attend', decision }), 'is being booted already'],
    ['it was cancelled', anInstall({ cancel: { by: alice, at: 1 } }), 'is being put back'],
    ['it is being undone', anInstall({ phase: 'undo' }), 'is being put back'],
    ['it is stuck', anInstall({ phase: 'stuck' }), 'Retry'],
    ['it has ended', anInstall({ phase: 'done' }), 'nothing to release'],
  ])('of a release when %s', (_when, record, advice) => {
    expect(releaseAdvice(record)).toContain(advice);
  });

  test.each([
    ['it was denied', anInstall({ phase: 'denied' }), 'decided against it'],
    ['it is installed', anInstall({ phase: 'done' }), 'did not fail'],
    ['it runs', anInstall(), 'has not ended'],
  ])('of a retry when %s', (_when, record, advice) => {
    expect(retryAdvice(record)).toContain(advice);
  });
});

import { describe, expect, it } from 'vitest';
import { stepNames } from '../../core/contracts/step-name.ts';
import { bootMetal, cancelInstall } from '../../core/decisions.ts';
import { anApproval } from '../support/an-approval.ts';
import { alice, anInstall, anInstallAt, bob } from '../support/an-install.ts';

describe('cancelling', () => {
  it.each(stepNames)('is possible while %s is next, and says who and where', (step) => {
    const change = cancelInstall(anInstallAt(step), bob, 5);
    expect(change?.record).toMatchObject({ phase: 'forward', at: step, cancel: { by: bob, at: 5 } });
    expect(change?.note).toEqual({ type: 'cancel-requested', actor: bob, detail: { at: step } });
  });

  it('ends an install that nobody has approved yet: nothing has run', () => {
    expect(cancelInstall(anInstall({ phase: 'approval' }), bob, 5)?.record.phase).toBe('undone');
  });

  it('undoes what was done when people were asked again in the middle', () => {
    const record = cancelInstall(anInstallAt('plan', { phase: 'approval', approval: anApproval() }), bob, 5)?.record;
    expect(record).toMatchObject({ phase: 'undo', approval: { state: 'withdrawn' } });
  });

  it.each(['undo', 'stuck', 'done', 'undone', 'denied'] as const)('changes nothing in the phase %s', (phase) => {
    expect(cancelInstall(anInstallAt('media', { phase }), bob, 5)).toBeNull();
  });

  it('comes too late once the metal is booting what was installed', () => {
    const facts = { boot: { requestedAt: 1, marker: 'm' } };
    expect(cancelInstall(anInstallAt('verify', { facts }), bob, 5)).toBeNull();
  });

  it('changes nothing the second time', () => {
    expect(cancelInstall(anInstallAt('media', { cancel: { by: alice, at: 1 } }), bob, 5)).toBeNull();
  });
});

describe('booting the metal', () => {
  it('is decided at the console', () => {
    const change = bootMetal(anInstallAt('attend'), bob, 5);
    expect(change?.record.decision).toEqual({ kind: 'boot-metal', by: bob, at: 5 });
    expect(change?.note).toMatchObject({ type: 'boot-metal-decided', actor: bob });
  });

  it.each(stepNames.filter((step) => step !== 'attend'))('is not possible while %s is next', (step) => {
    expect(bootMetal(anInstallAt(step), bob, 5)).toBeNull();
  });

  it('is not possible twice, nor after a cancel, nor while it is undone', () => {
    const decision = { kind: 'boot-metal', by: alice, at: 1 } as const;
    expect(bootMetal(anInstallAt('attend', { decision }), bob, 5)).toBeNull();
    expect(bootMetal(anInstallAt('attend', { cancel: { by: alice, at: 1 } }), bob, 5)).toBeNull();
    expect(bootMetal(anInstallAt('attend', { phase: 'undo' }), bob, 5)).toBeNull();
  });
});

import { expect, it } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { generateSshKey } from '../../../core/ssh/ssh-key.ts';
import { anInstallAt } from '../../support/an-install.ts';

const { publicKey } = generateSshKey('xepa-xe-7f3kq2');
const letIn = { entry: 1, host: '203.0.113.7', user: 'root', hostKey: 'SHA256:abc+/1', provider: 'Acme' };

function waiting(changes: Partial<typeof letIn> | { hostKey: null } = {}): InstallRecord {
  return anInstallAt('reach', { facts: { rescue: { publicKey, entries: 1, letIn: { ...letIn, ...changes } } } });
}

const replyOf = (record: InstallRecord) => milestonesOf(record).find(({ key }) => key.startsWith('let-in-'));
const wordsOf = (record: InstallRecord) => JSON.stringify(replyOf(record)?.message.blocks);

it('asks whoever asked for the install, by name, with all that it takes', () => {
  const reply = replyOf(waiting());
  if (!reply) throw new Error('it is said in the thread');
  expect(reply.message.text).toContain('<@U01ALICE>, web-07 is in its rescue system');
  expect(wordsOf(waiting())).toContain(publicKey.trim());
  for (const part of ['203.0.113.7', 'SHA256:abc+/1', 'Acme', '~root/.ssh/authorized_keys'])
    expect(wordsOf(waiting())).toContain(part);
  expect(lintMessage(reply.message)).toMatchObject({ ok: true });
});

it('compares no host key where none was seen', () => {
  expect(wordsOf(waiting({ hostKey: null }))).not.toContain('host key');
});

it('is said anew after each entry into rescue, and not where a key needs nobody', () => {
  expect(replyOf(waiting())?.key).toBe('let-in-1');
  expect(replyOf(waiting({ entry: 2 }))?.key).toBe('let-in-2');
  expect(replyOf(anInstallAt('reach', { facts: { rescue: { publicKey, entries: 1 } } }))).toBeUndefined();
});

it('lets nothing of an address format the message', () => {
  expect(wordsOf(waiting({ host: '`<!channel>`', provider: '*A<@U1>*' }))).not.toMatch(/<!channel>|<@U1>/);
});

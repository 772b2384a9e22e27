import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { noteRefusal } from '../../bot/note-refusal.ts';
import { createLogger } from '../../core/log.ts';

test('a refusal that concerns no install is one line of the log, with the fields of an event', async () => {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLogger('bot', 'warn', to);
  await noteRefusal({ log }, { user: 'U01ALICE', channel: 'C01OPS' }, { what: 'audit', reason: 'Only approvers.' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      audit: {
        type: 'refused',
        actor: { via: 'slack', id: 'U01ALICE' },
        detail: { what: 'audit', reason: 'Only approvers.', channel: 'C01OPS' },
      },
    }),
  ]);
});

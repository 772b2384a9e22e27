import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { type Logs, logsFile, logsMessage } from '../../../bot/views/logs.ts';
import { pictureWords } from '../../../bot/views/picture.ts';
import { genesis } from '../../../core/audit-chain.ts';
import type { AuditEvent } from '../../../core/contracts/audit-event.ts';
import type { Picture } from '../../../core/picture-store.ts';
import { installAt, installRecord } from '../../support/records.ts';

const at = Date.UTC(2026, 10, 22, 11, 35, 4);
const picture: Picture = {
  ...{ kind: 'milestone:console-ready', at, step: 'attend', askedBy: [], width: 720, height: 400, sha256: '' },
};

function event(type: string, detail: AuditEvent['detail'], actor: AuditEvent['actor'] = { via: 'system', id: 'w' }) {
  return { type, actor, detail, seq: 1, at, rev: 1, prev: genesis, hash: genesis } satisfies AuditEvent;
}

const media = installAt('media', {
  why: 'another try after a failure',
  failures: 2,
  error: { code: 'unreachable', message: 'The server <x> does not answer.' },
});
const events = [
  event('requested', { iso: 'https://host/a.iso?sig=secret', reason: null }, { via: 'slack', id: 'U01ALICE' }),
  event('step-started', { step: 'media' }),
  event('step-failed', { step: 'media', code: 'unreachable', message: 'cut *off* <!here>' }),
  event('facts-saved', { step: 'bind', facts: ['bind'] }),
];
const logs: Logs = { record: media, events, lines: 50, device: null };

describe('the words around a picture', () => {
  test.each([
    ['milestone:console-ready', "The installer's screen at 11:35 UTC, step 11 of 15"],
    ['milestone:before-handback', "The installer's last screen at 11:35 UTC, step 11 of 15"],
    ['milestone:failed', "The installer's screen when the install failed, at 11:35 UTC, step 11 of 15"],
    ['asked:abc', "The installer's screen at 11:35 UTC, step 11 of 15"],
  ] as const)('of %s say when it was, once', (kind, said) => {
    const { comment, title } = pictureWords(installRecord(), { ...picture, kind }, false);
    expect(comment).toBe(`📷 ${said}: web-07.`);
    expect(title).toBe('web-07, 2026-11-22 11:35 UTC');
  });

  test('say to those who cannot see it what it is', () => {
    expect(pictureWords(installRecord(), picture, false).altText).toBe(
      'Screenshot of debian-13 being installed on web-07, taken 2026-11-22 at 11:35:04 UTC, 720 by 400 pixels. XEPA does not read what the picture says.',
    );
  });

  test('mention nobody but who asked, whatever a device is called', () => {
    const device = { provider: 'lab', id: 'x', name: '<!channel> *x* `y`', tags: [] };
    const words = pictureWords(installRecord({ device }), { ...picture, askedBy: ['U02BOB', 'nobody'] }, true);
    expect(words.comment).toContain('asked for by <@U02BOB>, `nobody`');
    expect(words.comment).not.toContain('<!');
    expect(words.fileName).toBe('xe-7f3kq2-2026-11-22-11-35-04.png');
  });
});

describe('logs in a message', () => {
  const shown = (wanted: Partial<Logs> = {}) => JSON.stringify(logsMessage({ ...logs, ...wanted })?.blocks);

  test('tell the state, waits, failures and who did what', () => {
    const text = shown();
    expect(text).toContain('Installing, at media.');
    expect(text).toContain('Waits for another try after a failure.');
    expect(text).toContain('Failed 2 times in a row.');
    expect(text).toContain('Last error: The server &lt;x&gt; does not answer.');
    expect(text).toContain('`11:35:04` requested by <@U01ALICE>  ·  iso: https://host/a.iso?…');
    expect(text).toContain('step failed  ·  step: media, code: unreachable, message: cut');
    expect(text).not.toMatch(/<!here>|secret/);
  });

  test('are those of one step, and the last ones only', () => {
    expect(shown({ step: 'bind' })).not.toContain('step: media');
    expect(shown({ lines: 1 })).toContain('facts saved');
    expect(shown({ lines: 1 })).not.toContain('step failed');
    expect(shown({ step: 'verify' })).toContain('Nothing was recorded that fits.');
  });

  test('are none when they are long', () => {
    const device = { serial: 'x\n'.repeat(8_000), qemu: '' };
    expect(logsMessage({ ...logs, device })).toBeNull();
    expect(logsFile({ ...logs, device }).text.length).toBeGreaterThan(16_000);
  });

  test('stay within the limits of Slack, whatever a guest writes', () => {
    const written = fc.string({ unit: fc.constantFrom('a', '`', '<', '&', '\n', ' ', '😀', '*'), maxLength: 9_000 });
    fc.assert(
      fc.property(written, written, (serial, message) => {
        const long = [...events, event('step-failed', { step: 'media', message })];
        const made = logsMessage({ ...logs, events: long, device: { serial, qemu: serial }, missing: 'why' });
        if (!made) return;
        expect(lintMessage(made)).toEqual({ ok: true });
        expect(JSON.stringify(made)).not.toMatch(/<(?!@U01ALICE>)/);
      }),
      { numRuns: 60 },
    );
  });
});

test('logs in a file are plain text, a line each', () => {
  const { name, text } = logsFile({ ...logs, device: { serial: 'login: <x>', qemu: '' } });
  expect(name).toBe('xe-7f3kq2-log.txt');
  expect(text).toContain('2026-11-22 11:35:04 UTC  step failed  by system:w  (step: media, code: unreachable');
  expect(text).toContain('\n\nSerial port\nlogin: <x>\n\nQEMU\n(nothing)\n');
});

import { describe, expect, it } from 'vitest';
import { XepaError } from '../../core/errors.ts';
import { createLogger } from '../../core/log.ts';

const secret = 'hunter2-the-secret';

function logged(fields: object, level = 'info'): string {
  const lines: string[] = [];
  createLogger('test', level, { write: (line) => void lines.push(line) }).info(fields, 'a message');
  return lines.join('');
}

const names = [
  ...['password', 'root_password', 'privateKey', 'sshKey', 'sealed', 'secret', 'token', 'ticket', 'response_url'],
  ...['cookie', 'Cookie', 'set-cookie', 'Set-Cookie', 'authorization', 'Authorization', 'X-Auth-Token', 'x-auth-token'],
];

describe('the log', () => {
  it.each(names)('never holds the value of %s, at the top or within something', (name) => {
    const depths = [
      { [name]: secret },
      { request: { [name]: secret } },
      { request: { headers: { [name]: secret } } },
      { err: { config: { headers: { [name]: secret } } } },
    ];
    for (const fields of depths) {
      const line = logged(fields);
      expect(line).not.toContain(secret);
      expect(line).toContain('[redacted]');
    }
  });

  it('never holds a sealed record, whatever is in it', () => {
    expect(logged({ record: { id: 'xe-1', sealed: { sshKey: `v1.${secret}` } } })).not.toContain(secret);
  });

  it('keeps the code and the cause of an error', () => {
    const cause = new Error('the cause');
    const err = new XepaError('vm-failed', { message: 'what happened', userMessage: 'u', cause });
    const { err: written } = JSON.parse(logged({ err }));
    expect(written).toMatchObject({ code: 'vm-failed', message: 'what happened', cause: { message: 'the cause' } });
  });

  it('is silent when it is told to be', () => {
    expect(logged({ a: 1 }, 'silent')).toBe('');
  });
});

it('keeps the name of a failed Redis command and drops its arguments, a password among them', () => {
  const command = { name: 'hello', args: ['3', 'AUTH', 'default', secret] };
  const cause = Object.assign(new Error('WRONGPASS'), { command });
  const err = new XepaError('redis-down', { message: 'no Redis', userMessage: 'u', cause });
  const line = logged({ err });
  expect(line).not.toContain(secret);
  expect(line).toContain('"command":{"name":"hello"}');
  expect(logged({ err: cause })).not.toContain(secret);
});

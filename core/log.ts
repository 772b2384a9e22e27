import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';

export type { Logger } from 'pino';

/** Names under which a secret may stand, at the top or up to three levels down; pino never writes their values. */
const secretNames = [
  'password',
  'root_password',
  'privateKey',
  'sshKey',
  'sealed',
  'answerText',
  'answerFiles',
  'secret',
  'token',
  'ticket',
  'cookie',
  'Cookie',
  'set-cookie',
  'Set-Cookie',
  'authorization',
  'Authorization',
  'response_url',
  'X-Auth-Token',
  'x-auth-token',
];
const redactPaths = secretNames.flatMap((name) => [
  `["${name}"]`,
  `*["${name}"]`,
  `*.*["${name}"]`,
  `*.*.*["${name}"]`,
]);

/** A structured log on stdout. WARN and above have a constant message; what varies goes into fields. */
export function createLogger(name: string, level: string, to: DestinationStream = pino.destination(1)): Logger {
  const redact = { paths: redactPaths, censor: '[redacted]' };
  return pino({ name, level, redact, serializers: { err: errorWithoutArguments } }, to);
}

/** ioredis puts the failed command with its arguments on its errors, a password among them: only its name is kept. */
function errorWithoutArguments(thrown: unknown): unknown {
  return thrown instanceof Error ? withoutArguments(pino.stdSerializers.errWithCause(thrown)) : thrown;
}

function withoutArguments(error: object): object {
  return Object.fromEntries(
    Object.entries(error).map(([name, value]: [string, unknown]) => {
      if (!isObject(value)) return [name, value];
      return name === 'command' ? [name, { name: value.name }] : [name, withoutArguments(value)];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

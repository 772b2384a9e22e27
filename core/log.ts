import type { Logger } from 'pino';
import { pino } from 'pino';

export type { Logger } from 'pino';

/** Names under which a secret may stand, at the top or one level down; pino never writes their values. */
const secretNames = [
  'password',
  'root_password',
  'privateKey',
  'sshKey',
  'sealed',
  'secret',
  'token',
  'ticket',
  'cookie',
  'authorization',
  'response_url',
  'X-Auth-Token',
  'x-auth-token',
];
const redactPaths = secretNames.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** A structured log on stdout. WARN and above have a constant message; what varies goes into fields. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    redact: { paths: redactPaths, censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.errWithCause },
  });
}

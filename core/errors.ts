/** Stable codes: they go to logs, to the audit trail and to tests. Texts may change, codes may not. */
export type ErrorCode =
  | 'bad-config'
  | 'bad-input'
  | 'not-found'
  | 'not-allowed'
  | 'conflict'
  | 'device-busy'
  | 'device-unfit'
  | 'not-rescue'
  | 'unreachable'
  | 'host-key-changed'
  | 'host-command-failed'
  | 'host-command-timeout'
  | 'provider-auth'
  | 'provider-rejected'
  | 'provider-rate-limited'
  | 'provider-unavailable'
  | 'iso-unusable'
  | 'vm-failed'
  | 'redis-down'
  | 'slack-failed'
  | 'sealed-by-other-key'
  | 'cancelled'
  | 'timeout'
  | 'internal';

export interface XepaErrorOptions {
  /** For the log: may hold technical detail, never a secret. */
  message: string;
  /** For a person in Slack, the page or a terminal: what is wrong and what to do, one or two sentences. */
  userMessage: string;
  /** `no`: trying again cannot help. `backoff`: the step may be tried again. Default `no`. */
  retry?: 'no' | 'backoff';
  /** Seconds to wait at least before the next try, where the other side asked for it. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** Longer texts come from a device or a provider that misbehaves; records, logs and messages must bear them. */
const MAX_TEXT = 4_000;

/** The one base error: a code for machines, a message for the log, a sentence for people. */
export class XepaError extends Error {
  override readonly name = 'XepaError';
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly retry: 'no' | 'backoff';
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, options: XepaErrorOptions) {
    super(options.message.slice(0, MAX_TEXT), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.userMessage = options.userMessage.slice(0, MAX_TEXT);
    this.retry = options.retry ?? 'no';
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The only place that turns an unknown throw into a XepaError; an unexpected one is worth another try. */
export function toXepaError(thrown: unknown): XepaError {
  if (thrown instanceof XepaError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new XepaError('internal', {
    message,
    userMessage: 'Something unexpected went wrong inside XEPA; the log has the details.',
    retry: 'backoff',
    cause: thrown,
  });
}

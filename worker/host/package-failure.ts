import { XepaError } from '../../core/errors.ts';
import type { PackagesState } from './packages.ts';
import { outputTail } from './redact.ts';

/** What a package manager says when it fails, what that means and whether time may heal it; the first that fits. */
const causes: readonly { said: RegExp; means: string; heals: boolean }[] = [
  {
    said: /No space left on device|don't have enough free space|Not enough free disk space|needs? (at least )?[\d.]+ ?[kMG]i?B (more )?(space )?(on|in|needed)|insufficient disk space/i,
    means: 'The rescue system, which is in memory, has no room left for it.',
    heals: false,
  },
  {
    said: /(is not valid yet|not yet valid|certificate (is not yet|has expired)|Release file .* is expired)/i,
    means:
      'The clock of the rescue system is wrong, or its release is too old. Set the clock (`date -s`), or name a mirror.',
    heals: false,
  },
  {
    said: /NO_PUBKEY|EXPKEYSIG|KEYEXPIRED|UNTRUSTED signature|BAD signature|GPG (check|signature)[^\n]*(FAILED|fail)|PGP signature|not signed|public key [^\n]*not installed|Signature verification failed/i,
    means: 'The rescue system does not trust the signatures of its packages.',
    heals: false,
  },
  {
    said: /Temporary failure resolving|Could ?n.t resolve host|Could not resolve|DNS( lookup error|: transient error)|Name or service not known|bad address/i,
    means: 'The rescue system cannot find its mirror by name. Has it a name server?',
    heals: true,
  },
  {
    said: /Could not get lock|Unable to (acquire|lock)|unable to lock database|locked by (the application|another process)|Failed to obtain the transaction lock|Waiting for process with pid/i,
    means: 'Another program uses the package manager of the rescue system.',
    heals: true,
  },
  {
    said: /dpkg was interrupted|Unmet dependencies|held broken packages|unable to select packages|nothing provides|conflicting requests|could not satisfy dependencies|Problem: /i,
    means: 'What is installed in the rescue system stands in the way.',
    heals: false,
  },
  {
    said: /404 +Not Found|does not have a Release file|no longer has a Release file|Status code: 40[34]|returned error: 4\d\d|error: 404|Not Found on server/i,
    means: 'The mirror does not have this release any more. Name one that has: `XEPA_RESCUE_MIRRORS`.',
    heals: false,
  },
  {
    said: /Could not connect|Connection (timed out|refused|reset)|Network (is )?unreachable|timed? ?out|Failed to (fetch|download)|failed retrieving file|Cannot download|temporary error|I\/O error|Host is unreachable|Unable to connect/i,
    means: 'The rescue system does not reach its mirror.',
    heals: true,
  },
];

/** Why something that ended badly did, from what was said. */
export function packageFailure(state: PackagesState): XepaError {
  const said = outputTail(state.log);
  const { means, heals } = causes.find((cause) => cause.said.test(state.log)) ?? unknownCause(state);
  return new XepaError('host-command-failed', {
    message: `packages: ${state.action} ended with ${state.exit ?? 'a cut'}: ${said}`,
    userMessage: `What the rescue system lacks could not be added. ${means}${said === '' ? '' : ` It said: ${said}`}`,
    retry: heals ? 'backoff' : 'no',
  });
}

function unknownCause(state: PackagesState): { means: string; heals: boolean } {
  if (state.exit === null) return { means: 'Its package manager was ended in the middle.', heals: true };
  if (state.exit !== 4) return { means: 'Its package manager failed.', heals: true };
  const lacks = state.unknown.join(', ');
  return {
    means: `Its repositories do not have ${lacks}. Switch on the one that does in the rescue system, or name a mirror: \`XEPA_RESCUE_MIRRORS\`.`,
    heals: false,
  };
}

const hidden = '[redacted]';

/**
 * Ways in which installers, kickstart files and programs write secrets. Too much is hidden rather than too little.
 * Repetitions have a limit wherever they could be tried again and again: a guest chooses what it writes, and must not
 * choose how long we look at it.
 */
const patterns: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g, hidden],
  [/\b((?:proxy-)?authorization["']?[ \t]{0,8}[:=]).+/gi, `$1 ${hidden}`],
  [/\b(bearer|basic)[ \t]{1,8}[\w+/=.~-]{8,}/gi, `$1 ${hidden}`],
  // rootpw --plaintext SECRET (kickstart); d-i passwd/root-password password SECRET (preseed)
  [/^([ \t]{0,40}rootpw\b).+/gim, `$1 ${hidden}`],
  [/(password[\w-]{0,20}[ \t]{1,8}(?:password|string)[ \t]{1,8}).+/gi, `$1${hidden}`],
  [/\$(?:1|2[abxy]|5|6|7|y|gy)\$[^\s:'"]{4,400}/g, hidden],
  [
    /((?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?|psk|pwd)[\w.-]{0,40}["']?[ \t]{0,8}[:=][ \t]{0,8})(?:"[^"\n]{0,4000}"|'[^'\n]{0,4000}'|[^\s,;]+)/gi,
    `$1${hidden}`,
  ],
  [/((?<!\S)--?[\w-]{0,40}(?:password|passphrase|secret|token|api-key)[ \t]{1,8})[^\s-]\S*/gi, `$1${hidden}`],
  [/\beyJ[\w-]{10,4000}\.[\w-]{1,4000}(?:\.[\w-]{0,4000})?/g, hidden],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[a-z]-[\w-]{10,200}|\bgh[a-z]_\w{20,200}|\bglpat-[\w-]{10,200}/g, hidden],
  // Keys and their like: long, and of upper and lower case and digits at once, which digests in hexadecimal are not.
  [/(?<![\w+/=-])(?=[\w+/-]{0,39}[a-z])(?=[\w+/-]{0,39}[A-Z])(?=[\w+/-]{0,39}\d)[\w+/-]{40,}={0,2}/g, hidden],
];

/** Takes out of a log what looks like a password, a token or a key. Twice is as good as once. */
export function redactSecrets(text: string): string {
  return patterns.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);
}

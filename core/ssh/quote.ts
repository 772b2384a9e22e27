/** Words that every POSIX shell takes as they are. */
const bare = /^[\w@%+=:,./-]+$/;

/**
 * The one quoting function: turns an argument vector into the text that sshd hands to the login shell,
 * so that the shell sees exactly these words (POSIX 2.2.2, single quotes).
 */
export function quoteArgv(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return bare.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

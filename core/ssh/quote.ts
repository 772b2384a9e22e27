/** Words that every POSIX shell takes as they are. */
const bare = /^[\w@%+=:,./-]+$/;

/**
 * The one quoting function: turns an argument vector into the text that sshd hands to the login shell,
 * so that the shell sees exactly these words (POSIX 2.2.2, single quotes).
 */
export function quoteArgv(argv: readonly string[]): string {
  const [command = '', ...words] = argv;
  // Bare, the first word might be a keyword, an alias or an assignment.
  return [quoted(command), ...words.map((word) => (bare.test(word) ? word : quoted(word)))].join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

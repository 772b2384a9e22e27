import { XepaError } from '../errors.ts';
import { type Command, ignoreOutput } from './command.ts';

const LEND_MS = 15_000;

/**
 * sshd opens a socket as whoever logged in, and root's sockets are root's alone. This hands a folder and a socket in it to
 * the user, who is root by sudo anyway: nobody else gets in, and root still does.
 */
const lendScript = `
folder=\${1%/*}
[ -z "$3" ] || [ -S "$1" ] || exit 1
chown "$2" "$folder" && chmod o+x "\${folder%/*}" || exit
[ -z "$3" ] || chown "$2" "$1"
`;

/** Makes a socket of root's one of `user`; exit code 1 where there is none. To be run as root. */
export function lendSocket(path: string, user: string): Command<undefined> {
  return lend([path, user, 'socket']);
}

/** Lets `user` make a socket at that path, where nothing lies any more. To be run as root. */
export function lendPlace(path: string, user: string): Command<undefined> {
  return lend([path, user, '']);
}

function lend(args: readonly string[]): Command<undefined> {
  return { argv: ['sh', '-c', lendScript, 'sh', ...args], timeoutMs: LEND_MS, parse: ignoreOutput };
}

/** What sudo says when it does not run anything, and what to do about it. */
const refusals: readonly (readonly [RegExp, string])[] = [
  [/sudo: .*you must have a tty/, 'it wants a terminal. Take `Defaults requiretty` out of its sudoers file'],
  [/sudo: .*(password is required|a terminal is required)/, 'it asks for a password. Give the user `NOPASSWD: ALL`'],
  [/(is not in the sudoers file|is not allowed to (execute|run)|may not run sudo)/, 'the user may not use it'],
  [/sudo: (command )?not found/, 'there is none. Log in as root'],
  [/sudo: .*(no new privileges|must be owned by uid 0)/, 'it may not become root there'],
];

/** The error behind a failed `sudo -n`, or null where sudo did its part and the command failed. */
export function sudoRefused(stderr: string): XepaError | null {
  const [, why] = refusals.find(([pattern]) => pattern.test(stderr)) ?? [];
  if (why === undefined) return null;
  return new XepaError('device-unfit', {
    message: `sudo refuses: ${stderr.trim().slice(-400)}`,
    userMessage: `The user that XEPA logs in as cannot become root by sudo on the server: ${why}.`,
  });
}

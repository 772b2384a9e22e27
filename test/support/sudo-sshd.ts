import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Sshd, startSshd } from '../bench/console/sshd.ts';

const USER = 'xepa-rescuer';
const UID = 64_321;

/** Accounts and rights that only this sshd and what it starts can see: nothing of the machine is changed. */
const OWN_ACCOUNTS = `set -e
mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/sudoers" /etc/sudoers
shift
exec "$@"`;

/**
 * OpenSSH's own server as some providers' rescue systems have it: one logs in as a user who is root by sudo alone.
 * @param under a folder that everybody may enter
 * @param rights lines of sudoers; USER stands for the user
 */
export async function startSudoSshd(under: string, rights: readonly string[]): Promise<Sshd & { uid: number }> {
  const dir = await mkdtemp(join(under, 'accounts-'));
  const home = join(dir, 'home');
  await mkdir(home);
  await chmod(dir, 0o755);
  const account = `${USER}:*:${UID}:${UID}::${home}:/bin/sh\n`;
  await writeFile(join(dir, 'passwd'), `${await readFile('/etc/passwd', 'utf8')}${account}`);
  await writeFile(join(dir, 'sudoers'), `${rights.join('\n').replaceAll('USER', USER)}\n`, { mode: 0o440 });
  const within = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', OWN_ACCOUNTS, 'sh', dir];
  const sshd = await startSshd(under, [], within);
  // The user's authorised keys are read as the user.
  await chmod(dirname(sshd.keyFile), 0o755);
  return { ...sshd, user: USER, uid: UID };
}

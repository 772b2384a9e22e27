import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateSshKey } from '../../../core/ssh/ssh-key.ts';
import { freePort } from '../../support/free-port.ts';
import { type Child, startProcess } from '../child.ts';

/** OpenSSH's own server on loopback, with keys that are thrown away: the device of one path. */
export interface Sshd extends Child {
  port: number;
  user: string;
  /** Public key blob in base64, as it is pinned. */
  hostKey: string;
  privateKey: string;
  keyFile: string;
}

/** ssh2's own choice where the CPU has AES; ssh is told, so that all paths use the same. */
const CIPHER = 'aes128-gcm@openssh.com';

/**
 * @param more lines of its configuration
 * @param within words before its command
 */
export async function startSshd(
  under: string,
  more: readonly string[] = [],
  within: readonly string[] = [],
): Promise<Sshd> {
  const dir = await mkdtemp(join(under, 'sshd-'));
  const [host, key, port] = [generateSshKey('host'), generateSshKey('viewer'), await freePort()];
  const [hostFile, keyFile, authorised] = [join(dir, 'host'), join(dir, 'key'), join(dir, 'authorised')];
  await writeFile(hostFile, host.privateKey, { mode: 0o600 });
  await writeFile(keyFile, key.privateKey, { mode: 0o600 });
  await writeFile(authorised, key.publicKey);
  const settings = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${hostFile}`, 'PidFile none', 'UsePAM no'],
    ...[`AuthorizedKeysFile ${authorised}`, 'StrictModes no', 'PermitRootLogin prohibit-password'],
    ...more,
  ];
  const config = join(dir, 'sshd_config');
  await writeFile(config, `${settings.join('\n')}\n`);
  // Where it gives up its rights; the package's service would make it.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const child = await startProcess([...within, '/usr/sbin/sshd', '-D', '-f', config], () => answers({ port }));
  const hostKey = host.publicKey.split(' ')[1] ?? '';
  return { ...child, port, user: userInfo().username, hostKey, privateKey: key.privateKey, keyFile };
}

/** `ssh -L`: a unix socket here that is the one on the device. */
export async function startTunnel(sshd: Sshd, sockets: { here: string; there: string }): Promise<Child> {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null'];
  const argv = [
    ...['ssh', '-F', 'none', '-N', '-c', CIPHER, '-i', sshd.keyFile, '-p', String(sshd.port)],
    ...options.flatMap((option) => ['-o', option]),
    ...['-L', `${sockets.here}:${sockets.there}`, `${sshd.user}@127.0.0.1`],
  ];
  return startProcess(argv, () => answers({ path: sockets.here }));
}

/** Resolves when somebody listens there. */
export function answers(at: { port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect('port' in at ? { ...at, host: '127.0.0.1' } : at);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

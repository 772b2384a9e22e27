import { createHash } from 'node:crypto';
import ssh2, { type ServerHostKeyAlgorithm } from 'ssh2';
import { dial } from './dial.ts';

const rsa: readonly ServerHostKeyAlgorithm[] = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];
const inOrder: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  ...rsa,
];

/**
 * Host key algorithms with those of a pinned key first: a server has several keys and presents the one that is asked
 * for first, and another one of the same server must not look like another server. `key` is a blob in base64.
 */
export function preferring(key: string): ServerHostKeyAlgorithm[] {
  // RFC 4253, 6.6: the blob begins with the length and the name of its type.
  const blob = Buffer.from(key, 'base64');
  const type = blob.length < 4 ? '' : blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
  const first = type === 'ssh-rsa' ? rsa : inOrder.filter((algorithm) => algorithm === type);
  return [...first, ...inOrder.filter((algorithm) => !first.includes(algorithm))];
}

/** OpenSSH's form of a key's SHA-256, as `ssh-keygen -l` prints it. `key` is the public key blob in base64. */
export function fingerprint(key: string): string {
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/**
 * Which host key a server presents, without logging in. Null when nothing that speaks SSH answers in time.
 * Used to tell the installed system's sshd from the rescue's.
 */
export async function readHostKey(at: { host: string; port: number; timeoutMs: number }): Promise<string | null> {
  const late = AbortSignal.timeout(at.timeoutMs);
  const sock = await dial(at, late).catch(() => null);
  if (!sock) return null;
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    let seen: string | null = null;
    const end = () => {
      client.destroy();
      sock.destroy();
      resolve(seen);
    };
    // `on`: ssh2 reports the refused key and the cut line as two errors.
    client.on('error', end).once('close', end);
    late.addEventListener('abort', end, { once: true });
    client.connect({
      sock,
      username: 'none',
      readyTimeout: at.timeoutMs,
      hostVerifier: (key: Buffer) => {
        seen = key.toString('base64');
        return false;
      },
    });
  });
}

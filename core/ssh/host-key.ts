import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';

/** OpenSSH's form of a key's SHA-256, as `ssh-keygen -l` prints it. `key` is the public key blob in base64. */
export function fingerprint(key: string): string {
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/**
 * Which host key a server presents, without logging in. Null when nothing that speaks SSH answers in time.
 * Used to tell the installed system's sshd from the rescue's.
 */
export function readHostKey(at: { host: string; port: number; timeoutMs: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    let seen: string | null = null;
    const end = () => {
      client.destroy();
      resolve(seen);
    };
    // `on`: ssh2 reports the refused key and the cut line as two errors.
    client.on('error', end).once('close', end);
    client.connect({
      host: at.host,
      port: at.port,
      username: 'none',
      readyTimeout: at.timeoutMs,
      timeout: at.timeoutMs,
      hostVerifier: (key: Buffer) => {
        seen = key.toString('base64');
        return false;
      },
    });
  });
}

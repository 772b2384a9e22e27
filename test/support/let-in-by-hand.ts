import ssh2 from 'ssh2';
import { letInReplies } from '../../bot/views/let-in.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { stringsOf } from './seen-texts.ts';

const LIMIT_MS = 60_000;

/**
 * Does what the thread asks of a person, with nothing else to go by: logs in with the password of the server's page, stops
 * where another host key is shown, and adds the line. @returns what the thread asked for, as it was read
 */
export async function letInByHand(record: InstallRecord, page: { password: string; port: number }) {
  const asked = readThread(record);
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', () => resolve()).on('error', reject);
      client.connect({
        ...{ host: asked.host, port: page.port, username: 'root', password: page.password, readyTimeout: LIMIT_MS },
        hostVerifier: (key: Buffer) => fingerprint(key.toString('base64')) === asked.hostKey,
      });
    });
    await new Promise<void>((resolve, reject) => {
      client.exec(`cat >> ${asked.file}`, (error, channel) => {
        if (error) return reject(error);
        channel.once('exit', (code: number) => (code === 0 ? resolve() : reject(new Error(`cat ended with ${code}`))));
        channel.resume().end(`${asked.line}\n`);
      });
    });
  } finally {
    client.end();
  }
  return asked;
}

function readThread(record: InstallRecord) {
  const text = letInReplies(record)
    .flatMap(({ message }) => stringsOf(message.blocks))
    .join('\n');
  const find = (what: RegExp): string => {
    const found = what.exec(text)?.[1];
    if (found === undefined) throw new Error(`the thread does not say ${what}: ${text}`);
    return found;
  };
  return {
    host: find(/Log in to `([^`]+)`/),
    hostKey: find(/host key must be `([^`]+)`/),
    file: find(/add this line to (~root\S+authorized_keys)/),
    line: find(/```(ssh-ed25519 [^`]+)```/),
  };
}

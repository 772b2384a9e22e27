import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { WebSocket } from 'ws';
import { systemClock } from '../../core/clock.ts';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { connectRedis } from '../../core/redis.ts';
import { createSealer } from '../../core/sealing.ts';
import { createTickets, type Tickets } from '../../core/tickets.ts';
import { reasonOf } from '../../web-console/close-codes.ts';
import { startConsole } from '../../web-console/main.ts';
import { type FakeSshHost, type FakeSshHostOptions, startFakeSshHost } from '../fakes/fake-ssh-host.ts';
import { anInstallAt, someFacts } from './an-install.ts';
import { freePort } from './free-port.ts';
import { startPrivateRedis } from './private-redis.ts';

export const secret = 'a secret of at least thirty-two characters';

/** The whole console on loopback: real Redis, real SSH, real HTTP; the VM's sockets are the test's business. */
export interface ConsoleBench {
  url: string;
  redis: Redis;
  redisUrl: string;
  store: InstallStore;
  tickets: Tickets;
  host: FakeSshHost;
  /** Folder for the VM's sockets: `vnc.sock` and `qmp-console.sock` are where the record says. */
  dir: string;
  /** Puts an install into Redis whose console is open. */
  install(id: string, given?: Partial<InstallRecord>): Promise<InstallRecord>;
  ticket(installId: string, slackUser?: string, right?: ConsoleRight): Promise<string>;
  /** A request of our own page. */
  ask(path: string, options?: { body?: unknown; cookie?: string; headers?: Record<string, string> }): Promise<Response>;
  /** Redeems a fresh ticket; answers with the Cookie header of the session. */
  enter(installId: string, slackUser?: string, right?: ConsoleRight): Promise<string>;
  /** Opens a screen's WebSocket; rejects with Refused when there is none. */
  screen(installId: string, options?: ScreenOptions): Promise<WebSocket>;
  /** Starts a second process's worth of console for the same public URL; answers where it listens. */
  replica(): Promise<string>;
  close(): Promise<void>;
}

interface ScreenOptions {
  /** The screen by default; `serial/1` for a serial port. */
  way?: string;
  /** The replica to ask, where it is not the first one. */
  at?: string;
  cookie?: string;
  /** Our own by default; null sends none. */
  origin?: string | null;
  /** The server speaks first, so who wants all of it listens from the start. */
  onMessage?: (data: Buffer, isBinary: boolean) => void;
}

/** The plain HTTP answer to an upgrade, or the close code in its place. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, text: string) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

/** Builds the page into a folder of its own. */
async function buildPage(dir: string): Promise<string> {
  await promisify(execFile)(process.execPath, ['bin/build-page.ts', dir]);
  return dir;
}

/**
 * @param hostName of the public address; passkeys need one that is no number, such as localhost
 * @param hostOptions what the device's sshd does with commands
 */
export async function startConsoleBench(
  settings: Record<string, string> = {},
  hostName = '127.0.0.1',
  hostOptions: FakeSshHostOptions = {},
): Promise<ConsoleBench> {
  const dir = await mkdtemp(join(tmpdir(), 'xepa-console-'));
  const [server, host, port] = [await startPrivateRedis(), await startFakeSshHost(hostOptions), await freePort()];
  const redis = await connectRedis(server.url, 'producer');
  const keyring = parseKeyring(secret);
  const store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
  const tickets = createTickets({ redis, keyring, clock: systemClock });
  const url = `http://${hostName}:${port}`;
  const source = {
    REDIS_URL: server.url,
    XEPA_SECRET: secret,
    XEPA_PUBLIC_URL: url,
    XEPA_CONSOLE_PORT: String(port),
    XEPA_BIND: '127.0.0.1',
    XEPA_PAGE_DIR: await buildPage(join(dir, 'page')),
    XEPA_LOG_LEVEL: 'silent',
    ...settings,
  };
  const running = [await startConsole(source)];
  const bench: ConsoleBench = {
    url,
    redis,
    redisUrl: server.url,
    store,
    tickets,
    host,
    dir,
    install: (id, given) => store.create(record({ id, dir, host }, given), started),
    ticket: (installId, slackUser = 'U01ALICE', right = 'control') =>
      tickets.issue({ installId, slackUser, right, ttlSeconds: 120 }),
    ask: (path, options = {}) => ask(url, path, options),
    async enter(installId, slackUser, right) {
      // The limit per address is a test of its own.
      await redis.del('xepa:limit:exchange:127.0.0.1');
      const response = await bench.ask('/api/console/exchange', {
        body: { ticket: await bench.ticket(installId, slackUser, right) },
      });
      return cookieOf(response);
    },
    screen: (installId, options = {}) => openScreen(url, installId, options),
    async replica() {
      const other = await freePort();
      running.push(await startConsole({ ...source, XEPA_CONSOLE_PORT: String(other) }));
      return `http://127.0.0.1:${other}`;
    },
    async close() {
      for (const console of running) await console.close();
      redis.disconnect();
      await host.close();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return bench;
}

/** The Cookie header that a browser would send after this response. */
export function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const started = { type: 'created', actor: { via: 'system', id: 'test' } as const, detail: {} };

function record(
  place: { id: string; dir: string; host: FakeSshHost },
  given: Partial<InstallRecord> = {},
): InstallRecord {
  const { id, dir, host } = place;
  const { reach, launch } = someFacts;
  const sshKey = createSealer(parseKeyring(secret)).seal(host.privateKey, `${id}/sshKey`);
  const vnc = join(dir, `${id}.vnc`);
  const qmpConsole = join(dir, `${id}.qmp`);
  const facts = {
    ...someFacts,
    ...(reach ? { reach: { ...reach, host: '127.0.0.1', port: host.port, hostKey: host.hostKey } } : {}),
    ...(launch ? { launch: { ...launch, dir: join(dir, id), vnc, qmpConsole, ...serialPaths(dir, id) } } : {}),
  };
  return anInstallAt('attend', { id, facts, sealed: { sshKey }, createdAt: Date.now(), ...given });
}

/** Where the VM's serial ports are. */
export function serialPaths(dir: string, id: string): { serial: string[]; serialLogs: string[] } {
  const base = [0, 1].map((index) => join(dir, `${id}.serial${index}`));
  return { serial: base.map((path) => `${path}.sock`), serialLogs: base.map((path) => `${path}.log`) };
}

function ask(url: string, path: string, options: Parameters<ConsoleBench['ask']>[1] = {}): Promise<Response> {
  const cookie = options.cookie === undefined ? {} : { Cookie: options.cookie };
  if (options.body === undefined) return fetch(url + path, { headers: { ...cookie, ...options.headers } });
  const headers = { 'Content-Type': 'application/json', 'X-Xepa': '1', Origin: url, ...cookie, ...options.headers };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(options.body) });
}

function openScreen(url: string, installId: string, options: ScreenOptions): Promise<WebSocket> {
  const origin = options.origin === undefined ? url : options.origin;
  const socket = new WebSocket(
    `${(options.at ?? url).replace('http', 'ws')}/console/${installId}/${options.way ?? 'vnc'}`,
    {
      headers: {
        ...(options.cookie === undefined ? {} : { Cookie: options.cookie }),
        ...(origin === null ? {} : { Origin: origin }),
      },
    },
  );
  if (options.onMessage) socket.on('message', options.onMessage);
  return new Promise((resolve, reject) => {
    // The server speaks first, or closes what it opened only to say why not.
    socket.once('message', () => resolve(socket));
    socket.once('close', (code, text) => reject(new Refused(code, reasonOf(code) ?? 'left', text.toString())));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      const code = String(response.headers['x-xepa-refused']);
      response.once('end', () => reject(new Refused(response.statusCode ?? 0, code, text)));
    });
  });
}

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../core/clock.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { createInstallStore } from '../../../core/install-store.ts';
import { parseKeyring } from '../../../core/keyring.ts';
import { connectRedis } from '../../../core/redis.ts';
import { createSealer, sshKeyContext } from '../../../core/sealing.ts';
import { createTickets } from '../../../core/tickets.ts';
import { anInstallAt, someFacts } from '../../support/an-install.ts';
import { freePort } from '../../support/free-port.ts';
import { startPrivateRedis } from '../../support/private-redis.ts';
import { type Child, startChild } from '../child.ts';
import { type Line, openWebSocket } from './line.ts';
import type { Sshd } from './sshd.ts';

/** Our web console as the image runs it, and installs whose VMs are the emitter or a real QEMU. */
export interface Gateway extends Child {
  /** A device whose VM's screen is this socket. */
  addInstall(id: string, vnc: string): Promise<void>;
  /** A viewer of that install, by a session of its own. */
  open(installId: string): Promise<Line>;
}

const SECRET = 'a-secret-for-the-benchmark-only-0123456789';
/** The most that the settings allow. */
const PER_INSTALL = '100';
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export async function startGateway(sshd: Sshd): Promise<Gateway> {
  const [server, port] = [await startPrivateRedis(), await freePort()];
  const redis = await connectRedis(server.url, 'producer');
  const keyring = parseKeyring(SECRET);
  const store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
  const tickets = createTickets({ redis, keyring, clock: systemClock });
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    REDIS_URL: server.url,
    XEPA_SECRET: SECRET,
    XEPA_PUBLIC_URL: url,
    XEPA_CONSOLE_PORT: String(port),
    XEPA_BIND: '127.0.0.1',
    XEPA_PAGE_DIR: file('../../../dist/web-console/public'),
    XEPA_LOG_LEVEL: 'warn',
    XEPA_VIEWERS_PER_INSTALL: PER_INSTALL,
    XEPA_VIEWERS_PER_PERSON: '100',
    NODE_ENV: 'production',
  };
  const child = await startChild([file('../../../dist/bin/xepa.js'), 'web-console'], settings, `${url}/healthz`);
  let people = 0;

  /** Limits are a test of their own; here everybody comes from one address within a minute. */
  async function forgetLimits(): Promise<void> {
    const keys = await redis.keys('xepa:limit:*');
    if (keys.length > 0) await redis.del(keys);
  }

  async function enter(installId: string): Promise<string> {
    people += 1;
    const who = { installId, slackUser: `U${people}`, right: 'control', ttlSeconds: 120 } as const;
    const response = await fetch(`${url}/api/console/exchange`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Xepa': '1', Origin: url },
      body: JSON.stringify({ ticket: await tickets.issue(who) }),
    });
    if (!response.ok) throw new Error(`no session: ${await response.text()}`);
    return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }

  return {
    pid: child.pid,
    async addInstall(id, vnc) {
      const sealed = { sshKey: createSealer(keyring).seal(sshd.privateKey, sshKeyContext(id)) };
      await store.create(installOn(sshd, { id, vnc, sealed }), madeHere);
    },
    async open(installId) {
      await forgetLimits();
      const headers = { Cookie: await enter(installId), Origin: url };
      return openWebSocket(`${url.replace('http', 'ws')}/console/${installId}/vnc`, headers);
    },
    async stop() {
      await child.stop();
      redis.disconnect();
      await server.stop();
    },
  };
}

const madeHere = { type: 'created', actor: { via: 'system', id: 'bench' } as const, detail: {} };

function installOn(sshd: Sshd, at: { id: string; vnc: string; sealed: InstallRecord['sealed'] }): InstallRecord {
  const { reach, launch } = someFacts;
  if (!reach || !launch) throw new Error('the example of an install lacks its facts');
  const { port, user, hostKey } = sshd;
  const facts = {
    ...someFacts,
    reach: { ...reach, host: '127.0.0.1', port, user, hostKey },
    launch: { ...launch, vnc: at.vnc, qmpConsole: join(at.vnc, 'none') },
  };
  return anInstallAt('attend', { id: at.id, facts, sealed: at.sealed, createdAt: Date.now() });
}

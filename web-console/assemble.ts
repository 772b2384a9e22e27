import { createServer, type Server } from 'node:http';
import { createDiscProgress } from '../core/disc-progress.ts';
import type { Logger } from '../core/log.ts';
import { createPageAnswers } from '../core/page-answers.ts';
import { createSealer } from '../core/sealing.ts';
import type { OpenShell } from '../core/ssh/host-shell.ts';
import type { State } from '../core/state.ts';
import { createWishes } from '../core/wishes.ts';
import { createAddressCount } from './address-count.ts';
import type { ApiDeps } from './api-routes.ts';
import type { Assets } from './assets.ts';
import { createBoundedLog } from './bounded-log.ts';
import { assembleBrowserDiscs, type BrowserDiscs } from './browser-disc/assemble.ts';
import { createDiscLeases } from './browser-disc/leases.ts';
import type { ChangeWatch } from './change-watch.ts';
import type { ConsoleSettings } from './config.ts';
import { sessionCookie } from './cookie.ts';
import { keepDoor, patience } from './doorkeeper.ts';
import { createGateway } from './gateway.ts';
import { createIsoShelf } from './iso-shelf.ts';
import { createKeyboardDesk } from './keyboard-desk.ts';
import { createKeyboardLeases } from './keyboard-leases.ts';
import { createKeyboards, type Keyboards } from './keyboards.ts';
import { createMachine } from './machine.ts';
import { createPersonNames } from './person-names.ts';
import { createPresence, type Presence } from './presence.ts';
import { createQmpTurns } from './qmp-turns.ts';
import { createRateLimits } from './rate-limits.ts';
import { assembleRecordings, type Recordings } from './recordings/assemble.ts';
import { createScreenLeases } from './screen-leases.ts';
import { assembleSerial, type Serial, upgradeByPath } from './serial/assemble.ts';
import { buildServer } from './server.ts';
import { createSessionStore } from './session-store.ts';
import { createSignOuts } from './sign-outs.ts';
import { assembleStepUp } from './step-up/assemble.ts';
import { createTargets, type Targets } from './target.ts';
import { createLines } from './upload/lines.ts';
import { createRunning, uploadCaps } from './upload/running.ts';
import { createViewers, type Viewers } from './viewers.ts';

/** What the console is made of: connections and clocks, which main opens and tests choose. */
export interface ConsoleParts {
  settings: ConsoleSettings;
  assets: Assets;
  state: State;
  changes: ChangeWatch;
  openShell: OpenShell;
  log: Logger;
}

/** A server that does not listen yet, and what must be closed with it. */
export interface AssembledConsole {
  server: Server;
  viewers: Viewers;
  serial: Serial;
  browserDiscs: BrowserDiscs;
  presence: Presence;
  keyboards: Keyboards;
  recordings: Recordings;
  targets: Targets;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A browser with one screen has some connections more, for as long as it asks for something. */
const CONNECTIONS_PER_VIEWER = 4;

/** Wires the console together; opens and starts nothing. */
export function assembleConsole(parts: ConsoleParts): AssembledConsole {
  const { settings, log } = parts;
  const { redis, clock, keyring, store, tickets, queue, notices } = parts.state;
  const targets = createTargets({ openShell: parts.openShell, sealer: createSealer(keyring), log });
  const sessions = createSessionStore(redis);
  const access = { store, tickets, sessions, clock };
  const caps = viewerCaps(settings);
  const signOuts = createSignOuts(redis);
  const seats = { store, tickets, signOuts, changes: parts.changes, clock, log, caps };
  const viewers = createViewers(seats);
  const screens = createScreenLeases(redis);
  const presence = createPresence({ leases: screens, store, clock, log });
  const leases = createKeyboardLeases(redis);
  const desk = createKeyboardDesk({ store, leases, screens, clock });
  const names = createPersonNames(redis);
  const keyboards = createKeyboards({ desk, leases, names, store, changes: parts.changes, clock, log });
  const shared = {
    access,
    cookie: sessionCookie(settings.XEPA_PUBLIC_URL),
    publicUrl: settings.XEPA_PUBLIC_URL,
    clock,
    log,
    remark: createBoundedLog(log),
  };
  const recordings = assembleRecordings(parts.state, settings, { log, remark: shared.remark });
  const { upgradeLimit, ...limits } = createRateLimits(redis);
  const api: ApiDeps = {
    ...shared,
    exchange: { store, tickets, sessions, clock, sessionMs: settings.XEPA_SESSION_HOURS * HOUR_MS },
    store,
    signOuts,
    queue,
    machine: createMachine({ takeTurn: createQmpTurns(targets), targets, clock, log }),
    names,
    personNames: names,
    discProgress: createDiscProgress(redis),
    discLeases: createDiscLeases(redis),
    useLine: createLines(targets),
    running: createRunning({ access, changes: parts.changes, caps: uploadCaps }),
    isoNames: createIsoShelf({ redis, clock }),
    wishes: createWishes({ redis, clock }),
    notices,
    pageAnswers: createPageAnswers({ redis }),
    players: recordings.routes,
    ...limits,
  };
  const idleMs = settings.XEPA_IDLE_MINUTES * MINUTE_MS;
  const health = () => redis.ping();
  const stepUp = assembleStepUp(parts.state, settings.XEPA_PUBLIC_URL, { log, remark: shared.remark });
  const proxies = settings.XEPA_TRUST_PROXY;
  const leaving = () => !server.listening;
  const web = { api, custody: { desk, tickets }, targets, stepUp, players: recordings.routes, assets: parts.assets };
  const app = buildServer({ ...web, health, leaving, proxies, log });
  const server = createServer(patience, app);
  keepDoor(server, doorLimits(settings), shared.remark);
  const addresses = createAddressCount(settings.XEPA_CONNECTIONS_PER_ADDRESS);
  const { recorder } = recordings;
  const ways = { ...shared, targets, presence, recorder, keyboards, addresses, proxies, idleMs };
  const serial = assembleSerial(ways, { redis, viewers: seats });
  const browserDiscs = assembleBrowserDiscs(ways, { redis, store, viewers: seats });
  const upgrade = upgradeByPath(createGateway({ ...ways, viewers, upgradeLimit }), serial.upgrade);
  server.on('upgrade', browserDiscs.before(upgrade));
  return { server, viewers, serial, browserDiscs, presence, keyboards, recordings, targets };
}

function viewerCaps(settings: ConsoleParts['settings']) {
  return {
    perInstall: settings.XEPA_VIEWERS_PER_INSTALL,
    perPerson: settings.XEPA_VIEWERS_PER_PERSON,
    total: settings.XEPA_VIEWERS_TOTAL,
  };
}

/** Behind a proxy all connections come from one address, which is not held down. */
function doorLimits(settings: ConsoleParts['settings']) {
  return {
    total: settings.XEPA_VIEWERS_TOTAL * CONNECTIONS_PER_VIEWER,
    perAddress: settings.XEPA_TRUST_PROXY === 0 ? settings.XEPA_CONNECTIONS_PER_ADDRESS : null,
  };
}

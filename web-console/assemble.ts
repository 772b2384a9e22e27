import { createServer, type Server } from 'node:http';
import { createDiscProgress } from '../core/disc-progress.ts';
import type { Logger } from '../core/log.ts';
import { createSealer } from '../core/sealing.ts';
import type { OpenShell } from '../core/ssh/host-shell.ts';
import type { State } from '../core/state.ts';
import { createAddressCount } from './address-count.ts';
import type { ApiDeps } from './api-routes.ts';
import type { Assets } from './assets.ts';
import { createBoundedLog } from './bounded-log.ts';
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
import { createRateLimit } from './rate-limit.ts';
import { assembleRecordings, type Recordings } from './recordings/assemble.ts';
import { createScreenLeases } from './screen-leases.ts';
import { assembleSerial, type Serial, upgradeByPath } from './serial/assemble.ts';
import { buildServer } from './server.ts';
import { createSessionStore } from './session-store.ts';
import { createSignOuts } from './sign-outs.ts';
import { assembleStepUp } from './step-up/assemble.ts';
import { createTargets, type Targets } from './target.ts';
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
  presence: Presence;
  keyboards: Keyboards;
  recordings: Recordings;
  targets: Targets;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const EXCHANGES_PER_MINUTE = 10;
const UPGRADES_PER_MINUTE = 20;
const ACTIONS_PER_MINUTE = 30;
const LOOKS_PER_MINUTE = 120;
/** A browser with one screen has some connections more, for as long as it asks for something. */
const CONNECTIONS_PER_VIEWER = 4;

/** Wires the console together; opens and starts nothing. */
export function assembleConsole(parts: ConsoleParts): AssembledConsole {
  const { settings, log } = parts;
  const { redis, clock, keyring, store, tickets, queue } = parts.state;
  const targets = createTargets({ openShell: parts.openShell, sealer: createSealer(keyring), log });
  const sessions = createSessionStore(redis);
  const access = { store, tickets, sessions, clock };
  const caps = {
    perInstall: settings.XEPA_VIEWERS_PER_INSTALL,
    perPerson: settings.XEPA_VIEWERS_PER_PERSON,
    total: settings.XEPA_VIEWERS_TOTAL,
  };
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
  const api: ApiDeps = {
    ...shared,
    exchange: { store, tickets, sessions, clock, sessionMs: settings.XEPA_SESSION_HOURS * HOUR_MS },
    store,
    signOuts,
    queue,
    machine: createMachine({ takeTurn: createQmpTurns(targets), targets, clock, log }),
    discProgress: createDiscProgress(redis),
    isoNames: createIsoShelf({ redis, clock }),
    exchangeLimit: createRateLimit(redis, { name: 'exchange', perMinute: EXCHANGES_PER_MINUTE }),
    actionLimit: createRateLimit(redis, { name: 'console-action', perMinute: ACTIONS_PER_MINUTE }),
    lookLimit: createRateLimit(redis, { name: 'console-look', perMinute: LOOKS_PER_MINUTE }),
  };
  const upgradeLimit = createRateLimit(redis, { name: 'console-upgrade', perMinute: UPGRADES_PER_MINUTE });
  const idleMs = settings.XEPA_IDLE_MINUTES * MINUTE_MS;
  const health = () => redis.ping();
  const stepUp = assembleStepUp(parts.state, settings.XEPA_PUBLIC_URL, { log, remark: shared.remark });
  const recordings = assembleRecordings(parts.state, settings, { log, remark: shared.remark });
  const custody = { desk, tickets };
  const proxies = settings.XEPA_TRUST_PROXY;
  const leaving = () => !server.listening;
  const web = { api, custody, targets, stepUp, players: recordings.routes, assets: parts.assets };
  const app = buildServer({ ...web, health, leaving, proxies, log });
  const server = createServer(patience, app);
  const perAddress = settings.XEPA_CONNECTIONS_PER_ADDRESS;
  const total = settings.XEPA_VIEWERS_TOTAL * CONNECTIONS_PER_VIEWER;
  keepDoor(server, { total, perAddress: proxies === 0 ? perAddress : null }, shared.remark);
  const addresses = createAddressCount(perAddress);
  const { recorder } = recordings;
  const ways = { ...shared, targets, presence, recorder, keyboards, addresses, proxies, idleMs };
  const serial = assembleSerial(ways, { redis, viewers: seats });
  server.on('upgrade', upgradeByPath(createGateway({ ...ways, viewers, upgradeLimit }), serial.upgrade));
  return { server, viewers, serial, presence, keyboards, recordings, targets };
}

import { createDeviceLeases } from '../core/device-lease.ts';
import { createDeviceProfileStore } from '../core/device-profile-store.ts';
import { runChecks } from '../core/doctor/check.ts';
import { secretValues } from '../core/doctor/secret-values.ts';
import { createGeneralTrail } from '../core/general-trail.ts';
import { createInventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import { createPasskeyStore } from '../core/passkey-store.ts';
import { createRecordingIndex } from '../core/recording-index.ts';
import { createRecordingLinks } from '../core/recording-links.ts';
import { createSealer } from '../core/sealing.ts';
import type { State } from '../core/state.ts';
import { createStepUpLinks } from '../core/step-up-links.ts';
import { createWishes } from '../core/wishes.ts';
import { createAnswerLibrary } from './answer-library.ts';
import type { BotConfig } from './config.ts';
import type { BotDeps, BotRules } from './deps.ts';
import { createDeviceClaims } from './device-claims.ts';
import { notedInventory } from './device-notes.ts';
import { botChecks } from './doctor/checks.ts';
import { createDrafts } from './drafts.ts';
import { createFileSender } from './file-sender.ts';
import { createHome } from './home.ts';
import type { Installations } from './installations.ts';
import { holdersFor } from './other-workspaces.ts';
import { createPeople } from './people.ts';
import type { PolicySource } from './policy-file.ts';
import { createSentMessages } from './sent-messages.ts';
import { createShelf } from './shelf.ts';
import { canPost, type SlackClients } from './slack-clients.ts';
import { createSlackFiles } from './slack-files.ts';
import { createSlackSender } from './slack-sender.ts';
import { createSlackViews } from './slack-views.ts';
import { createWorkspaceStore } from './workspace-store.ts';

/** What is open when the parts are put together. */
export interface Connections {
  config: BotConfig;
  log: Logger;
  state: State;
  policy: PolicySource;
  strict: boolean;
  /** Null where the bot has one token of its own. */
  installations: Installations | null;
}

/** What all workspaces share: devices, installs as they are, rules, keys. */
export type Shared = ReturnType<typeof assembleShared>;

export function assembleShared(connections: Connections) {
  const { log, policy, strict, state } = connections;
  const { redis, clock, store, queue, notices, tickets } = state;
  const trail = createGeneralTrail({ redis, clock });
  const sealer = createSealer(state.keyring);
  return {
    store,
    provided: createInventoryStore(redis),
    installQueue: queue,
    ...{ notices, tickets, trail, policy, redis, clock, log, strict },
    recordings: createRecordingIndex(redis),
    recordingLinks: createRecordingLinks(state),
    stepUpLinks: createStepUpLinks(state),
    passkeys: createPasskeyStore(redis),
    leases: createDeviceLeases(redis),
    claims: createDeviceClaims({ redis, store }),
    profiles: createDeviceProfileStore(redis),
    sealer,
    drafts: createDrafts(redis, sealer),
    answers: createAnswerLibrary(connections.config.XEPA_ANSWERS_DIR ?? null),
    sent: createSentMessages({ redis, clock }),
    wishes: createWishes({ redis, clock }),
  };
}

/** Everything that commands, buttons and forms of one workspace may use. */
export function assembleBot(connections: Connections, shared: Shared, slack: SlackClients): BotDeps {
  const { config, log, state, policy, strict, installations } = connections;
  const uploads = createSlackFiles({ client: slack.progress, fetch });
  const { token, teamId } = slack;
  const own = installations ? separated(shared, teamId) : {};
  const checks = () => botChecks({ config, state, log, policy, token, installations, teamId });
  const { provided, ...common } = shared;
  const isos = { catalogue: config.XEPA_ISOS, allow: config.XEPA_ISO_ALLOW };
  const shelf = createShelf({ trail: shared.trail, provided, isos, team: teamId });
  const deps = {
    ...common,
    ...own,
    shelf,
    inventory: notedInventory(provided, shelf.notes),
    readableTrail: installations ? null : shared.trail,
    sender: createSlackSender({ ...slack, log, strict }),
    slackViews: createSlackViews(slack.interactive),
    uploads,
    files: createFileSender(uploads),
    examine: () => runChecks(checks(), [...secretValues(config), token]),
    people: createPeople({ client: slack.interactive, teamId }),
    canPost: (channel: string) => canPost(slack.interactive, channel),
    rules: rulesOf(config, teamId),
  };
  return { ...deps, home: createHome(deps) };
}

/** What is seen of the installs where there are several workspaces: the own ones, and that a device is in use. */
function separated(shared: Shared, teamId: string): Pick<BotDeps, 'store' | 'leases' | 'claims'> {
  const store = createWorkspaceStore(shared.store, teamId);
  return { store, ...holdersFor(shared, store) };
}

function rulesOf(config: BotConfig, teamId: string): BotRules {
  return {
    teamId,
    isos: config.XEPA_ISOS,
    isoAllow: config.XEPA_ISO_ALLOW,
    ticketSeconds: config.XEPA_TICKET_SECONDS,
    publicUrl: config.XEPA_PUBLIC_URL,
  };
}

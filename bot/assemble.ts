import { createDeviceLeases } from '../core/device-lease.ts';
import { createDeviceProfileStore } from '../core/device-profile-store.ts';
import { runChecks } from '../core/doctor/check.ts';
import { secretValues } from '../core/doctor/secret-values.ts';
import { createGeneralTrail } from '../core/general-trail.ts';
import { createInventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import { createPasskeyStore } from '../core/passkey-store.ts';
import type { State } from '../core/state.ts';
import { createStepUpLinks } from '../core/step-up-links.ts';
import { createWishes } from '../core/wishes.ts';
import type { BotConfig } from './config.ts';
import type { BotDeps, BotRules } from './deps.ts';
import { createDeviceClaims } from './device-claims.ts';
import { notedInventory } from './device-notes.ts';
import { botChecks } from './doctor/checks.ts';
import { createDrafts } from './drafts.ts';
import { createFileSender } from './file-sender.ts';
import { createHome } from './home.ts';
import { createPeople } from './people.ts';
import type { PolicySource } from './policy-file.ts';
import { createSentMessages } from './sent-messages.ts';
import { createShelf } from './shelf.ts';
import { canPost, type SlackClients } from './slack-clients.ts';
import { createSlackFiles } from './slack-files.ts';
import { createSlackSender } from './slack-sender.ts';
import { createSlackViews } from './slack-views.ts';

/** What is open when the parts are put together. */
export interface Connections {
  config: BotConfig;
  log: Logger;
  state: State;
  slack: SlackClients;
  policy: PolicySource;
  strict: boolean;
}

/** Everything that commands, buttons and forms may use, for the one workspace that the token is of. */
export function assembleBot(connections: Connections): BotDeps {
  const { config, log, slack, policy, strict, state } = connections;
  const { redis, clock, store, queue, notices, tickets } = state;
  const trail = createGeneralTrail({ redis, clock });
  const shelf = createShelf({ trail, provided: createInventoryStore(redis) });
  const uploads = createSlackFiles({ client: slack.progress, fetch });
  const deps = {
    store,
    inventory: notedInventory(shelf.provided, shelf.notes),
    installQueue: queue,
    ...{ notices, tickets, trail, shelf, policy, redis, clock, log, strict },
    stepUpLinks: createStepUpLinks(state),
    passkeys: createPasskeyStore(redis),
    leases: createDeviceLeases(redis),
    claims: createDeviceClaims({ redis, store }),
    profiles: createDeviceProfileStore(redis),
    drafts: createDrafts(redis),
    sent: createSentMessages({ redis, clock }),
    sender: createSlackSender({ ...slack, log, strict }),
    slackViews: createSlackViews(slack.interactive),
    uploads,
    files: createFileSender(uploads),
    wishes: createWishes({ redis, clock }),
    examine: () => runChecks(botChecks({ config, state, log }), secretValues(config)),
    people: createPeople({ client: slack.interactive, teamId: slack.teamId }),
    canPost: (channel: string) => canPost(slack.interactive, channel),
    rules: rulesOf(config, slack.teamId),
  };
  return { ...deps, home: createHome(deps) };
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
